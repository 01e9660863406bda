package io.github.eventgateway.api;

import java.util.Map;

/** The content of an answer as the audit trail records it. */
public interface Audited {

    /** Returns counts and ids by name, never content of an event. */
    Map<String, Object> audited();
}
