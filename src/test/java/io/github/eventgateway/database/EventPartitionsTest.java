package io.github.eventgateway.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Tests the partitioning of the table {@code event} and its maintenance. */
class EventPartitionsTest {

    private static final String ROW = """
            INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, payload)
            SELECT 'id-' || n, 'user_login', 'user_events', 0, n, now(), now(), '{}' FROM generate_series(%d, %d) AS n
            ON CONFLICT (id) DO NOTHING""";

    private static EmbeddedPostgres postgres;
    private static JdbcTemplate jdbc;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.start();
        jdbc = new JdbcTemplate(PostgresqlServer.at(postgres));
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void empty() {
        jdbc.execute("DROP SCHEMA public CASCADE");
        jdbc.execute("CREATE SCHEMA public");
    }

    private static void migrate(String version) {
        Flyway.configure()
                .dataSource(postgres.getPostgresDatabase())
                .locations("classpath:db/migration/postgresql")
                .target(version)
                .load()
                .migrate();
    }

    private static EventPartitions partitions(PartitionSpan span, Duration after) {
        return new EventPartitions(
                PostgresqlServer.at(postgres), new PartitionSettings(span, after, Duration.ofMinutes(1)));
    }

    private static void stepThrough(EventPartitions partitions) throws SQLException {
        while (partitions.step()) {
            // The condition runs the steps.
        }
    }

    private static String kind() {
        return jdbc.queryForObject("SELECT relkind FROM pg_class WHERE oid = 'event'::regclass", String.class);
    }

    @ParameterizedTest
    @EnumSource
    void anEmptyTable_isPartitionedAtOnce(PartitionSpan span) throws SQLException {
        migrate("latest");
        EventPartitions partitions = partitions(span, Duration.ofDays(1));

        partitions.begin();
        partitions.begin();

        assertThat(kind()).isEqualTo("p");
        EventPartitions.Present present = partitions.present();
        assertThat(present.count())
                .isEqualTo(jdbc.queryForObject(
                        "SELECT count(*) FROM pg_inherits WHERE inhparent = 'event'::regclass", Integer.class))
                .isGreaterThan(1);
        assertThat(present.isEndNear()).isFalse();
        assertThat(present.end()).isAfter(present.now().plusDays(3));
        assertThat(jdbc.queryForObject("SELECT to_regclass('event_before') IS NULL", Boolean.class))
                .isTrue();
    }

    @Test
    void theTableOfAnEarlierVersion_becomesTheFirstPartition_andEveryIdHasItsKey() throws SQLException {
        migrate("6");
        jdbc.execute(ROW.formatted(1, 12_000));
        migrate("latest");
        jdbc.execute(ROW.formatted(11_990, 12_500));
        EventPartitions waiting = partitions(PartitionSpan.MONTH, Duration.ofDays(1));
        waiting.begin();
        stepThrough(waiting);
        assertThat(kind()).as("the table waits for the delay").isEqualTo("r");
        assertThat(jdbc.queryForObject("SELECT count(*) FROM event_key", Integer.class))
                .isEqualTo(12_500);
        jdbc.execute(ROW.formatted(12_490, 12_600));

        stepThrough(partitions(PartitionSpan.MONTH, Duration.ZERO));

        assertThat(kind()).isEqualTo("p");
        assertThat(jdbc.queryForObject("SELECT count(*) FROM event", Integer.class))
                .isEqualTo(12_600);
        assertThat(jdbc.queryForObject(
                        "SELECT count(*) FROM event JOIN event_key USING (id, stored_at)", Integer.class))
                .isEqualTo(12_600);
        assertThat(jdbc.queryForList(
                        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'event'::regclass",
                        String.class))
                .as("the partition also covers the next weeks")
                .containsExactly("event_before");
        assertThat(jdbc.queryForObject(
                        "SELECT count(*) FROM pg_index WHERE indrelid = 'event_before'::regclass", Integer.class))
                .as("no index was created again")
                .isEqualTo(10);
    }

    /** The migration does not create it on a large table. */
    @Test
    void aMissingIndex_isCreatedWhileEventsAreStored() throws SQLException {
        migrate("6");
        jdbc.execute(ROW.formatted(1, 10));
        migrate("latest");
        jdbc.execute("DROP INDEX event_publisher");

        stepThrough(partitions(PartitionSpan.MONTH, Duration.ofDays(1)));

        assertThat(kind()).isEqualTo("r");
        assertThat(jdbc.queryForObject(
                        "SELECT indisvalid FROM pg_index WHERE indexrelid = 'event_publisher'::regclass",
                        Boolean.class))
                .isTrue();
    }

    /** They would be lost on the partitioned table. */
    @Test
    void aTableWithItsOwnTriggers_isNotPartitioned_andTheReasonIsReported() throws SQLException {
        migrate("6");
        jdbc.execute(ROW.formatted(1, 10));
        migrate("latest");
        jdbc.execute("CREATE FUNCTION own() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$");
        jdbc.execute("CREATE TRIGGER own BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION own()");

        assertThatThrownBy(() -> stepThrough(partitions(PartitionSpan.MONTH, Duration.ZERO)))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("triggers, policies or foreign keys of your own");

        assertThat(kind()).isEqualTo("r");
        jdbc.execute("DROP TRIGGER own ON event");
        stepThrough(partitions(PartitionSpan.MONTH, Duration.ZERO));
        assertThat(kind()).isEqualTo("p");
    }

    @Test
    void beginOnATableWithEvents_changesNothing() throws SQLException {
        migrate("6");
        jdbc.execute(ROW.formatted(1, 10));
        migrate("latest");

        partitions(PartitionSpan.DAY, Duration.ZERO).begin();

        assertThat(kind()).isEqualTo("r");
    }

    @Test
    void aDefaultPartition_doesNotPreventTheNextPartitions() throws SQLException {
        migrate("latest");
        EventPartitions partitions = partitions(PartitionSpan.DAY, Duration.ZERO);
        partitions.begin();
        jdbc.execute("DROP TABLE "
                + jdbc.queryForObject(
                        "SELECT max(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = 'event'::regclass",
                        String.class));
        jdbc.execute("CREATE TABLE event_of_an_operator PARTITION OF event DEFAULT");
        assertThat(partitions.present().isEndNear()).isTrue();

        stepThrough(partitions);

        assertThat(partitions.present().isEndNear()).isFalse();
    }

    @Test
    void aQueryForOtherTimes_skipsAClosedPartition() throws SQLException {
        migrate("latest");
        EventPartitions partitions = partitions(PartitionSpan.MONTH, Duration.ZERO);
        partitions.begin();
        String first = jdbc.queryForObject(
                "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'event'::regclass ORDER BY 1 LIMIT 1",
                String.class);
        jdbc.execute("ALTER TABLE event DETACH PARTITION " + first);
        jdbc.execute("ALTER TABLE event ATTACH PARTITION " + first
                + " FOR VALUES FROM (MINVALUE) TO ('2020-01-01 00:00:00+00')");
        jdbc.execute(
                "INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, payload, stored_at)"
                        + " VALUES ('old', 't', 't', 0, 0, '2019-12-31T12:00:00Z', now(), '{}', '2019-12-31T12:00:00Z')");

        stepThrough(partitions);

        List<String> plan = jdbc.queryForList(
                "EXPLAIN SELECT * FROM event WHERE occurred_at > '2025-01-01T00:00:00Z'", String.class);
        assertThat(String.join("\n", plan)).doesNotContain(first);
        plan = jdbc.queryForList(
                "EXPLAIN SELECT * FROM event WHERE occurred_at > '2019-01-01T00:00:00Z'", String.class);
        assertThat(String.join("\n", plan)).contains(first);
    }
}
