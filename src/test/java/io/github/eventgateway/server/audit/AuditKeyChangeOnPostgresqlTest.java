package io.github.eventgateway.server.audit;

import com.zaxxer.hikari.HikariDataSource;
import io.github.eventgateway.database.PostgresqlServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.jdbc.core.JdbcTemplate;

class AuditKeyChangeOnPostgresqlTest extends AuditKeyChangeTest {

    private static EmbeddedPostgres postgres;
    private static HikariDataSource pool;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.start();
        pool = new HikariDataSource();
        pool.setDataSource(PostgresqlServer.at(postgres));
    }

    @AfterAll
    static void stopDatabase() throws IOException {
        pool.close();
        postgres.close();
    }

    @Override
    DataSource empty() {
        new JdbcTemplate(pool).execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        return pool;
    }

    @Override
    String migrations() {
        return "postgresql";
    }

    @Override
    void lift(JdbcTemplate of) {
        of.execute("ALTER TABLE audit_record DISABLE TRIGGER ALL");
    }
}
