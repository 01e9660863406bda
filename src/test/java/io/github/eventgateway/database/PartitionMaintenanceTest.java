package io.github.eventgateway.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;
import org.springframework.jdbc.core.JdbcTemplate;

/** A gateway creates future partitions, and reports a failure to do so. */
class PartitionMaintenanceTest {

    private static final PartitionSettings SETTINGS =
            new PartitionSettings(PartitionSpan.MONTH, Duration.ofDays(1), Duration.ofMillis(100));

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private EmbeddedPostgres postgres;
    private JdbcTemplate owner;
    private PartitionMaintenance maintenance;

    @BeforeEach
    void start() throws IOException {
        postgres = EmbeddedPostgres.start();
        owner = new JdbcTemplate(PostgresqlServer.at(postgres));
        owner.execute("CREATE ROLE weak LOGIN PASSWORD 'weak-pw'");
    }

    @AfterEach
    void stop() throws IOException {
        maintenance.stop();
        postgres.close();
    }

    private DatabaseSettings settings(String user, String password) {
        return new DatabaseSettings(
                "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres",
                user,
                password,
                "",
                "",
                Path.of("x"),
                2,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofMillis(100));
    }

    private void maintain(String user, String password) {
        Migrations migrations =
                new Migrations(PostgresqlServer.at(postgres), settings("postgres", "postgres"), SETTINGS);
        migrations.start();
        owner.execute("GRANT SELECT ON event_gateway_schema_history TO weak");
        maintenance = new PartitionMaintenance(migrations, settings(user, password), SETTINGS, meters);
    }

    private void dropTheFuture() {
        owner.queryForList(
                        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'event'::regclass ORDER BY 1 OFFSET 1",
                        String.class)
                .forEach(name -> owner.execute("DROP TABLE " + name));
    }

    private double metric(String name) {
        return meters.get(name).gauge().value();
    }

    @Test
    void aMissingPartition_isCreated() {
        maintain("postgres", "postgres");
        int before = count();
        dropTheFuture();
        assertThat(count()).isEqualTo(1);

        maintenance.start();

        await().until(() -> metric("gateway.partitions") == before);
        assertThat(count()).isEqualTo(before);
        assertThat(metric("gateway.partitions.missing")).isZero();
        assertThat(maintenance.health().getStatus()).isEqualTo(Status.UP);
        assertThat(maintenance.health().getDetails()).doesNotContainKey("problem");
    }

    @Test
    void withoutThePermission_healthNamesTheMissingPartition_andIsDownAfterTheLastOneHasEnded() {
        maintain("weak", "weak-pw");
        maintenance.start();
        await().until(() -> metric("gateway.partitions") > 1);
        assertThat(maintenance.health().getDetails()).doesNotContainKey("problem");

        dropTheFuture();

        await().until(() -> metric("gateway.partitions.missing") == 1);
        assertThat(maintenance.health().getStatus()).isEqualTo(Status.UP);
        assertThat(maintenance.health().getDetails().get("problem").toString())
                .contains("The last partition of the table event ends at ")
                .contains("DATABASE_MIGRATION_USER");

        String last = owner.queryForObject(
                "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'event'::regclass", String.class);
        owner.execute("ALTER TABLE event DETACH PARTITION " + last);
        owner.execute("ALTER TABLE event ATTACH PARTITION " + last + " FOR VALUES FROM (MINVALUE) TO ('2020-01-01Z')");
        await().until(() -> maintenance.health().getStatus().equals(Status.DOWN));
    }

    private int count() {
        return owner.queryForObject(
                "SELECT count(*) FROM pg_inherits WHERE inhparent = 'event'::regclass", Integer.class);
    }
}
