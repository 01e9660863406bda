package io.github.eventgateway.api;

import java.util.Map;

/** What an answer holds, in the words of the audit trail. */
public interface Audited {

    /** Counts and ids, by name; never content. */
    Map<String, Object> audited();
}
