package io.github.eventgateway.query;

import com.fasterxml.jackson.core.JsonFactory;
import io.github.eventgateway.api.Audited;
import java.util.List;
import java.util.Map;

/** A page of events. The cursor is null on the last page. */
record EventPage(List<EventItem> items, String nextCursor) implements Audited {

    static EventPage of(EventRows found, JsonFactory json) {
        return new EventPage(
                found.rows().stream().map(row -> EventItem.of(row, json)).toList(),
                found.next() == null ? null : found.next().encode());
    }

    @Override
    public Map<String, Object> audited() {
        return Map.of("items", items.size());
    }
}
