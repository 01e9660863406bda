package io.github.eventgateway.server.audit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** Adds many records to the audit trail of a migrated database, with the classes of the gateway. */
public final class AuditFill {

    private static final int AT_ONCE = 1000;

    private AuditFill() {}

    /**
     * Adds this number of records of queries. Each fourth one has personal details. Blocks.
     *
     * @param secret the AUDIT_SECRET of the gateways of this database
     */
    public static void fill(DataSource database, String secret, long records) {
        AuditKeys keys = new AuditKeys(new AuditKey(secret.getBytes(StandardCharsets.UTF_8)), List.of(), List.of());
        AuditTable table = new AuditTable(new JdbcTemplate(database), new JdbcTransactionManager(database), keys);
        for (long first = 0; first < records; first += AT_ONCE) {
            List<AuditRecord> batch = LongStream.range(first, Math.min(records, first + AT_ONCE))
                    .mapToObj(AuditFill::record)
                    .toList();
            table.append(() -> batch, false, () -> {}, end -> {}, () -> true);
        }
    }

    private static AuditRecord record(long number) {
        String target = BoundedJson.of(Map.of("type", "user_login", "limit", "50"));
        AuditRecord begun = AuditRecord.begun(
                "auditor-" + number % 100, "GET /api/events", target, "10.0.0.1", "request-" + number);
        AuditRecord ended = begun.ended(200, null, Map.of("items", number % 50));
        return number % 4 > 0
                ? ended
                : new AuditRecord(
                        ended.at(),
                        ended.outcome(),
                        ended.subject(),
                        ended.action(),
                        ended.target(),
                        ended.address(),
                        ended.requestId(),
                        ended.status(),
                        ended.reason(),
                        ended.calls(),
                        ended.detail(),
                        BoundedJson.of(Map.of("user_id", String.valueOf(number))));
    }
}
