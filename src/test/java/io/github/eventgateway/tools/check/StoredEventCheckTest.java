package io.github.eventgateway.tools.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.eventgateway.database.ColumnTime;
import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.database.PostgresqlServer;
import io.github.eventgateway.database.ReadOnlyDatabase;
import io.github.eventgateway.database.SqliteFile;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.FileSystemUtils;
import picocli.CommandLine;

class StoredEventCheckTest {

    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

    private static EmbeddedPostgres postgres;

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Path routes;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void copyRoutes() throws IOException {
        routes = folder.resolve("routes");
        FileSystemUtils.copyRecursively(Path.of("routes"), routes);
    }

    private Map<String, Object> settings(String database) {
        return database.equals("sqlite")
                ? Map.of(
                        "gateway.database.embedded-file",
                        folder.resolve("events.db").toString())
                : Map.of(
                        "gateway.database.url", "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres",
                        "gateway.database.user", "postgres",
                        "gateway.database.password", "postgres");
    }

    private DataSource database(String database) throws SQLException {
        if (database.equals("sqlite")) {
            return SqliteFile.madeAt(folder.resolve("events.db"));
        }
        PostgresqlServer.renew(postgres);
        return PostgresqlServer.at(postgres);
    }

    private void insert(JdbcTemplate table, String id, String type, int seconds, String data) {
        table.update(
                "INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, payload)"
                        + " VALUES (?, ?, 'user_events', 0, ?, ?, ?, ?)",
                id,
                type,
                seconds,
                ColumnTime.column(TIME.plusSeconds(seconds)),
                ColumnTime.column(TIME),
                "{\"id\":\"" + id + "\",\"type\":\"" + type + "\",\"timestamp\":\"" + TIME.plusSeconds(seconds)
                        + "\",\"data\":" + data + "}");
    }

    private int check(String database, String count) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", new HashMap<>(settings(database))));
        return new CommandLine(new CheckCommand(environment))
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .execute(routes.toString(), "--against-stored", count);
    }

    private static String login(String name) {
        return "{\"user_id\":7,\"username\":\"" + name + "\",\"ip\":\"10.0.0.1\",\"action\":\"login\"}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void givenStoredEvents_thenItCountsThoseThatViolateTheEditedSchema(String database) throws Exception {
        DataSource source = database(database);
        JdbcTemplate table = new JdbcTemplate(source);
        table.update("DELETE FROM event");
        for (int i = 0; i < 1200; i++) {
            insert(table, "e-" + i, "user_login", i / 3, login(i % 100 == 0 ? "somebody" : "max"));
        }
        insert(table, "derived:1", "user_logout", 1, login("max"));
        insert(table, "e-gone", "user_gone", 1, "{}");

        assertThat(check(database, "5000")).as(err.toString()).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .contains(
                        "user_login: 1200 checked, 0 invalid",
                        "user_logout: 1 checked, 0 invalid",
                        "user_delete: 0 checked, 0 invalid")
                .anyMatch(
                        line -> line.startsWith("user_gone: 1 checked, 1 invalid; the latest is e-gone: /type is not"));

        out.reset();
        Path schema = routes.resolve("schemas/user_login.schema.json");
        Files.writeString(
                schema, Files.readString(schema).replace("\"username\": {", "\"username\": { \"pattern\": \"^...$\","));
        try (Connection writer = source.getConnection()) {
            writer.setAutoCommit(false);
            try (var statement = writer.createStatement()) {
                statement.executeUpdate("DELETE FROM event");
                // A gateway that writes does not wait for the check, and the check sees its rows only after the commit.
                assertThat(check(database, "1200")).isEqualTo(1);
                writer.rollback();
            }
        }
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .anyMatch(line ->
                        line.startsWith("user_login: 1200 checked, 12 invalid; the latest is e-1100: /data/username"));
        assertThat(table.queryForObject("SELECT count(*) FROM event", Integer.class))
                .isEqualTo(1202);

        out.reset();
        check(database, "700");
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("user_login: 700 checked, 7 invalid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void itCannotWrite(String database) throws SQLException {
        database(database);
        DatabaseSettings settings = new Binder(new MapConfigurationPropertySource(settings(database)))
                .bind("gateway.database", DatabaseSettings.class)
                .get();
        try (Connection connection = ReadOnlyDatabase.open(settings);
                var statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.executeUpdate("DELETE FROM event"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageMatching("(?is).*read-?only.*");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1"})
    void givenNothingToRead_thenAMessageGivesTheReason(String count) {
        assertThat(check("sqlite", count)).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith(count.equals("0") ? "--against-stored is 0" : "The database file does not exist");
        assertThat(folder.resolve("events.db")).doesNotExist();
    }
}
