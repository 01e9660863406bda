package io.github.eventgateway.server.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;

/**
 * The record of a change to another key.
 *
 * @param from the id of the previous key
 * @param to the id of the key that signs this record and later ones
 * @param endorsement the proof by the previous key that this key replaces it; null if the previous key is lost
 */
record KeyChange(String from, String to, String endorsement) {

    static final String ACTION = "rotate-audit-key";

    /** The key id of records that nobody can verify. */
    static final String UNKNOWN = "unknown";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** @param from the id of the previous key; null if that key is lost */
    static AuditRecord record(String fromId, AuditKey from, AuditKey to) {
        return AuditRecord.own(
                ACTION,
                Map.of("from", fromId, "to", to.id()),
                from == null ? Map.of() : Map.of("endorsement", from.endorsement(to.id())));
    }

    /** Returns null if the record is not a change of keys. */
    static KeyChange of(AuditRecord record) {
        if (!record.action().equals(ACTION)) {
            return null;
        }
        try {
            JsonNode target = JSON.readTree(record.target());
            JsonNode detail = JSON.readTree(record.detail());
            return new KeyChange(
                    target.path("from").asText(),
                    target.path("to").asText(),
                    detail.path("endorsement").textValue());
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
