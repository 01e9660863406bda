package io.github.eventgateway.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.eventgateway.api.StartupException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.jdbc.core.JdbcTemplate;

class MigrationsTest {

    /** The machine may be busy with other work. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    @Test
    void theEmbeddedDatabaseIsMigratedWhenTheStartReturns() throws Exception {
        script("sqlite", "CREATE TABLE made (id INT);");
        try (ConnectionPools database = database(settings(Map.of()))) {
            Migrations migrations = migrations(database, settings(Map.of()));
            assertThat(migrations.isMigrated()).isFalse();
            migrations.start();
            assertThat(migrations.isMigrated()).isTrue();
            assertThat(rows(database)).isZero();
        }
    }

    @Test
    void givenPostgresqlIsDown_whenItComesUp_thenItIsMigrated() throws Exception {
        script("postgresql", "CREATE TABLE made (id INT);");
        int port = freePort();
        DatabaseSettings settings = settings(Map.of(
                "url", "jdbc:postgresql://127.0.0.1:" + port + "/postgres",
                "user", "postgres",
                "connect-timeout", "1s",
                "migration-retry-delay", "100ms"));
        try (ConnectionPools database = database(settings)) {
            Migrations migrations = migrations(database, settings);
            migrations.start();
            assertThat(migrations.isMigrated()).isFalse();
            try (EmbeddedPostgres up = EmbeddedPostgres.builder().setPort(port).start()) {
                assertThat(up.getPort()).isEqualTo(port);
                await().atMost(Duration.ofSeconds(30)).until(migrations::isMigrated);
                assertThat(rows(database)).isZero();
            } finally {
                migrations.stop();
            }
        }
    }

    @Test
    void givenAMigrationThatWasChanged_thenTheStartFailsWithAMessage() throws Exception {
        script("sqlite", "CREATE TABLE made (id INT);");
        try (ConnectionPools database = database(settings(Map.of()))) {
            migrations(database, settings(Map.of())).start();
            script("sqlite", "CREATE TABLE made (id BIGINT);");
            assertThatThrownBy(() -> migrations(database, settings(Map.of())).start())
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("checksum");
        }
    }

    @Test
    void givenAMigrationThatIsWrong_thenTheStartFailsWithAMessage() throws Exception {
        script("sqlite", "CREATE TABBLE made (id INT);");
        try (ConnectionPools database = database(settings(Map.of()))) {
            assertThatThrownBy(() -> migrations(database, settings(Map.of())).start())
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("TABBLE");
        }
    }

    @Test
    void givenAnAccountThatMayMakeNoTables_thenTheStartFailsWithAMessage_unlessTheyAreThere() throws Exception {
        script("postgresql", "CREATE TABLE made (id INT);");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder().start()) {
            JdbcTemplate root = new JdbcTemplate(postgres.getPostgresDatabase());
            root.execute("CREATE ROLE weak LOGIN PASSWORD 'weak-pw'");
            Map<String, String> some = Map.of(
                    "url", "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres",
                    "user", "weak",
                    "password", "weak-pw");
            try (ConnectionPools weak = database(settings(some))) {
                assertThatThrownBy(() -> migrations(weak, settings(some)).start())
                        .isInstanceOf(StartupException.class)
                        .hasMessageContaining("permission denied for schema public")
                        .hasMessageContaining("DATABASE_MIGRATION_USER");
                Flyway.configure()
                        .dataSource(postgres.getPostgresDatabase())
                        .locations("filesystem:" + folder + "/migration/postgresql")
                        .load()
                        .migrate();
                root.execute("GRANT SELECT ON made, flyway_schema_history TO weak");
                Migrations migrations = migrations(weak, settings(some));
                migrations.start();
                assertThat(migrations.isMigrated()).isTrue();
                assertThat(rows(weak)).isZero();
            }
        }
    }

    /** It used Flyway's usual table, which must not change while instances of the earlier version run. */
    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void givenTheTablesOfAnEarlierVersion_thenTheMigrationsContinueWhereItEnded(String kind) throws Exception {
        script(kind, "CREATE TABLE made (id INT); INSERT INTO made VALUES (7);");
        onEmpty(kind, settings -> {
            try (ConnectionPools database = database(settings)) {
                usualFlyway(kind).dataSource(database).load().migrate();
                Files.writeString(
                        folder.resolve("migration/" + kind + "/V2__more.sql"), "ALTER TABLE made ADD COLUMN more INT;");

                migrations(database, settings).start();

                JdbcTemplate jdbc = new JdbcTemplate(database);
                assertThat(jdbc.queryForObject("SELECT max(more) FROM made WHERE id = 7", Integer.class))
                        .isNull();
                assertThat(rows(database)).isEqualTo(1);
                assertThat(jdbc.queryForList("SELECT script FROM flyway_schema_history", String.class))
                        .containsExactly("V1__made.sql");
                migrations(database, settings).start();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void givenTheHistoryOfAnotherProgram_thenBothGoTheirWay(String kind) throws Exception {
        script(kind, "CREATE TABLE made (id INT);");
        Path theirs = Files.createDirectories(folder.resolve("theirs"));
        Files.writeString(theirs.resolve("V1__theirs.sql"), "CREATE TABLE theirs (id INT);");
        onEmpty(kind, settings -> {
            try (ConnectionPools database = database(settings)) {
                Flyway their = Flyway.configure()
                        .dataSource(database)
                        .locations("filesystem:" + theirs)
                        .load();
                their.migrate();

                migrations(database, settings).start();

                assertThat(rows(database)).isZero();
                Files.writeString(theirs.resolve("V2__more.sql"), "ALTER TABLE theirs ADD COLUMN more INT;");
                assertThat(their.migrate().migrationsExecuted).isEqualTo(1);
                migrations(database, settings).start();
            }
        });
    }

    @Test
    void givenADatabaseOfAnotherEncoding_thenTheStartFailsWithAMessage() throws Exception {
        script("postgresql", "CREATE TABLE made (id INT);");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder().start()) {
            JdbcTemplate root = new JdbcTemplate(postgres.getPostgresDatabase());
            for (String encoding : List.of("LATIN1", "SQL_ASCII")) {
                root.execute("CREATE DATABASE other_" + encoding + " ENCODING '" + encoding
                        + "' LOCALE 'C' TEMPLATE template0");
                Map<String, String> some = Map.of(
                        "url",
                        "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/other_"
                                + encoding.toLowerCase(Locale.ROOT),
                        "user",
                        "postgres");
                try (ConnectionPools database = database(settings(some))) {
                    assertThatThrownBy(
                                    () -> migrations(database, settings(some)).start())
                            .isInstanceOf(StartupException.class)
                            .hasMessageStartingWith("The database of DATABASE_URL has the encoding " + encoding);
                }
            }
        }
    }

    private FluentConfiguration usualFlyway(String kind) {
        return Flyway.configure().locations("filesystem:" + folder + "/migration/" + kind);
    }

    @FunctionalInterface
    private interface Work {
        void on(DatabaseSettings settings) throws Exception;
    }

    private void onEmpty(String kind, Work work) throws Exception {
        if (kind.equals("sqlite")) {
            work.on(settings(Map.of()));
            return;
        }
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder().start()) {
            work.on(settings(Map.of(
                    "url", "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres", "user", "postgres")));
        }
    }

    @Test
    void committedRowsRemainAfterThePoolIsClosed() throws Exception {
        script("sqlite", "CREATE TABLE made (id INT);");
        try (ConnectionPools database = database(settings(Map.of()))) {
            migrations(database, settings(Map.of())).start();
            new JdbcTemplate(database).update("INSERT INTO made VALUES (1)");
        }
        try (ConnectionPools database = database(settings(Map.of()))) {
            assertThat(rows(database)).isEqualTo(1);
        }
    }

    @Test
    void givenAnotherKindOfDatabase_thenTheSentenceLeavesThePasswordOut() {
        assertThatThrownBy(() -> database(settings(Map.of("url", "jdbc:mysql://db/events?password=secret"))))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("jdbc:postgresql://")
                .hasMessageNotContaining("secret");
    }

    private Migrations migrations(ConnectionPools database, DatabaseSettings settings) {
        return new Migrations(
                database,
                settings,
                new PartitionSettings(PartitionSpan.MONTH, Duration.ofDays(1), Duration.ofMinutes(1)),
                "filesystem:" + folder + "/migration/",
                PATIENCE);
    }

    private static ConnectionPools database(DatabaseSettings settings) {
        return new DatabaseConfiguration().dataSource(settings);
    }

    private static int rows(ConnectionPools database) {
        Integer count = new JdbcTemplate(database).queryForObject("SELECT count(*) FROM made", Integer.class);
        return count == null ? -1 : count;
    }

    private void script(String vendor, String sql) throws IOException {
        Path scripts = Files.createDirectories(folder.resolve("migration").resolve(vendor));
        Files.writeString(scripts.resolve("V1__made.sql"), sql);
    }

    private DatabaseSettings settings(Map<String, String> some) {
        Map<String, String> all = new HashMap<>();
        all.put("d.embedded-file", folder.resolve("events.db").toString());
        some.forEach((name, value) -> all.put("d." + name, value));
        return new Binder(new MapConfigurationPropertySource(all))
                .bind("d", DatabaseSettings.class)
                .get();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
