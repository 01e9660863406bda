package io.github.eventgateway.server.audit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.eventgateway.database.SqliteFile;
import java.nio.file.Path;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

class AuditChainOnSqliteTest extends AuditChainTest {

    @TempDir
    private Path database;

    @Override
    DataSource database() {
        return SqliteFile.madeAt(database.resolve("events.db"));
    }

    @Override
    String laterBySeconds(int seconds) {
        return "at = strftime('%Y-%m-%dT%H:%M:%f000Z', at, '+" + seconds + " seconds')";
    }

    @Override
    void lift(JdbcTemplate database) {
        for (String change : List.of("UPDATE audit_record SET subject = 'x'", "DELETE FROM audit_record")) {
            assertThatThrownBy(() -> database.update(change)).hasMessageContaining("append-only");
        }
        database.execute("DROP TRIGGER audit_record_not_updated");
        database.execute("DROP TRIGGER audit_record_not_deleted");
    }

    @Override
    void liftNumbers(JdbcTemplate database) {
        database.execute("DROP TRIGGER audit_record_sequence");
        database.execute("DROP TRIGGER audit_record_at");
        database.execute("DROP TRIGGER audit_head_sequence");
    }

    @Override
    List<String> invalidTimes() {
        return List.of("3000-01-01T00:00:00.000000Z", "9999-99-01T00:00:00.000000Z", "x".repeat(27));
    }

    @Override
    String lockChain() {
        return "UPDATE audit_head SET sequence = sequence";
    }
}
