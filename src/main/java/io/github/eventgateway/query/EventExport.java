package io.github.eventgateway.query;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.StreamedAnswer;
import io.github.eventgateway.database.ColumnTime;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * Reads all events that meet the filters, newest first, page by page. Each page is a query that begins after the last
 * event of the previous page. An event that is stored meanwhile is included if its place is after that event. Each
 * event has a cursor with which a later export continues. One thread at a time.
 */
final class EventExport implements StreamedAnswer {

    /** Small enough for many concurrent exports, large enough for a low cost of the query. */
    private static final int PAGE_ROWS = 500;

    private static final int PAGE_BYTES = 1 << 20;

    private final NamedParameterJdbcTemplate jdbc;
    private final Listing listing;
    private final Map<String, Object> values;
    private final String clause;
    private final ExportFormat format;
    private final ObjectMapper json;
    private String sql;
    private long events;
    private String lastCursor;
    private boolean begun;
    private boolean last;
    private boolean complete;

    /**
     * @param listing the table in the order of {@code occurred_at, id}
     * @param clause the conditions, with WHERE; may be empty
     * @param values the values of their parameters
     * @param start the export begins after it; null begins with the newest event
     */
    EventExport(
            NamedParameterJdbcTemplate jdbc,
            Listing listing,
            String clause,
            Map<String, Object> values,
            Cursor start,
            ExportFormat format,
            ObjectMapper json) {
        this.jdbc = jdbc;
        this.listing = listing;
        this.clause = clause;
        this.values = new HashMap<>(values);
        this.format = format;
        this.json = json;
        this.values.put("rows", PAGE_ROWS + 1);
        this.values.put("page_bytes", PAGE_BYTES);
        this.sql = sql(clause);
        if (start != null) {
            continueAfter(start);
        }
    }

    private String sql(String conditions) {
        return listing.page(conditions).replace(":?", ":");
    }

    private void continueAfter(Cursor cursor) {
        if (!values.containsKey("cursor_id")) {
            sql = sql((clause.isEmpty() ? " WHERE " : clause + " AND ")
                    .concat("(occurred_at, id) < (:?cursor_time, :?cursor_id)"));
        }
        values.put("cursor_time", ColumnTime.column(cursor.time()));
        values.put("cursor_id", cursor.id());
        lastCursor = cursor.encode();
    }

    @Override
    public String contentType() {
        return format.contentType();
    }

    @Override
    public Map<String, String> headers() {
        return Map.of("Content-Disposition", "attachment; filename=\"events." + format.extension() + "\"");
    }

    @Override
    public byte[] next() {
        if (last) {
            complete = true;
            return null;
        }
        PageRows page = PageRows.of(jdbc.queryForList(sql, values), PAGE_ROWS);
        StringBuilder text = new StringBuilder(begun ? "" : format.begin());
        begun = true;
        for (Map<String, Object> row : page.shown()) {
            Cursor cursor = new Cursor(ColumnTime.of(row.get("occurred_at")), (String) row.get("id"));
            format.add(row, cursor.encode(), json, text);
            continueAfter(cursor);
            events++;
        }
        last = page.last() == null;
        return text.isEmpty() ? next() : text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The end of an export, and the number of its events. */
    @Override
    public Map<String, Object> audited() {
        Map<String, Object> end = new LinkedHashMap<>();
        end.put("items", events);
        end.put("complete", complete);
        if (lastCursor != null) {
            end.put("last_cursor", lastCursor);
        }
        return end;
    }

    /** The columns that an export reads. */
    static List<String> columns() {
        return List.of(
                "id",
                "type",
                "topic",
                "kafka_partition",
                "kafka_offset",
                "occurred_at",
                "received_at",
                "publisher",
                "repaired_by",
                "user_id",
                "username",
                "ip",
                "action",
                "service",
                "level",
                "payload");
    }
}
