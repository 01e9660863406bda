package io.github.eventgateway.query;

import io.github.eventgateway.api.Audited;
import java.util.List;
import java.util.Map;

/** A page of events. The cursor is null on the last page. */
record EventPage(List<EventItem> items, String nextCursor) implements Audited {

    @Override
    public Map<String, Object> audited() {
        return Map.of("items", items.size());
    }
}
