package io.github.eventgateway.server.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.eventgateway.database.ColumnTime;
import java.time.Instant;
import java.util.Map;

/** A record as it is answered. */
record AuditItem(
        long sequence,
        Instant at,
        String outcome,
        String subject,
        String action,
        JsonNode target,
        String address,
        String requestId,
        Integer status,
        String reason,
        long calls,
        JsonNode detail,
        String mac) {

    static AuditItem of(Map<String, Object> row, ObjectMapper json) {
        Number status = (Number) row.get("status");
        return new AuditItem(
                ((Number) row.get("sequence")).longValue(),
                ColumnTime.of(row.get("at")),
                (String) row.get("outcome"),
                (String) row.get("subject"),
                (String) row.get("action"),
                tree((String) row.get("target"), json),
                (String) row.get("address"),
                (String) row.get("request_id"),
                status == null ? null : status.intValue(),
                (String) row.get("reason"),
                ((Number) row.get("calls")).longValue(),
                tree((String) row.get("detail"), json),
                (String) row.get("mac"));
    }

    /** What someone has changed is shown as it is. */
    private static JsonNode tree(String text, ObjectMapper json) {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException e) {
            return TextNode.valueOf(text);
        }
    }
}
