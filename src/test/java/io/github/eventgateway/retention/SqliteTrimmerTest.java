package io.github.eventgateway.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import io.github.eventgateway.database.PartitionSpan;
import io.github.eventgateway.database.SqliteFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The embedded database removes expired events row by row. */
class SqliteTrimmerTest {

    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    private Path folder;

    private JdbcTemplate jdbc;
    private Trimmer trimmer;

    @BeforeEach
    void open() {
        DataSource sqlite = SqliteFile.madeAt(folder.resolve("events.db"));
        jdbc = new JdbcTemplate(sqlite);
        trimmer = new SqliteTrimmer(
                jdbc, new TransactionTemplate(new JdbcTransactionManager(sqlite)), PartitionSpan.MONTH, null, mock());
    }

    private void insert(String prefix, int count, String storedAt) {
        jdbc.update("""
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
                INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, payload, stored_at)
                SELECT '%s' || i, 'user_login', 'user_events', 0, i, '2020-01-01T00:00:00.000000Z',
                       '2020-01-01T00:00:00.000000Z', '{}', %s FROM n""".formatted(prefix, storedAt), count);
    }

    private long count(String table) {
        return jdbc.queryForObject("SELECT count(*) FROM " + table, Long.class);
    }

    @Test
    void oldEventsAreRemoved_andTheirIdsAreKept() throws Exception {
        insert("old", 1200, "unixepoch() - 100000");
        insert("young", 10, "unixepoch() - 1000");
        assertThat(trimmer.oldestSeconds().orElseThrow()).isBetween(99_999.0, 110_000.0);
        int steps = 1;

        while (trimmer.events(DAY)) {
            steps++;
        }

        assertThat(steps).as("in small transactions").isEqualTo(3);
        assertThat(count("event")).isEqualTo(10);
        assertThat(count("event_key")).isEqualTo(1200);
        assertThat(trimmer.oldestSeconds().orElseThrow()).isBetween(999.0, 11_000.0);
    }

    @Test
    void eventsFromBeforeTheColumn_haveTheTimeOfTheMigration() throws Exception {
        insert("before", 3, "NULL");

        trimmer.events(DAY);
        assertThat(count("event")).isEqualTo(3);

        jdbc.update("UPDATE event_stored_since SET at = at - 100000");
        trimmer.events(DAY);
        assertThat(count("event")).isZero();
        assertThat(trimmer.oldestSeconds()).isEmpty();
    }

    @Test
    void idsAreForgotten() throws Exception {
        insert("old", 1, "unixepoch() - 200000");
        insert("young", 1, "unixepoch() - 100000");
        while (trimmer.events(DAY)) {
            // The condition runs the steps.
        }

        trimmer.keys(Duration.ofDays(2));

        assertThat(jdbc.queryForList("SELECT id FROM event_key", String.class)).containsExactly("young1");
    }

    @Test
    void oldDeadLettersAreRemovedWithTheirHistory() throws Exception {
        letter("old", "2020-01-01T00:00:00.000000Z", "open");
        letter("busy", "2020-01-01T00:00:00.000000Z", "replaying");
        letter("young", "2999-01-01T00:00:00.000000Z", "open");

        trimmer.deadLetters(DAY);

        List<String> left = jdbc.queryForList("SELECT id FROM dead_letter", String.class);
        assertThat(left).containsExactlyInAnyOrder("busy", "young");
        assertThat(jdbc.queryForList("SELECT dead_letter_id FROM dead_letter_history", String.class))
                .containsExactlyInAnyOrder("busy", "young");
    }

    @Test
    void causesThatNoDeadLetterHasAreRemoved() throws Exception {
        jdbc.update("""
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700)
                INSERT INTO dead_letter_cause (cause, topic, reason) SELECT i, 't', 'r' FROM n""");
        letter("young", "2999-01-01T00:00:00.000000Z", "open");
        jdbc.update("UPDATE dead_letter SET cause = 650");

        assertThat(trimmer.causes()).as("in small steps").isTrue();
        assertThat(trimmer.causes()).isFalse();

        assertThat(jdbc.queryForList("SELECT cause FROM dead_letter_cause", Long.class))
                .containsExactly(650L);
    }

    @Test
    void oldCountsAreRemoved_andEventsCountAsCountedSince() throws Exception {
        jdbc.update("UPDATE event_count_since SET at = '2020-01-01T00:00:00.000000Z'");
        jdbc.update("""
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700)
                INSERT INTO event_count (minute, kafka_partition, type, level, publisher, n)
                SELECT '2020-01-01T00:00:00.000000Z', i, 'user_login', '', '', 1 FROM n""");
        countAt("-25 hours");
        countAt("-23 hours");
        String before = minute("-24 hours");

        assertThat(trimmer.counts(DAY)).as("in small steps").isTrue();
        assertThat(trimmer.counts(DAY)).isFalse();

        assertThat(jdbc.queryForList("SELECT level FROM event_count", String.class))
                .containsExactly("-23 hours");
        assertThat(jdbc.queryForObject("SELECT at FROM event_count_since", String.class))
                .isBetween(before, minute("-24 hours"));
        trimmer.counts(Duration.ofDays(2));
        assertThat(jdbc.queryForObject("SELECT at FROM event_count_since", String.class))
                .as("never earlier again")
                .isGreaterThanOrEqualTo(before);
    }

    private void countAt(String ago) {
        jdbc.update(
                "INSERT INTO event_count (minute, kafka_partition, type, level, publisher, n) VALUES (?, 0, 'user_login', ?, '', 1)",
                minute(ago),
                ago);
    }

    private String minute(String ago) {
        return jdbc.queryForObject("SELECT strftime('%Y-%m-%dT%H:%M', 'now', ?) || ':00.000000Z'", String.class, ago);
    }

    private void letter(String id, String at, String status) {
        jdbc.update("""
                INSERT INTO dead_letter (id, dlq_topic, dlq_partition, dlq_offset, source_topic, source_partition, source_offset,
                    source_timestamp, origin, reason, attempts, replays, record_headers, status, failed_at, received_at)
                VALUES (?, 't.dlq', 0, 0, 't', 0, 0, 0, 'o', 'r', 1, 0, x'', ?, ?, ?)""", id, status, at, at);
        jdbc.update(
                "INSERT INTO dead_letter_history (dead_letter_id, at, outcome) VALUES (?, '2020-01-01T00:00:00.000000Z', 'x')",
                id);
    }
}
