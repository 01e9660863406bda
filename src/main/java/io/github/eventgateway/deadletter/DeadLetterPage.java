package io.github.eventgateway.deadletter;

import io.github.eventgateway.api.Audited;
import java.util.List;
import java.util.Map;

/**
 * One page of dead letters, newest first.
 *
 * @param items the dead letters
 * @param nextCursor the beginning of the next page; null on the last page
 */
record DeadLetterPage(List<DeadLetterItem> items, String nextCursor) implements Audited {

    @Override
    public Map<String, Object> audited() {
        return Map.of("items", items.size());
    }
}
