package io.github.eventgateway.query;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.StreamedAnswer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes all events of a scan, newest first, page by page. Each event has a cursor with which a later export continues.
 * One thread at a time.
 */
final class EventExport implements StreamedAnswer {

    /** Small enough for many concurrent exports, large enough for a low cost of the query. */
    private static final int PAGE_ROWS = 500;

    private static final int PAGE_BYTES = 1 << 20;

    /** Other exports wait for the thread meanwhile. */
    private static final Duration SEARCH_TIME = Duration.ofMillis(500);

    private final EventScan scan;
    private final ExportFormat format;
    private final ObjectMapper json;
    private final CallerToken token;
    private final Duration longest;
    private final long start = System.nanoTime();
    private long events;
    private Cursor lastCursor;
    private boolean begun;
    private boolean last;
    private boolean complete;

    /**
     * @param token the token of the caller; the export ends when its key is withdrawn
     * @param longest the time after which the export ends
     */
    EventExport(EventScan scan, ExportFormat format, ObjectMapper json, CallerToken token, Duration longest) {
        this.scan = scan;
        this.format = format;
        this.json = json;
        this.token = token;
        this.longest = longest;
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
        token.requireKey();
        if (System.nanoTime() - start > longest.toNanos()) {
            throw new GatewayException(
                    Reason.TOO_SLOW,
                    "",
                    "the export takes longer than gateway.query.export-time: continue with the last cursor");
        }
        EventRows page = scan.read(PAGE_ROWS, PAGE_BYTES, SEARCH_TIME);
        StringBuilder text = new StringBuilder(begun ? "" : format.begin());
        begun = true;
        for (Map<String, Object> row : page.rows()) {
            lastCursor = EventRows.cursor(row);
            format.add(row, lastCursor.encode(), json, text);
            events++;
        }
        last = page.next() == null;
        return last && text.isEmpty() ? next() : text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The end of an export, and the number of its events. */
    @Override
    public Map<String, Object> audited() {
        Map<String, Object> end = new LinkedHashMap<>();
        end.put("items", events);
        end.put("complete", complete);
        if (lastCursor != null) {
            end.put("last_cursor", lastCursor.encode());
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
