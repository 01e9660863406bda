package io.github.eventgateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.database.PostgresqlServer;
import io.github.eventgateway.erasure.Erasing;
import io.github.eventgateway.event.Event;
import io.github.eventgateway.event.EventComparison;
import io.github.eventgateway.kafka.PolledRecord;
import io.github.eventgateway.testing.Threads;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionException;

/**
 * A table of the earlier version with 100,000 events is partitioned while gateways of both versions store. They store
 * some ids again, and the sessions of the partitioning gateways are killed.
 */
class StoreWhilePartitioningTest {

    private static final int BEFORE = 100_000;
    private static final String OF_AN_EARLIER_VERSION = """
            INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, payload)
            SELECT 'id-' || n, 'user_login', 'user_events', 0, n, now(), now(), '{}' FROM unnest(?::bigint[]) AS n
            ON CONFLICT (id) DO NOTHING""";

    /**
     * The earlier version tests with this statement whether the table accepts any row. If it does, the version
     * dead-letters the rejected rows.
     */
    private static final String PROBE_OF_AN_EARLIER_VERSION = """
            INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, payload)
            SELECT 'probe', type, topic, kafka_partition, kafka_offset, occurred_at, received_at, payload
            FROM event ORDER BY occurred_at DESC, id DESC LIMIT 1""";

    private final Set<Long> stored = ConcurrentHashMap.newKeySet();
    /** Batches of gateways of this version. */
    private final AtomicLong batches = new AtomicLong();

    private final AtomicBoolean over = new AtomicBoolean();

    @Test
    void noEventIsLostDoubledOrRefused_andTheEarlierVersionOnlyWaits() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            JdbcTemplate jdbc = new JdbcTemplate(postgres.getPostgresDatabase());
            migrate(postgres, "6");
            jdbc.execute(OF_AN_EARLIER_VERSION.replace("unnest(?::bigint[])", "generate_series(1, " + BEFORE + ")"));
            IntStream.rangeClosed(1, BEFORE).forEach(n -> stored.add((long) n));
            migrate(postgres, "latest");

            List<CompletableFuture<Void>> storing = new ArrayList<>();
            storing.add(run(() -> storeAsThisVersion(postgres, 1)));
            storing.add(run(() -> storeAsThisVersion(postgres, 2)));
            storing.add(run(() -> storeAsAnEarlierVersion(postgres, 3)));
            List<CompletableFuture<Void>> maintaining = List.of(run(() -> step(postgres)), run(() -> step(postgres)));
            while (maintaining.stream().anyMatch(one -> !one.isDone())) {
                jdbc.queryForList(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%event_key_filling%'"
                                + " AND pid <> pg_backend_pid() AND random() < 0.01");
            }
            maintaining.forEach(CompletableFuture::join);
            long atTheChange = batches.get();
            await().atMost(Duration.ofMinutes(1)).until(() -> batches.get() > atTheChange + 20);
            over.set(true);
            storing.forEach(CompletableFuture::join);

            assertThat(jdbc.queryForObject("SELECT relkind FROM pg_class WHERE oid = 'event'::regclass", String.class))
                    .isEqualTo("p");
            assertThat(jdbc.queryForList("SELECT kafka_offset FROM event", Long.class))
                    .hasSameSizeAs(stored)
                    .containsExactlyInAnyOrderElementsOf(stored);
            assertThat(jdbc.queryForObject(
                            "SELECT count(*) FROM event JOIN event_key USING (id, stored_at)", Long.class))
                    .isEqualTo(stored.size());
            assertThat(jdbc.queryForObject("SELECT count(*) FROM event_key", Long.class))
                    .isEqualTo(stored.size());
        }
    }

    private static void migrate(EmbeddedPostgres postgres, String version) {
        Flyway.configure()
                .dataSource(postgres.getPostgresDatabase())
                .locations("classpath:db/migration/postgresql")
                .target(version)
                .load()
                .migrate();
    }

    /** Runs a step as a gateway does. If its session is killed, it begins again. */
    private static void step(EmbeddedPostgres postgres) {
        JdbcTemplate jdbc = new JdbcTemplate(postgres.getPostgresDatabase());
        while (!"p"
                .equals(jdbc.queryForObject(
                        "SELECT relkind FROM pg_class WHERE oid = to_regclass('event')", String.class))) {
            try {
                PostgresqlServer.stepIntoPartitions(postgres);
            } catch (SQLException e) {
                // The session was killed, or the other gateway has the lock.
            }
        }
    }

    private void storeAsThisVersion(EmbeddedPostgres postgres, int seed) {
        DataSource database = PostgresqlServer.at(postgres);
        DatabaseSettings settings = new DatabaseSettings(
                "jdbc:postgresql://x", "", "", "", "", Path.of("x"), 1, Duration.ZERO, Duration.ZERO, Duration.ZERO);
        EventTable table = new EventTable(
                new JdbcTemplate(database),
                new JdbcTransactionManager(database),
                settings,
                Erasing.users(),
                Erasing.fields());
        EventComparison comparison = mock(EventComparison.class);
        when(comparison.isSame(any(), anyString(), anyBoolean())).thenReturn(true);
        InsertProbe probe = new InsertProbe(table);
        Random random = new Random(seed);
        while (!over.get()) {
            List<Long> batch = batch(random);
            BatchInsert insert = new BatchInsert(table, comparison, probe);
            boolean done = false;
            while (!done) {
                try {
                    insert.insert(
                            batch.stream().map(StoreWhilePartitioningTest::row).toList());
                    done = true;
                } catch (DataAccessException | TransactionException e) {
                    // The route also retries.
                }
            }
            assertThat(insert.rejected()).isEmpty();
            assertThat(insert.conflicts()).isEmpty();
            stored.addAll(batch);
            batches.incrementAndGet();
        }
    }

    private void storeAsAnEarlierVersion(EmbeddedPostgres postgres, int seed) {
        JdbcTemplate jdbc = new JdbcTemplate(postgres.getPostgresDatabase());
        Random random = new Random(seed);
        while (!over.get()) {
            List<Long> batch = batch(random);
            try {
                jdbc.update(
                        OF_AN_EARLIER_VERSION,
                        statement -> statement.setArray(
                                1, statement.getConnection().createArrayOf("int8", batch.toArray())));
                stored.addAll(batch);
            } catch (DataAccessException e) {
                assertThat(((SQLException) e.getRootCause()).getSQLState()).isEqualTo("42P10");
                assertThat(RowFault.of(e)).isEqualTo(RowFault.UNKNOWN);
                assertThatThrownBy(() -> jdbc.update(PROBE_OF_AN_EARLIER_VERSION))
                        .isInstanceOf(DataAccessException.class);
            }
        }
    }

    /** Returns new ids, ids that others store at the same time, and old ids. */
    private static List<Long> batch(Random random) {
        return IntStream.range(0, 200)
                .mapToObj(i -> 1L + random.nextInt(2 * BEFORE))
                .distinct()
                .sorted((a, b) -> ("id-" + a).compareTo("id-" + b))
                .toList();
    }

    private static EventRow row(long n) {
        Event event = new Event(
                "id-" + n, "user_login", Instant.EPOCH, true, "7", StrictJson.MAPPER.createObjectNode(), null);
        PolledRecord record = new PolledRecord("user_events", 0, n, 0, null, null, new RecordHeaders());
        return new EventRow(event, record, Instant.EPOCH, true, null, null, null, List.of());
    }

    private static CompletableFuture<Void> run(Runnable work) {
        return CompletableFuture.runAsync(work, Threads.ONE_EACH);
    }
}
