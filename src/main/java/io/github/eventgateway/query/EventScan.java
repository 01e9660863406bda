package io.github.eventgateway.query;

import io.github.eventgateway.database.ColumnTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * Reads the events that meet the filters, newest first. A text has no index, so a search for one that no event has
 * reads all events. Such a search examines the events in parts, each in a query that takes a fraction of a second. An
 * event that is stored meanwhile is included if its place is after the last event examined. One thread at a time.
 */
final class EventScan {

    private static final int LEAST_PART = 100;
    private static final int FIRST_PART = 2_000;
    private static final int LARGEST_PART = 500_000;

    /** A part that took less time is followed by one of twice the size. */
    private static final long SHORT_NANOS = Duration.ofMillis(100).toNanos();

    /** A part that took more time is followed by one of half the size. */
    private static final long LONG_NANOS = Duration.ofMillis(400).toNanos();

    private final NamedParameterJdbcTemplate jdbc;
    private final Listing listing;
    private final String clause;
    private final String text;
    private final Map<String, Object> values;
    private Cursor position;
    private boolean ended;
    private int part = FIRST_PART;

    /**
     * @param listing the table in the order of {@code occurred_at, id}
     * @param clause the conditions that have an index, with WHERE; may be empty
     * @param text the condition of a search; null without one
     * @param values the values of all parameters
     * @param start the scan begins after it; null begins with the newest event
     */
    EventScan(
            NamedParameterJdbcTemplate jdbc,
            Listing listing,
            String clause,
            String text,
            Map<String, Object> values,
            Cursor start) {
        this.jdbc = jdbc;
        this.listing = listing;
        this.clause = clause;
        this.text = text;
        this.values = new HashMap<>(values);
        this.position = start;
    }

    /**
     * Returns the next events: as many as the limits allow, and fewer if the time is over. The last one may exceed the
     * limit of bytes.
     */
    EventRows read(int limit, int bytes, Duration time) {
        long begun = System.nanoTime();
        List<Map<String, Object>> found = new ArrayList<>();
        int left = bytes;
        boolean isFull;
        do {
            PageRows page = next(limit - found.size(), left);
            found.addAll(page.shown());
            isFull = page.last() != null || found.size() == limit;
            if (!isFull && !ended) {
                left -= page.shown().stream().mapToInt(EventScan::bytes).sum();
                isFull = left <= 0;
            }
        } while (!isFull && !ended && System.nanoTime() - begun < time.toNanos());
        return new EventRows(found, ended ? null : position);
    }

    private static int bytes(Map<String, Object> row) {
        return ((String) row.get("payload")).getBytes(StandardCharsets.UTF_8).length;
    }

    private PageRows next(int limit, int bytes) {
        long begun = System.nanoTime();
        String remaining = remaining();
        Cursor end = text == null ? null : endOfPart(remaining);
        values.put("rows", limit + 1);
        values.put("page_bytes", bytes);
        PageRows page = PageRows.of(select(listing.page(searched(remaining, end))), limit);
        if (page.last() != null) {
            position = EventRows.cursor(page.last());
        } else {
            position = end;
            ended = end == null;
        }
        adapt(System.nanoTime() - begun);
        return page;
    }

    /** Returns the conditions for the events after the position. */
    private String remaining() {
        if (position == null) {
            return clause;
        }
        values.put("cursor_time", ColumnTime.column(position.time()));
        values.put("cursor_id", position.id());
        return and(clause, "(occurred_at, id) < (:?cursor_time, :?cursor_id)");
    }

    /** Returns the position of the last event of the next part; null if no events follow the part. */
    private Cursor endOfPart(String remaining) {
        values.put("before_end", part - 1);
        List<Map<String, Object>> end = select("SELECT occurred_at, id FROM " + listing.table() + remaining
                + " ORDER BY occurred_at DESC, id DESC LIMIT 1 OFFSET :?before_end");
        return end.isEmpty() ? null : EventRows.cursor(end.get(0));
    }

    private String searched(String remaining, Cursor end) {
        if (text == null) {
            return remaining;
        }
        if (end == null) {
            return and(remaining, text);
        }
        values.put("end_time", ColumnTime.column(end.time()));
        values.put("end_id", end.id());
        return and(and(remaining, "(occurred_at, id) >= (:?end_time, :?end_id)"), text);
    }

    private static String and(String conditions, String other) {
        return conditions + (conditions.isEmpty() ? " WHERE " : " AND ") + other;
    }

    private List<Map<String, Object>> select(String sql) {
        return jdbc.queryForList(sql.replace(":?", ":"), values);
    }

    private void adapt(long nanos) {
        if (nanos < SHORT_NANOS) {
            part = Math.min(LARGEST_PART, part * 2);
        } else if (nanos > LONG_NANOS) {
            part = Math.max(LEAST_PART, part / 2);
        }
    }
}
