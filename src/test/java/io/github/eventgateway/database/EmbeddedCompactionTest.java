package io.github.eventgateway.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

class EmbeddedCompactionTest {

    private static final int COMMITS = 500;

    @TempDir
    private Path folder;

    private final Random random = new Random(1);
    private int rows;

    @Test
    void whatEarlierCommitsLeftIsWrittenOver() throws Exception {
        DatabaseSettings settings = settings();
        try (HikariDataSource database = new DatabaseConfiguration().dataSource(settings)) {
            JdbcTemplate jdbc = new JdbcTemplate(database);
            // else what is old is kept for 45 s
            jdbc.execute("SET RETENTION_TIME 0");
            jdbc.execute("CREATE TABLE event (id VARCHAR PRIMARY KEY, text VARCHAR)");
            EmbeddedCompaction compaction = new EmbeddedCompaction(database, settings);
            compaction.start();
            try {
                await().atMost(Duration.ofMinutes(1)).until(() -> growth(jdbc) == 0);
            } finally {
                compaction.stop();
            }
            assertThat(jdbc.queryForObject("SELECT count(*) FROM event WHERE text LIKE 'text %'", Integer.class))
                    .isEqualTo(rows);
        }
    }

    /** By how many bytes the file is longer after so many commits, each of which writes whole pages anew. */
    private long growth(JdbcTemplate jdbc) throws IOException {
        long before = size();
        for (int i = 0; i < COMMITS; i++) {
            String id = new UUID(random.nextLong(), random.nextLong()).toString();
            jdbc.update("INSERT INTO event VALUES (?, ?)", id, "text " + rows++);
        }
        return size() - before;
    }

    private long size() throws IOException {
        return Files.size(folder.resolve("events.mv.db"));
    }

    private DatabaseSettings settings() {
        Duration second = Duration.ofSeconds(1);
        return new DatabaseSettings("", "", "", "", "", folder.resolve("events"), 2, second, second, second);
    }
}
