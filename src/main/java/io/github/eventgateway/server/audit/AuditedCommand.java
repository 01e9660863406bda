package io.github.eventgateway.server.audit;

import io.github.eventgateway.embedded.EmbeddedDefaults;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * Records a command that changes the database in the audit trail: once before the change, and once with the outcome.
 * The subject is {@code event-gateway}, and the target names the user of the operating system. Gateways can run at the
 * same time. One thread.
 */
public final class AuditedCommand {

    private final AuditTable table;
    private final boolean acceptsUnknown;
    private final String action;
    private final Map<String, Object> target;
    private long begun;

    private AuditedCommand(AuditTable table, boolean acceptsUnknown, String action, Map<String, Object> target) {
        this.table = table;
        this.acceptsUnknown = acceptsUnknown;
        this.action = action;
        this.target = target;
    }

    /**
     * Records that the command begins. Returns when the record is in the database.
     *
     * @param environment the settings of the gateways
     * @param database connections that may write the audit trail
     * @param action the name of the command
     * @param target the objects of the command by name
     * @throws io.github.eventgateway.api.StartupException if the secret is missing or weak, or is not that of the audit
     *     trail
     * @throws org.springframework.dao.DataAccessException if the database does not accept the record
     */
    public static AuditedCommand begin(
            ConfigurableEnvironment environment, DataSource database, String action, Map<String, ?> target) {
        AuditSettings settings = Binder.get(environment).bindOrCreate("gateway.audit", AuditSettings.class);
        AuditKeys keys = AuditKeys.of(settings, EmbeddedDefaults.of(environment).developmentKey());
        Map<String, Object> about = new LinkedHashMap<>(target);
        about.put("os_user", System.getProperty("user.name"));
        AuditedCommand command = new AuditedCommand(
                new AuditTable(new JdbcTemplate(database), new JdbcTransactionManager(database), keys),
                settings.acceptChangedSecret(),
                action,
                about);
        command.begun = command.record(AuditRecord.BEGUN, null, Map.of());
        return command;
    }

    /**
     * Records that the command has done its work.
     *
     * @param counts the result
     * @throws org.springframework.dao.DataAccessException if the database does not accept the record
     */
    public void succeeded(Map<String, ?> counts) {
        Map<String, Object> detail = new LinkedHashMap<>(Map.of("begun", begun));
        detail.putAll(counts);
        record(AuditRecord.DONE, null, detail);
    }

    /**
     * Records that the command has failed.
     *
     * @param reason a word
     * @throws org.springframework.dao.DataAccessException if the database does not accept the record
     */
    public void failed(String reason) {
        record(AuditRecord.FAILED, reason, Map.of("begun", begun));
    }

    private long record(String outcome, String reason, Map<String, ?> detail) {
        long[] number = new long[1];
        table.append(
                () -> List.of(AuditRecord.own(outcome, action, target, reason, detail)),
                acceptsUnknown,
                () -> {},
                end -> number[0] = end.sequence(),
                () -> true);
        return number[0];
    }
}
