package io.github.eventgateway.deadletter;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.github.eventgateway.database.ColumnTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Header;

/**
 * One dead letter with the bytes of its record and its history.
 *
 * @param publisher the subject of the token that published the event; null if no gateway proves it
 */
record DeadLetterDetail(
        @JsonUnwrapped DeadLetterItem item,
        Long timestamp,
        String origin,
        String publisher,
        Bytes key,
        Bytes value,
        List<NamedBytes> headers,
        List<HistoryEntry> history) {

    /**
     * Bytes for people and programs.
     *
     * @param text as UTF-8; null if they are not valid UTF-8
     * @param base64 all bytes
     */
    record Bytes(String text, String base64) {}

    /** A header. Its text and base64 are null if its value is null. */
    record NamedBytes(String name, String text, String base64) {}

    /** A replay or a discard: its time, the subject of the token, and the outcome. */
    record HistoryEntry(Instant at, String by, String outcome, String detail) {}

    static DeadLetterDetail of(Map<String, Object> row, List<Map<String, Object>> history, String publisher) {
        long timestamp = ((Number) row.get("source_timestamp")).longValue();
        return new DeadLetterDetail(
                DeadLetterItem.of(row),
                timestamp < 0 ? null : timestamp,
                (String) row.get("origin"),
                publisher,
                bytes((byte[]) row.get("record_key")),
                bytes((byte[]) row.get("record_value")),
                headers((byte[]) row.get("record_headers")),
                history.stream().map(DeadLetterDetail::entry).toList());
    }

    private static Bytes bytes(byte[] bytes) {
        return bytes == null ? null : new Bytes(DeadLetterHeaders.text(bytes), base64(bytes));
    }

    private static List<NamedBytes> headers(byte[] encoded) {
        List<NamedBytes> headers = new ArrayList<>();
        for (Header header : HeaderBytes.decode(encoded)) {
            byte[] value = header.value();
            headers.add(
                    value == null
                            ? new NamedBytes(header.key(), null, null)
                            : new NamedBytes(header.key(), DeadLetterHeaders.text(value), base64(value)));
        }
        return headers;
    }

    private static HistoryEntry entry(Map<String, Object> row) {
        return new HistoryEntry(
                ColumnTime.of(row.get("at")), (String) row.get("actor"), (String) row.get("outcome"), (String)
                        row.get("detail"));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
