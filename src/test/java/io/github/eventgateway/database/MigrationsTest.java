package io.github.eventgateway.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.github.eventgateway.startup.StartupException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.jdbc.core.JdbcTemplate;

class MigrationsTest {

    /** On a machine that is busy with other things. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    @Test
    void theEmbeddedDatabaseIsMigratedWhenTheStartReturns() throws Exception {
        script("sqlite", "CREATE TABLE made (id INT);");
        try (HikariDataSource database = database(settings(Map.of()))) {
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
        try (HikariDataSource database = database(settings)) {
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
    void givenAMigrationThatWasChanged_thenTheStartEndsWithASentence() throws Exception {
        script("sqlite", "CREATE TABLE made (id INT);");
        try (HikariDataSource database = database(settings(Map.of()))) {
            migrations(database, settings(Map.of())).start();
            script("sqlite", "CREATE TABLE made (id BIGINT);");
            assertThatThrownBy(() -> migrations(database, settings(Map.of())).start())
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("checksum");
        }
    }

    @Test
    void givenAMigrationThatIsWrong_thenTheStartEndsWithASentence() throws Exception {
        script("sqlite", "CREATE TABBLE made (id INT);");
        try (HikariDataSource database = database(settings(Map.of()))) {
            assertThatThrownBy(() -> migrations(database, settings(Map.of())).start())
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("TABBLE");
        }
    }

    @Test
    void givenAnAccountThatMayMakeNoTables_thenTheStartEndsWithASentence_unlessTheyAreThere() throws Exception {
        script("postgresql", "CREATE TABLE made (id INT);");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder().start()) {
            JdbcTemplate root = new JdbcTemplate(postgres.getPostgresDatabase());
            root.execute("CREATE ROLE weak LOGIN PASSWORD 'weak-pw'");
            Map<String, String> some = Map.of(
                    "url", "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres",
                    "user", "weak",
                    "password", "weak-pw");
            try (HikariDataSource weak = database(settings(some))) {
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

    @Test
    void whatWasCommittedIsThereAfterThePoolIsClosed() throws Exception {
        script("sqlite", "CREATE TABLE made (id INT);");
        try (HikariDataSource database = database(settings(Map.of()))) {
            migrations(database, settings(Map.of())).start();
            new JdbcTemplate(database).update("INSERT INTO made VALUES (1)");
        }
        try (HikariDataSource database = database(settings(Map.of()))) {
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

    private Migrations migrations(HikariDataSource database, DatabaseSettings settings) {
        return new Migrations(database, settings, "filesystem:" + folder + "/migration/", PATIENCE);
    }

    private static HikariDataSource database(DatabaseSettings settings) {
        return new DatabaseConfiguration().dataSource(settings);
    }

    private static int rows(HikariDataSource database) {
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
