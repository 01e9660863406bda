package io.github.eventgateway.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

import io.github.eventgateway.database.PartitionSpan;
import io.github.eventgateway.database.PostgresqlServer;
import io.github.eventgateway.database.SqliteFile;
import io.github.eventgateway.erasure.ErasedUsers;
import io.github.eventgateway.erasure.Erasing;
import io.github.eventgateway.erasure.ErasurePart;
import io.github.eventgateway.server.audit.AuditTrail;
import io.github.eventgateway.server.audit.GatewaySecret;
import io.github.eventgateway.server.audit.WrittenTrail;
import io.github.eventgateway.testing.Token;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.zip.GZIPInputStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.ArgumentCaptor;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import picocli.CommandLine;

/** Removed events go to files, and can be restored from them. */
class ArchiveAndRestoreTest {

    private static final Duration YEAR = Duration.ofDays(365);
    private static final int OLD = 2_500;

    private static EmbeddedPostgres postgres;

    @TempDir
    private Path folder;

    private final AuditTrail audit = mock();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private JdbcTemplate jdbc;
    private Trimmer trimmer;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    private void open(String database) throws Exception {
        boolean isSqlite = database.equals("sqlite");
        if (!isSqlite) {
            PostgresqlServer.renewWithPartitions(postgres);
        }
        DataSource source = isSqlite ? SqliteFile.madeAt(folder.resolve("events.db")) : PostgresqlServer.at(postgres);
        jdbc = new JdbcTemplate(source);
        EventArchive archive = new EventArchive(folder.resolve("archive"));
        if (isSqlite) {
            trimmer = new SqliteTrimmer(
                    jdbc,
                    new TransactionTemplate(new JdbcTransactionManager(source)),
                    PartitionSpan.MONTH,
                    archive,
                    audit);
            fillSqlite();
        } else {
            trimmer = new PostgresqlTrimmer(source, archive, audit);
            fillPostgresql();
        }
    }

    private void fillPostgresql() throws Exception {
        String first = jdbc.queryForObject(
                "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'event'::regclass ORDER BY 1 LIMIT 1",
                String.class);
        jdbc.execute("ALTER TABLE event DETACH PARTITION " + first);
        jdbc.execute("CREATE TABLE event_2020_01 (LIKE event)");
        jdbc.execute("ALTER TABLE event ATTACH PARTITION event_2020_01 FOR VALUES FROM (MINVALUE) TO ('2020-02-01Z')");
        jdbc.execute("ALTER TABLE event ATTACH PARTITION " + first
                + " FOR VALUES FROM ('2020-02-01Z') TO ((date_trunc('month', now(), 'UTC') + interval '1 month'))");
        jdbc.execute("""
                INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, user_id, username, payload, stored_at)
                SELECT 'old-' || n, 'user_login', 'user_events', 1, n, timestamptz '2020-01-01T00:00:00.123456Z' + n * interval '1 minute',
                       timestamptz '2020-01-01Z', 'user-' || (n %% 10), CASE WHEN n %% 2 = 0 THEN '王"' || n END, '{"data": {"n":' || n || '}}',
                       timestamptz '2020-01-02Z' + n * interval '1 second'
                FROM generate_series(1, %d) AS n""".formatted(OLD));
        jdbc.execute("""
                INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, payload, stored_at)
                VALUES ('young', 'user_login', 'user_events', 1, 0, now(), now(), '{}', now())""");
        jdbc.execute("INSERT INTO event_key (id, stored_at) SELECT id, stored_at FROM event");
    }

    private void fillSqlite() {
        jdbc.execute("""
                WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < %d)
                INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, user_id, username, payload, stored_at)
                SELECT 'old-' || n, 'user_login', 'user_events', 1, n,
                       strftime('%%Y-%%m-%%dT%%H:%%M:%%S', 1577836800 + n * 60, 'unixepoch') || '.123456Z',
                       '2020-01-01T00:00:00.000000Z', 'user-' || (n %% 10), CASE WHEN n %% 2 = 0 THEN '王"' || n END, '{"data": {"n":' || n || '}}',
                       unixepoch('2020-01-02') + n FROM s""".formatted(OLD));
        jdbc.execute("""
                INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, payload, stored_at)
                VALUES ('young', 'user_login', 'user_events', 1, 0, '2020-01-01T00:00:00.000000Z', '2020-01-01T00:00:00.000000Z',
                        '{}', unixepoch())""");
    }

    private List<Map<String, Object>> oldEvents() {
        return jdbc.queryForList(
                "SELECT id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, user_id, username,"
                        + " ip, action, service, level, payload, repaired_by, publisher FROM event WHERE id LIKE 'old-%' ORDER BY kafka_offset");
    }

    private void trimAll() throws Exception {
        while (trimmer.events(YEAR)) {
            // The condition runs the steps.
        }
    }

    /** Restores the file, and trusts it. */
    private int restore() throws IOException {
        return restore(file(), environment(Token.SECRET, ""));
    }

    private StandardEnvironment environment(String secret, String retired) {
        StandardEnvironment environment = new StandardEnvironment();
        boolean isSqlite = trimmer instanceof SqliteTrimmer;
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "test",
                        Map.of(
                                "gateway.database.url",
                                isSqlite ? "" : "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres",
                                "gateway.database.user",
                                "postgres",
                                "gateway.database.password",
                                "postgres",
                                "gateway.database.embedded-file",
                                folder.resolve("events.db").toString(),
                                "gateway.audit.secret",
                                secret,
                                "gateway.audit.secret-retired",
                                retired)));
        return environment;
    }

    private int restore(Path file, StandardEnvironment environment) throws IOException {
        return run(environment, file.toString(), "--sha256", new ArchiveFile(file).sha256());
    }

    private int run(StandardEnvironment environment, String... arguments) {
        return new CommandLine(new RestoreCommand(environment))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private Path file() {
        return folder.resolve("archive/event_2020_01.ndjson.gz");
    }

    @SuppressWarnings("unchecked")
    private String audited(int rows) {
        ArgumentCaptor<Map<String, Object>> detail = ArgumentCaptor.forClass(Map.class);
        verify(audit).recordOwn(eq("retention"), eq(Map.of("partition", "event_2020_01")), detail.capture());
        assertThat(detail.getValue()).containsEntry("rows", (long) rows).containsEntry("archived", true);
        return detail.getValue().get("sha256").toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void removedEventsAreInAFile_andAreRestoredUnchanged(String database) throws Exception {
        open(database);
        List<Map<String, Object>> before = oldEvents();
        assertThat(before).hasSize(OLD);

        trimAll();

        assertThat(jdbc.queryForList("SELECT id FROM event", String.class)).containsExactly("young");
        String digest = audited(OLD);
        try (var lines = new GZIPInputStream(Files.newInputStream(file()))) {
            assertThat(new String(lines.readAllBytes(), StandardCharsets.UTF_8).lines())
                    .hasSize(OLD)
                    .allMatch(
                            line -> line.startsWith("{\"id\":\"old-") && line.contains("\"stored_at\":\"2020-01-02T"));
        }
        try (var files = Files.list(folder.resolve("archive"))) {
            assertThat(files).as("no incomplete file").hasSize(1);
        }

        assertThat(restore()).as(err.toString()).isZero();

        assertThat(out.toString())
                .isEqualTo("Restored 2500 of 2500 events, SHA-256 " + digest + System.lineSeparator());
        assertThat(oldEvents()).isEqualTo(before);
        trimAll();
        assertThat(oldEvents()).as("the partition remains").hasSize(OLD);
        List<Map<String, Object>> records = restoreRecords();
        assertThat(records).extracting("outcome").containsExactly("begun", "done");
        assertThat(records).allSatisfy(record -> {
            assertThat(record).containsEntry("subject", "event-gateway");
            assertThat(record.get("target").toString())
                    .contains("event_2020_01.ndjson.gz", digest, System.getProperty("user.name"));
        });
        assertThat(records.get(1).get("detail").toString())
                .contains("\"begun\":1", "\"rows\":2500", "\"restored\":2500", "\"erased\":0");
        assertThat(WrittenTrail.verify(jdbc.getDataSource(), Token.SECRET))
                .satisfies(verdict -> assertThat(verdict.valid()).isTrue())
                .satisfies(verdict -> assertThat(verdict.records()).isEqualTo(2));
    }

    private List<Map<String, Object>> restoreRecords() {
        return jdbc.queryForList("SELECT outcome, subject, target, reason, detail FROM audit_record"
                + " WHERE action = 'restore' ORDER BY sequence");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void nothingIsRestored_ifTheAuditTrailTakesNoRecord(String database) throws Exception {
        open(database);
        trimAll();
        assertThat(restore()).isZero();
        removeRestored();

        assertThat(restore(file(), environment("another secret that is long enough for it", "")))
                .isEqualTo(1);
        assertThat(err.toString()).contains("The audit trail is signed with the key", "AUDIT_SECRET_ALSO");
        jdbc.execute("DROP TABLE audit_head");
        assertThat(restore()).isEqualTo(1);
        assertThat(err.toString()).contains("The audit trail cannot be written");

        assertThat(oldEvents()).isEmpty();
    }

    private void removeRestored() {
        if (trimmer instanceof SqliteTrimmer) {
            jdbc.execute("DELETE FROM event WHERE id LIKE 'old-%'");
        } else {
            jdbc.execute("DROP TABLE event_2020_01");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void anotherFileIsNotRestored(String database) throws Exception {
        open(database);
        trimAll();

        assertThat(run(environment(Token.SECRET, ""), file().toString(), "--sha256", "00"))
                .isEqualTo(1);

        assertThat(err.toString()).contains("are not restored: the SHA-256 of");
        assertThat(oldEvents()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void withoutADigest_theFileIsRestoredOnlyIfTheAuditTrailHasItsDigest(String database) throws Exception {
        open(database);
        trimAll();
        StandardEnvironment environment = environment(Token.SECRET, "");
        String digest = new ArchiveFile(file()).sha256();
        String moved = Files.copy(file(), folder.resolve("moved.ndjson.gz")).toString();

        assertThat(run(environment, file().toString())).isEqualTo(1);
        assertThat(err.toString())
                .contains("no valid record of event_2020_01.ndjson.gz")
                .contains("pass --sha256 " + digest);

        Map<String, Object> written = Map.of("archived", true, "file", "/x/" + file().getFileName(), "rows", OLD);
        record("retention", Map.of("partition", "event_2020_01"), written, "sha256", "00".repeat(32));
        assertThat(run(environment, file().toString())).isEqualTo(1);
        assertThat(err.toString())
                .contains("the record 1 of the audit trail has the SHA-256 " + "00".repeat(32) + " for event_2020_01")
                .contains("it was changed, or it is another file");

        record("retention", Map.of("partition", "event_2020_01"), written, "sha256", digest);
        jdbc.execute(
                trimmer instanceof SqliteTrimmer
                        ? "DROP TRIGGER audit_record_not_updated"
                        : "ALTER TABLE audit_record DISABLE TRIGGER ALL");
        jdbc.update("UPDATE audit_record SET subject = 'mallory' WHERE sequence = 2");
        assertThat(run(environment, file().toString())).as("an altered record").isEqualTo(1);
        assertThat(restoreRecords()).isEmpty();
        assertThat(oldEvents()).isEmpty();

        jdbc.update("UPDATE audit_record SET subject = 'event-gateway' WHERE sequence = 2");
        assertThat(run(environment, moved)).as(err.toString()).isZero();
        assertThat(oldEvents()).hasSize(OLD);
    }

    private void record(String action, Map<String, ?> target, Map<String, ?> detail, String name, Object value) {
        Map<String, Object> whole = new HashMap<>(detail);
        whole.put(name, value);
        WrittenTrail.add(jdbc.getDataSource(), Token.SECRET, action, target, whole);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void ifTheArchiveOrTheAuditTrailCannotBeWritten_noEventIsRemoved(String database) throws Exception {
        open(database);
        Files.writeString(folder.resolve("archive"), "not a folder");
        assertThatThrownBy(this::trimAll).isInstanceOf(IOException.class);
        assertThat(oldEvents()).hasSize(OLD);

        Files.delete(folder.resolve("archive"));
        doThrow(new CompletionException(new IOException("none")))
                .doNothing()
                .when(audit)
                .recordOwn(any(), any(), any());
        assertThatThrownBy(this::trimAll).isInstanceOf(CompletionException.class);
        assertThat(jdbc.queryForObject(
                        database.equals("sqlite")
                                ? "SELECT count(*) FROM event WHERE id LIKE 'old-%'"
                                : "SELECT count(*) FROM event_2020_01",
                        Integer.class))
                .isEqualTo(OLD);

        trimAll();
        assertThat(oldEvents()).isEmpty();
        assertThat(folder.resolve("archive/event_2020_01-2.ndjson.gz")).exists();
    }

    @Test
    void inPostgresql_twoRestoresOfOneFile_restoreItOnce() throws Exception {
        open("postgresql");
        trimAll();
        assertThat(restore()).isZero();

        assertThat(restore()).isEqualTo(1);

        assertThat(err.toString()).contains("event_2020_01").contains("already exists");
        assertThat(restoreRecords()).extracting("outcome").containsExactly("begun", "done", "begun", "failed");
        assertThat(restoreRecords().get(3)).containsEntry("reason", "SQLState 42P07");
        assertThat(oldEvents()).hasSize(OLD);
    }

    @Test
    void inSqlite_anExistingEventIsNotRestoredTwice() throws Exception {
        open("sqlite");
        trimAll();
        assertThat(restore()).isZero();

        assertThat(restore()).isZero();

        assertThat(out.toString()).contains("Restored 0 of 2500 events");
        assertThat(oldEvents()).hasSize(OLD);
        assertThat(jdbc.queryForObject("SELECT count(*) FROM event_key", Integer.class))
                .isZero();
    }

    private long eraseFromArchives(String user) throws Exception {
        ArchiveErasure erasure = new ArchiveErasure(
                new RetentionSettings(null, null, null, null, folder.resolve("archive"), Duration.ofMinutes(1)),
                trimmer,
                audit);
        long erased = 0;
        ErasurePart.Step step = new ErasurePart.Step(0, null, false);
        while (!step.isLast()) {
            step = erasure.step(null, Erasing.user(user, Erasing.fields()), step.position());
            erased += step.erased();
        }
        return erased;
    }

    private static String content(Path file) throws IOException {
        try (var lines = new GZIPInputStream(Files.newInputStream(file))) {
            return new String(lines.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    @SuppressWarnings("unchecked")
    void anErasure_rewritesTheArchiveWithoutTheUser_andTheAuditTrailHasItsDigest(String database) throws Exception {
        open(database);
        trimAll();
        Path other = Files.copy(file(), folder.resolve("archive/another.ndjson.gz"));
        Files.writeString(folder.resolve("archive/killed.part"), "user-3");
        List<String> before = content(file()).lines().toList();

        assertThat(eraseFromArchives("user-3")).isEqualTo(2 * OLD / 10);

        List<String> left =
                before.stream().filter(line -> !line.contains("\"user-3\"")).toList();
        assertThat(left).hasSize(OLD - OLD / 10);
        assertThat(content(file()).lines()).containsExactlyElementsOf(left);
        assertThat(content(other)).doesNotContain("user-3");
        ArgumentCaptor<Map<String, Object>> detail = ArgumentCaptor.forClass(Map.class);
        verify(audit).recordOwn(eq("erasure"), eq(Map.of("file", file().toString())), detail.capture());
        assertThat(detail.getValue())
                .containsEntry("rows", (long) left.size())
                .containsEntry("sha256", new ArchiveFile(file()).sha256())
                .containsEntry("erased", (long) OLD / 10);
        try (var files = Files.list(folder.resolve("archive"))) {
            assertThat(files).as("no incomplete file").hasSize(2);
        }
        assertThat(eraseFromArchives("user-3")).as("a second erasure").isZero();
    }

    /** As a double, the first user would be infinite and the second one would have another number. */
    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void usersWithLargeNumbers_areErasedAndRestored(String database) throws Exception {
        open(database);
        // In SQLite, later rows are younger.
        jdbc.update("DELETE FROM event WHERE id = 'young'");
        addOld("old-huge", "1e400");
        addOld("old-long", "12345678901234567.0");
        trimAll();

        assertThat(eraseFromArchives("12345678901234567")).isEqualTo(1);
        assertThat(content(file())).contains("\"old-huge\"").doesNotContain("\"old-long\"");
        Erasing.enter(
                jdbc.getDataSource(),
                new ErasedUsers(() -> GatewaySecret.of(environment(Token.SECRET, ""))),
                "user-3",
                Instant.now());
        assertThat(restore()).as(err.toString()).isZero();
        assertThat(oldEvents()).hasSize(OLD + 1 - OLD / 10);
    }

    /** The column user_id has no value for them. */
    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void usersWithLongIds_areErasedAndNotRestored(String database) throws Exception {
        open(database);
        jdbc.update("DELETE FROM event WHERE id = 'young'");
        String user = "cn=王\uD83D\uDE00," + "ou=people,".repeat(399);
        String other = user.substring(0, user.length() - 1);
        String next = user.substring(0, 65);
        addOld("old-of-user", "\"" + user + "\"");
        addOld("old-of-other", "\"" + other + "\"");
        addOld("old-of-next", "\"" + next + "\"");
        trimAll();

        assertThat(eraseFromArchives(user)).isEqualTo(1);

        assertThat(content(file()))
                .contains("\"old-of-other\"", "\"old-of-next\"")
                .doesNotContain("\"old-of-user\"", user);
        assertThat(eraseFromArchives(user)).isZero();
        ErasedUsers users = new ErasedUsers(() -> GatewaySecret.of(environment(Token.SECRET, "")));
        Erasing.enter(jdbc.getDataSource(), users, other, Instant.now());
        assertThat(restore()).as(err.toString()).isZero();
        assertThat(jdbc.queryForList("SELECT id FROM event WHERE id LIKE 'old-of-%'", String.class))
                .containsExactly("old-of-next");
        assertThat(oldEvents()).hasSize(OLD + 1);
    }

    private void addOld(String id, String userId) {
        String columns = "id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, payload, stored_at";
        jdbc.update(
                "INSERT INTO event (" + columns
                        + ") SELECT ?, type, topic, kafka_partition, 5000, occurred_at, received_at, ?, stored_at"
                        + " FROM event WHERE id = 'old-1'",
                id,
                "{\"data\": {\"user_id\": " + userId + "}}");
        if (trimmer instanceof PostgresqlTrimmer) {
            jdbc.update("INSERT INTO event_key (id, stored_at) SELECT id, stored_at FROM event WHERE id = ?", id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void ifTheAuditTrailCannotBeWritten_theArchiveDoesNotChange(String database) throws Exception {
        open(database);
        trimAll();
        String digest = new ArchiveFile(file()).sha256();
        doThrow(new CompletionException(new IOException("none"))).when(audit).recordOwn(any(), any(), any());

        assertThatThrownBy(() -> eraseFromArchives("user-3")).isInstanceOf(CompletionException.class);

        assertThat(new ArchiveFile(file()).sha256()).isEqualTo(digest);
        try (var files = Files.list(folder.resolve("archive"))) {
            assertThat(files).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void anOldCopyOfAnArchive_doesNotRestoreAnErasedUser(String database) throws Exception {
        open(database);
        trimAll();
        ErasedUsers users = new ErasedUsers(() -> GatewaySecret.of(environment(Token.SECRET, "")));
        Erasing.enter(jdbc.getDataSource(), users, "user-3", Instant.now());
        // The restored events of this user are older than the erasure.
        Erasing.enter(jdbc.getDataSource(), users, "user-4", Instant.parse("2019-01-01T00:00:00Z"));

        assertThat(restore()).as(err.toString()).isZero();

        assertThat(out.toString()).contains("Restored 2250 of 2500 events");
        assertThat(oldEvents()).hasSize(2250);
        assertThat(jdbc.queryForObject("SELECT count(*) FROM event WHERE user_id = 'user-3'", Integer.class))
                .isZero();
        assertThat(jdbc.queryForObject("SELECT count(*) FROM event WHERE user_id = 'user-4'", Integer.class))
                .isEqualTo(OLD / 10);
        assertThat(restoreRecords().get(1).get("detail").toString()).contains("\"restored\":2250", "\"erased\":250");

        removeRestored();
        assertThat(restore(file(), environment("another secret that is long enough for it", Token.SECRET)))
                .isEqualTo(1);
        assertThat(err.toString()).contains("an AUDIT_SECRET that this command does not have");
        assertThat(restoreRecords().get(3)).containsEntry("outcome", "failed").containsEntry("reason", "SQLException");
        assertThat(oldEvents()).isEmpty();
    }
}
