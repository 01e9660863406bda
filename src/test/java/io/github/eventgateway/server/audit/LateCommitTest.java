package io.github.eventgateway.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.eventgateway.database.PostgresqlServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;

class LateCommitTest {

    private static final AuditKeys KEYS = new AuditKeys(
            new AuditKey("a-secret-that-is-long-enough-for-it".getBytes(StandardCharsets.UTF_8)), List.of(), List.of());

    private final AtomicReference<Connection> uncommitted = new AtomicReference<>();

    /** The first commit fails for the caller, and the database has not carried it out yet. */
    private DataSource loseFirstCommit(DataSource database) {
        return new DelegatingDataSource(database) {
            @Override
            public Connection getConnection() throws SQLException {
                Connection connection = super.getConnection();
                return (Connection) Proxy.newProxyInstance(
                        getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                            if (method.getName().equals("commit") && uncommitted.compareAndSet(null, connection)) {
                                throw new SQLException("the connection is lost", "08006");
                            }
                            boolean isLost = connection == uncommitted.get() && method.getReturnType() == void.class;
                            try {
                                return isLost ? null : method.invoke(connection, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
            }
        };
    }

    @Test
    void aRecordWhoseCommitTakesPlaceDuringTheRetry_isWrittenOnce() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            PostgresqlServer.renew(postgres);
            DataSource database = PostgresqlServer.at(postgres);
            JdbcTemplate jdbc = new JdbcTemplate(database);
            DataSource lossy = loseFirstCommit(database);
            AuditSettings settings = TestAuditSettings.of(Map.of("retry-delay", "50ms"));
            AuditWriter writer = new AuditWriter(
                    new AuditTable(new JdbcTemplate(lossy), new JdbcTransactionManager(lossy), KEYS),
                    new AuditAnchors(KEYS, new AnchorFile(settings), List.of()),
                    new RefusedCalls(settings),
                    settings,
                    new SimpleMeterRegistry());
            AuditEntry entry = new AuditEntry(AuditRecord.own("once", Map.of(), Map.of()));
            writer.start();
            writer.add(entry);
            await().until(() -> waiting(jdbc) > 0);

            uncommitted.get().commit();

            assertThat(entry.sequence().join()).isEqualTo(1);
            writer.stop();
            assertThat(jdbc.queryForObject("SELECT count(*) FROM audit_record WHERE action = 'once'", Integer.class))
                    .isEqualTo(1);
            uncommitted.get().close();
        }
    }

    private static int waiting(JdbcTemplate jdbc) {
        return jdbc.queryForObject(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'", Integer.class);
    }
}
