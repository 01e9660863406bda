package io.github.eventgateway.erasure;

import io.github.eventgateway.api.Audited;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An erasure in an answer.
 *
 * @param state running or done
 * @param userHash a keyed hash of the user id
 * @param requestedBy the subject of the token
 * @param finishedAt null while it runs
 * @param part the current part; null before the first and after the last one
 * @param erased the number of erased items of each part
 * @param keptAuditRecords the number of audit records that contain the user and cannot be changed
 * @param problem the reason why it cannot continue; null if it can
 * @param kafka the remaining copies in Kafka
 */
record Erasure(
        String id,
        String state,
        String userHash,
        Instant requestedAt,
        String requestedBy,
        Instant finishedAt,
        String part,
        Map<String, Long> erased,
        long keptAuditRecords,
        String problem,
        List<KafkaCopy> kafka)
        implements Audited {

    @Override
    public Map<String, Object> audited() {
        Map<String, Object> audited = new LinkedHashMap<>();
        audited.put("erasure", id);
        audited.put("user_hash", userHash);
        audited.put("state", state);
        return audited;
    }
}
