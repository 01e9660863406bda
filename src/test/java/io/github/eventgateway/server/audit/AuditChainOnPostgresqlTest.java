package io.github.eventgateway.server.audit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.eventgateway.database.PostgresqlServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.jdbc.core.JdbcTemplate;

class AuditChainOnPostgresqlTest extends AuditChainTest {

    private static EmbeddedPostgres postgres;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stopDatabase() throws IOException {
        postgres.close();
    }

    @Override
    DataSource database() throws SQLException {
        PostgresqlServer.renew(postgres);
        return PostgresqlServer.at(postgres);
    }

    @Override
    String laterBySeconds(int seconds) {
        return "at = at + INTERVAL '" + seconds + "' SECOND";
    }

    /** The database itself refuses such changes, except by its superuser. */
    @Override
    void lift(JdbcTemplate database) {
        for (String change : List.of(
                "UPDATE audit_record SET subject = 'x'", "DELETE FROM audit_record", "TRUNCATE TABLE audit_record")) {
            assertThatThrownBy(() -> database.update(change)).hasMessageContaining("append-only");
        }
        database.execute("ALTER TABLE audit_record DISABLE TRIGGER ALL");
    }

    @Override
    void liftNumbers(JdbcTemplate database) {
        database.execute("ALTER TABLE audit_record DROP CONSTRAINT audit_record_sequence");
        database.execute("ALTER TABLE audit_record DROP CONSTRAINT audit_record_at");
        database.execute("ALTER TABLE audit_head DROP CONSTRAINT audit_head_sequence");
    }

    @Override
    List<String> invalidTimes() {
        return List.of("3000-01-01", "infinity", "-infinity", "0044-03-15 BC");
    }

    @Override
    String lockChain() {
        return "SELECT * FROM audit_head FOR UPDATE";
    }
}
