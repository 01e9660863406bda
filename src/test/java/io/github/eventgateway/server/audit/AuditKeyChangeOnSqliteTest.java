package io.github.eventgateway.server.audit;

import io.github.eventgateway.database.SqliteFile;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

class AuditKeyChangeOnSqliteTest extends AuditKeyChangeTest {

    @TempDir
    private Path file;

    @Override
    DataSource empty() {
        return SqliteFile.at(file.resolve("events.db"));
    }

    @Override
    String migrations() {
        return "sqlite";
    }

    @Override
    void lift(JdbcTemplate of) {
        of.execute("DROP TRIGGER IF EXISTS audit_record_not_updated");
        of.execute("DROP TRIGGER IF EXISTS audit_record_not_deleted");
    }
}
