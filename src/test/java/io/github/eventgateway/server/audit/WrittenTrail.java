package io.github.eventgateway.server.audit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** The audit trail in a database, for tests in other packages. */
public final class WrittenTrail {

    private WrittenTrail() {}

    /** Adds a record of the gateway itself. */
    public static void add(
            DataSource database, String secret, String action, Map<String, ?> target, Map<String, ?> detail) {
        AuditKeys keys = new AuditKeys(new AuditKey(secret.getBytes(StandardCharsets.UTF_8)), List.of(), List.of());
        new AuditTable(new JdbcTemplate(database), new JdbcTransactionManager(database), keys)
                .append(() -> List.of(AuditRecord.own(action, target, detail)), false, () -> {}, end -> {}, () -> true);
    }

    /** Verifies it with the secret with which it was written. */
    public static AuditVerification.Verdict verify(DataSource database, String secret) {
        AuditKeys keys = new AuditKeys(new AuditKey(secret.getBytes(StandardCharsets.UTF_8)), List.of(), List.of());
        AuditAnchors none = new AuditAnchors(keys, new AnchorFile(TestAuditSettings.of(Map.of())), List.of());
        AuditTable table = new AuditTable(new JdbcTemplate(database), new JdbcTransactionManager(database), keys);
        return new AuditVerification(table, none, keys).verify(null, null, null);
    }
}
