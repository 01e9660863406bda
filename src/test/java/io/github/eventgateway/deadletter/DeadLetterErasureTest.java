package io.github.eventgateway.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.database.ColumnTime;
import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.database.PostgresqlServer;
import io.github.eventgateway.database.SqliteFile;
import io.github.eventgateway.erasure.Erasing;
import io.github.eventgateway.erasure.ErasurePart;
import io.github.eventgateway.testing.EveryTable;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Dead letters of users with long ids, which are cut in some columns and in stubs. */
class DeadLetterErasureTest {

    /** As long as an id that can be erased. */
    private static final String USER = "cn=王小明," + "ou=people,".repeat(399);

    /** The id of another user. */
    private static final String OTHER = USER.substring(0, 1500);

    private static final Headers NONE = new RecordHeaders();

    private static EmbeddedPostgres postgres;

    @TempDir
    private Path folder;

    private DataSource database;
    private JdbcTemplate jdbc;
    private DeadLetterErasure erasure;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    private void open(String kind) throws Exception {
        boolean isPostgresql = kind.equals("postgresql");
        if (isPostgresql) {
            PostgresqlServer.renew(postgres);
        }
        database = isPostgresql ? PostgresqlServer.at(postgres) : SqliteFile.madeAt(folder.resolve("events.db"));
        jdbc = new JdbcTemplate(database);
        erasure = new DeadLetterErasure(new DatabaseSettings(
                isPostgresql ? "jdbc:postgresql://x" : "",
                "",
                "",
                "",
                "",
                Path.of("x"),
                1,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO));
    }

    private void letter(String id, String key, String value, Headers headers) {
        letter(id, bytes(key), bytes(value), headers, "UNKNOWN", null, null);
    }

    private void letter(
            String id, byte[] key, byte[] value, Headers headers, String reason, String exception, String message) {
        Object now = ColumnTime.column(Instant.now());
        jdbc.update("""
                INSERT INTO dead_letter (id, dlq_topic, dlq_partition, dlq_offset, source_topic, source_partition, source_offset,
                    source_timestamp, origin, reason, exception, message, attempts, replays, record_key, record_value,
                    record_headers, status, failed_at, received_at)
                VALUES (?, 't.dlq', 0, 0, 't', 0, 0, 0, 'o', ?, ?, ?, 1, 0, ?, ?, ?, 'open', ?, ?)""", id, reason, exception, message, key, value, HeaderBytes.encode(headers), now, now);
    }

    private static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private static Headers stub() {
        Headers headers = new RecordHeaders();
        DeadLetterStub.describe(bytes("the whole record")).addTo(headers);
        return headers;
    }

    private static byte[] head(String text) {
        return Arrays.copyOf(bytes(text), DeadLetterStub.HEAD);
    }

    private long erase(String user) throws Exception {
        ErasurePart.Step step = new ErasurePart.Step(0, null, false);
        long erased = 0;
        while (!step.isLast()) {
            try (Connection connection = database.getConnection()) {
                connection.setAutoCommit(false);
                step = erasure.step(connection, Erasing.user(user, Erasing.fields()), step.position());
                connection.commit();
            }
            erased += step.erased();
        }
        return erased;
    }

    private List<String> open() {
        return jdbc.queryForList("SELECT id FROM dead_letter WHERE status = 'open' ORDER BY id", String.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void aLongIdIsErased_inBytesHeadersAndKey_alsoWhereItWasCut(String kind) throws Exception {
        open(kind);
        String json = "{\"id\":\"e\",\"type\":\"user_login\",\"data\":{\"user_id\":\"";
        letter("key", USER, "{}", NONE);
        letter("json", "k", json + USER + "\"}}", NONE);
        letter("text", "k", "user " + USER + " failed", NONE);
        letter("header", "k", "{}", new RecordHeaders().add("x", bytes(USER)));
        letter("cut-key", head(USER), bytes("{}"), stub(), "UNKNOWN", null, null);
        letter("cut-value", bytes("k"), head(json + USER), stub(), "UNKNOWN", null, null);
        letter("cut-reason", bytes("k"), bytes("{}"), NONE, USER.substring(0, DeadLetter.LONGEST_REASON), null, null);
        letter("cut-class", bytes("k"), bytes("{}"), NONE, "UNKNOWN", USER.substring(0, 255), null);
        letter("cut-message", bytes("k"), bytes("{}"), NONE, "UNKNOWN", null, ("no " + USER).substring(0, 500));
        letter("other", OTHER, "{}", NONE);
        letter("other-stub", bytes("k"), bytes("x".repeat(DeadLetterStub.HEAD)), stub(), "UNKNOWN", null, null);
        letter("other-json", "k", json + OTHER + "\"}}", NONE);
        jdbc.update(
                "INSERT INTO dead_letter_history (dead_letter_id, at, outcome, detail) VALUES ('other-stub', ?, 'failed', ?)",
                ColumnTime.column(Instant.now()),
                ("no " + USER).substring(0, 500));

        assertThat(erase(USER)).isEqualTo(9);

        assertThat(open()).containsExactly("other", "other-json", "other-stub");
        jdbc.update("DELETE FROM dead_letter WHERE id IN ('other', 'other-json')");
        assertThat(EveryTable.with(jdbc, USER.substring(0, DeadLetter.LONGEST_REASON)))
                .isEmpty();
        assertThat(erase(USER)).as("a second erasure").isZero();
    }
}
