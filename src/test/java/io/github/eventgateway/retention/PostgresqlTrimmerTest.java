package io.github.eventgateway.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;

import io.github.eventgateway.database.PostgresqlServer;
import io.github.eventgateway.testing.Threads;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** PostgreSQL removes expired events by whole partitions, even after interruptions. */
class PostgresqlTrimmerTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration YEAR = Duration.ofDays(365);

    private static EmbeddedPostgres postgres;
    private static JdbcTemplate jdbc;

    private Trimmer trimmer;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.start();
        jdbc = new JdbcTemplate(PostgresqlServer.at(postgres));
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    /** Creates two old partitions with one event each, and one for today. */
    @BeforeEach
    void fill() throws Exception {
        PostgresqlServer.renewWithPartitions(postgres);
        String first = partitions().get(0);
        jdbc.execute("ALTER TABLE event DETACH PARTITION " + first);
        attach("event_2020_01", "MINVALUE", "'2020-02-01Z'");
        attach("event_2020_02", "'2020-02-01Z'", "'2020-03-01Z'");
        jdbc.execute("ALTER TABLE event ATTACH PARTITION " + first
                + " FOR VALUES FROM ('2020-03-01Z') TO ((date_trunc('month', now(), 'UTC') + interval '1 month'))");
        insert("january", "2020-01-15Z");
        insert("february", "2020-02-15Z");
        insert("today", null);
        trimmer = new PostgresqlTrimmer(PostgresqlServer.at(postgres), null, mock());
    }

    private static void attach(String name, String from, String to) {
        jdbc.execute("CREATE TABLE " + name + " (LIKE event)");
        jdbc.execute("ALTER TABLE event ATTACH PARTITION " + name + " FOR VALUES FROM (" + from + ") TO (" + to + ")");
    }

    private static void insert(String id, String storedAt) {
        jdbc.update("""
                WITH at AS (SELECT COALESCE(?::timestamptz, now()) AS at),
                keyed AS (INSERT INTO event_key (id, stored_at) SELECT ?, at FROM at)
                INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, payload, stored_at)
                SELECT ?, 'user_login', 'user_events', 0, 0, now(), now(), '{}', at FROM at""", storedAt, id, id);
    }

    private static List<String> partitions() {
        return jdbc.queryForList(
                "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'event'::regclass ORDER BY 1",
                String.class);
    }

    private static List<String> column(String query) {
        return jdbc.queryForList(query, String.class);
    }

    private void trimAll(Duration age) throws Exception {
        while (trimmer.events(age)) {
            // The condition runs the steps.
        }
    }

    private static boolean exists(String table) {
        return Boolean.TRUE.equals(jdbc.queryForObject("SELECT to_regclass(?) IS NOT NULL", Boolean.class, table));
    }

    @Test
    void partitionsOfOldEventsAreDropped_andTheirIdsAreNotForgotten() throws Exception {
        assertThat(trimmer.oldestSeconds().orElseThrow()).isGreaterThan(YEAR.toSeconds());

        trimAll(YEAR);

        assertThat(column("SELECT id FROM event")).containsExactly("today");
        assertThat(column("SELECT id FROM event_key")).containsExactlyInAnyOrder("january", "february", "today");
        assertThat(exists("event_2020_01")).isFalse();
        assertThat(exists("event_2020_02")).isFalse();
        assertThat(trimmer.oldestSeconds().orElseThrow()).isBetween(0.0, 3600.0);
    }

    @Test
    void aPartitionWithARecentEvent_stays() throws Exception {
        long seconds =
                jdbc.queryForObject("SELECT extract(epoch FROM now() - timestamptz '2020-02-10Z')::bigint", Long.class);

        trimAll(Duration.ofSeconds(seconds));

        assertThat(column("SELECT id FROM event ORDER BY id")).containsExactly("february", "today");
    }

    @Test
    void anInterruptedDetach_isFinished() throws Exception {
        try (Connection reader = postgres.getPostgresDatabase().getConnection()) {
            reader.setAutoCommit(false);
            reader.createStatement().executeQuery("SELECT count(*) FROM event");
            CompletableFuture<Void> broken = CompletableFuture.runAsync(
                    () -> assertThatThrownBy(() -> trimAll(YEAR)).isInstanceOf(SQLException.class), Threads.ONE_EACH);
            await().until(() ->
                    !column("SELECT 1 FROM pg_inherits WHERE inhdetachpending").isEmpty());
            jdbc.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%CONCURRENTLY'");
            broken.join();
            reader.rollback();
        }
        assertThat(column("SELECT 1 FROM pg_inherits WHERE inhdetachpending")).isNotEmpty();

        trimAll(YEAR);

        assertThat(column("SELECT 1 FROM pg_inherits WHERE inhdetachpending")).isEmpty();
        assertThat(column("SELECT id FROM event")).containsExactly("today");
        assertThat(exists("event_2020_01")).isFalse();
    }

    @Test
    void aPartitionThatRetentionDetached_isDropped_andOneThatAnOperatorDetachedIsNot() throws Exception {
        jdbc.execute("COMMENT ON TABLE event_2020_01 IS '" + PostgresqlTrimmer.MARK + "'");
        jdbc.execute("ALTER TABLE event DETACH PARTITION event_2020_01");
        jdbc.execute("ALTER TABLE event DETACH PARTITION event_2020_02");

        trimAll(YEAR);

        assertThat(exists("event_2020_01")).isFalse();
        assertThat(exists("event_2020_02")).isTrue();
    }

    @Test
    void aMarkIsRemoved_ifTheRetentionBecameLonger() throws Exception {
        jdbc.execute("COMMENT ON TABLE event_2020_01 IS '" + PostgresqlTrimmer.MARK + "'");

        trimAll(Duration.ofDays(36_500));

        assertThat(column("SELECT obj_description('event_2020_01'::regclass, 'pg_class')"))
                .containsOnlyNulls();
        assertThat(partitions()).contains("event_2020_01");
    }

    @Test
    void severalGatewaysTrimAtOnce_whileOthersStoreAndRead() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong longest = new AtomicLong();
        CompletableFuture<Integer> storing = CompletableFuture.supplyAsync(
                () -> {
                    int stored = 0;
                    while (!over.get()) {
                        long begin = System.nanoTime();
                        insert("new-" + stored++, null);
                        column("SELECT id FROM event ORDER BY occurred_at DESC, id DESC LIMIT 10");
                        longest.accumulateAndGet(System.nanoTime() - begin, Math::max);
                    }
                    return stored;
                },
                Threads.ONE_EACH);
        await().until(() -> column("SELECT id FROM event WHERE id LIKE 'new-%'").size() > 5);
        List<CompletableFuture<Void>> gateways = List.of(1, 2, 3).stream()
                .map(gateway -> CompletableFuture.runAsync(
                        () -> {
                            Trimmer own = new PostgresqlTrimmer(PostgresqlServer.at(postgres), null, mock());
                            assertThatCode(() -> {
                                        while (exists("event_2020_02")) {
                                            own.events(YEAR);
                                        }
                                    })
                                    .doesNotThrowAnyException();
                        },
                        Threads.ONE_EACH))
                .toList();

        gateways.forEach(CompletableFuture::join);
        over.set(true);
        int stored = storing.join();

        assertThat(column("SELECT id FROM event WHERE id LIKE 'new-%'")).hasSize(stored);
        assertThat(column("SELECT id FROM event WHERE id IN ('january', 'february')"))
                .isEmpty();
        assertThat(Duration.ofNanos(longest.get())).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void anAccountThatDoesNotOwnTheTable_getsAMessage() {
        jdbc.execute("CREATE ROLE weak LOGIN");
        jdbc.execute("GRANT USAGE ON SCHEMA public TO weak");
        Trimmer weak = new PostgresqlTrimmer(PostgresqlServer.of(postgres, "weak", ""), null, mock());

        assertThatThrownBy(() -> weak.events(YEAR)).hasMessageContaining("DATABASE_MIGRATION_USER");
        assertThat(partitions()).contains("event_2020_01");
        jdbc.execute("DROP OWNED BY weak");
        jdbc.execute("DROP ROLE weak");
    }

    @Test
    void idsAreForgotten_exceptThoseOfExistingPartitions() throws Exception {
        while (trimmer.keys(YEAR)) {
            // The condition runs the steps.
        }
        assertThat(column("SELECT id FROM event_key")).hasSize(3);

        trimAll(YEAR);
        trimmer.keys(YEAR);

        assertThat(column("SELECT id FROM event_key")).containsExactly("today");
    }

    @Test
    void oldDeadLettersAreRemovedWithTheirHistory() throws Exception {
        letter("old", "2020-01-01Z", "open");
        letter("older", "2019-01-01Z", "replayed");
        letter("busy", "2019-01-01Z", "replaying");
        letter("young", null, "open");

        trimmer.deadLetters(YEAR);

        assertThat(column("SELECT id FROM dead_letter")).containsExactlyInAnyOrder("busy", "young");
        assertThat(column("SELECT dead_letter_id FROM dead_letter_history")).containsExactlyInAnyOrder("busy", "young");
    }

    @Test
    void causesThatNoDeadLetterHasAreRemoved() throws Exception {
        jdbc.execute(
                "INSERT INTO dead_letter_cause (cause, topic, reason) SELECT i, 't', 'r' FROM generate_series(1, 700) i");
        letter("young", null, "open");
        jdbc.update("UPDATE dead_letter SET cause = 650");

        assertThat(trimmer.causes()).as("in small steps").isTrue();
        assertThat(trimmer.causes()).isFalse();

        assertThat(jdbc.queryForList("SELECT cause FROM dead_letter_cause", Long.class))
                .containsExactly(650L);
    }

    @Test
    void oldCountsAreRemoved_andEventsCountAsCountedSince() throws Exception {
        jdbc.update("UPDATE event_count_since SET at = '2020-01-01Z'");
        jdbc.update("""
                INSERT INTO event_count (minute, kafka_partition, type, level, publisher, n)
                SELECT '2020-01-01Z', i, 'user_login', '', '', 1 FROM generate_series(1, 700) i
                UNION ALL SELECT date_trunc('minute', now()) - interval '25 hours', 0, 'user_login', 'old', '', 1
                UNION ALL SELECT date_trunc('minute', now()) - interval '23 hours', 0, 'user_login', 'young', '', 1""");
        String sinceDayAgo =
                "SELECT at <= now() - interval '1 day' AND at > now() - interval '1 day 2 minutes' FROM event_count_since";

        assertThat(trimmer.counts(DAY)).as("in small steps").isTrue();
        assertThat(trimmer.counts(DAY)).isFalse();

        assertThat(column("SELECT level FROM event_count")).containsExactly("young");
        assertThat(jdbc.queryForObject(sinceDayAgo, Boolean.class)).isTrue();
        trimmer.counts(YEAR);
        assertThat(jdbc.queryForObject(sinceDayAgo, Boolean.class))
                .as("never earlier again")
                .isTrue();
    }

    private static void letter(String id, String at, String status) {
        jdbc.update("""
                INSERT INTO dead_letter (id, dlq_topic, dlq_partition, dlq_offset, source_topic, source_partition, source_offset,
                    source_timestamp, origin, reason, attempts, replays, record_headers, status, failed_at, received_at)
                VALUES (?, 't.dlq', 0, 0, 't', 0, 0, 0, 'o', 'r', 1, 0, '', ?, COALESCE(?::timestamptz, now()),
                    COALESCE(?::timestamptz, now()))""", id, status, at, at);
        jdbc.update("INSERT INTO dead_letter_history (dead_letter_id, at, outcome) VALUES (?, now(), 'x')", id);
    }
}
