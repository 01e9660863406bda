package io.github.eventgateway.server.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.util.Map;

/** An audit record in an answer. */
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
        String mac,
        String keyId) {

    private static final String ERASED = "<erased>";
    private static final String ALTERED = "<altered>";

    static AuditItem of(Map<String, Object> row, ObjectMapper json, AuditKeys keys) {
        Number status = (Number) row.get("status");
        return new AuditItem(
                ((Number) row.get("sequence")).longValue(),
                AuditRecord.time(row.get("at")),
                (String) row.get("outcome"),
                (String) row.get("subject"),
                (String) row.get("action"),
                target(row, json, keys),
                (String) row.get("address"),
                (String) row.get("request_id"),
                status == null ? null : status.intValue(),
                (String) row.get("reason"),
                ((Number) row.get("calls")).longValue(),
                tree((String) row.get("detail"), json),
                (String) row.get("mac"),
                (String) row.get("key_id"));
    }

    /** Returns the target with the personal details, if they exist and nobody changed them. */
    private static JsonNode target(Map<String, Object> row, ObjectMapper json, AuditKeys keys) {
        String personal = (String) row.get("personal");
        JsonNode target = tree((String) row.get("target"), json);
        if (row.get("personal_mac") == null || !(target instanceof ObjectNode shown)) {
            return target;
        }
        boolean isAltered = personal != null
                && keys.find((String) row.get("key_id"))
                        .map(key -> key.commitment((String) row.get("nonce"), personal))
                        .filter(mac -> !mac.equals(row.get("personal_mac")))
                        .isPresent();
        JsonNode details = personal == null ? MissingNode.getInstance() : tree(personal, json);
        target.properties().forEach(value -> {
            if (value.getValue().asText().equals(BoundedJson.PERSONAL)) {
                String clear = details.path(value.getKey()).asText(ERASED);
                value.setValue(TextNode.valueOf(isAltered ? ALTERED : clear));
            }
        });
        return shown;
    }

    /** A changed text is shown unchanged, even if it is not JSON. */
    private static JsonNode tree(String text, ObjectMapper json) {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException e) {
            return TextNode.valueOf(text);
        }
    }
}
