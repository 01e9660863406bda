package io.github.eventgateway.query;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * Reads events page by page in the order in which they were stored. A failure does not move its position. One thread at
 * a time.
 */
final class OrderedReading {

    private static final int PAGE_ROWS = 500;

    /** A page ends with the event that reaches this size in bytes. */
    static final int PAGE_BYTES = 1 << 20;

    private final StoredOrder order;
    private final ObjectMapper json;
    private final Deque<Entry> pending = new ArrayDeque<>();
    private StreamPosition position;
    private StreamPosition afterPending;
    private boolean moreBatches;
    private boolean begun;

    private record Entry(StreamPosition position, String id) {}

    /**
     * A page of events in their order.
     *
     * @param next the position after these events and after deleted ones
     * @param isLast whether no more events are stored
     */
    record Page(List<StreamedEvent> events, StreamPosition next, boolean isLast) {}

    OrderedReading(StoredOrder order, StreamPosition start, ObjectMapper json) {
        this.order = order;
        this.position = start;
        this.json = json;
    }

    /**
     * Returns the next events. It waits for the database.
     *
     * @throws GatewayException with {@code INVALID_PARAMETER} if entries after this position were deleted, if the
     *     position never existed, or if the database was restored since
     */
    Page next() {
        if (pending.isEmpty()) {
            readBatches();
        }
        List<StreamedEvent> events = pending.isEmpty() ? List.of() : readEvents();
        if (pending.isEmpty()) {
            position = afterPending;
        }
        return new Page(events, position, pending.isEmpty() && !moreBatches);
    }

    private void readBatches() {
        StoredOrder.Batches batches = order.batches(position.batch());
        boolean isGone = position.batch() <= batches.deleted() || position.batch() > batches.horizon();
        if (isGone || !begun && order.wasRestoredAfter(position)) {
            throw new GatewayException(
                    Reason.INVALID_PARAMETER,
                    "Last-Event-ID",
                    "is not, or is no longer, a position in the stream: read the missed events with GET "
                            + "/api/events/export, and connect again without this header");
        }
        begun = true;
        for (StoredOrder.Batch batch : batches.found()) {
            int first = batch.number() == position.batch() ? position.index() : 0;
            for (int i = first; i < batch.ids().size(); i++) {
                pending.add(new Entry(
                        new StreamPosition(batch.number(), i, batches.readAt()),
                        batch.ids().get(i)));
            }
        }
        moreBatches = batches.found().size() == StoredOrder.BATCHES;
        afterPending = moreBatches
                ? new StreamPosition(
                        batches.found().get(StoredOrder.BATCHES - 1).number() + 1, 0, batches.readAt())
                : new StreamPosition(Math.max(batches.horizon(), position.batch()), 0, batches.readAt());
    }

    private List<StreamedEvent> readEvents() {
        List<Entry> page = pending.stream().limit(PAGE_ROWS).toList();
        List<Map<String, Object>> rows =
                order.events(page.stream().map(Entry::id).toList(), PAGE_BYTES);
        List<StreamedEvent> events = new ArrayList<>(rows.size());
        int read = page.size();
        for (Map<String, Object> row : rows) {
            int place = ((Number) row.get("place")).intValue();
            events.add(new StreamedEvent(page.get(place).position(), row, json));
            if (((Number) row.get("found")).intValue() > rows.size()) {
                read = place + 1;
            }
        }
        for (int i = 0; i < read; i++) {
            position = pending.remove().position().next();
        }
        return events;
    }
}
