package io.github.eventgateway.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.eventgateway.audit.AuditVerification.Verdict;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** What somebody who may write to the database, but has no key, can do to the audit trail: nothing that is not found. */
abstract class AuditChainTest {

    private static final byte[] SECRET = "a-secret-for-tests-that-is-long-enough".getBytes(StandardCharsets.UTF_8);

    private final List<AuditTrail> trails = new ArrayList<>();

    @TempDir
    private Path folder;

    private JdbcTemplate jdbc;
    private AuditSettings settings;
    private AuditAnchors anchors;
    private AuditTrail trail;

    /** An empty database. */
    abstract DataSource database() throws Exception;

    abstract String migrations();

    /** What an update sets so that a record was written later. */
    abstract String laterBySeconds(int seconds);

    /** Lets this test do what the database is told to prevent. */
    void lift(JdbcTemplate database) {}

    @BeforeEach
    void migrate() throws Exception {
        DataSource database = database();
        Flyway.configure()
                .dataSource(database)
                .locations("classpath:db/migration/" + migrations())
                .load()
                .migrate();
        jdbc = new JdbcTemplate(database);
        settings = Settings.of(Map.of("anchor-file", folder.resolve("anchor").toString()));
        anchors = new AuditAnchors(new AuditKey(SECRET), settings);
        trail = trail(anchors);
        for (int i = 1; i <= 10; i++) {
            record(trail, "alice", "GET /api/events", i);
        }
        lift(jdbc);
    }

    @AfterEach
    void stop() throws Exception {
        for (AuditTrail each : trails) {
            each.destroy();
        }
    }

    private AuditTable table(byte[] secret) {
        return new AuditTable(jdbc, new JdbcTransactionManager(jdbc.getDataSource()), new AuditKey(secret));
    }

    private AuditTrail trail(AuditAnchors its) {
        AuditTrail made =
                new AuditTrail(table(SECRET), its, new RefusedCalls(settings), settings, new SimpleMeterRegistry());
        trails.add(made);
        return made;
    }

    private static void record(AuditTrail trail, String who, String action, int items) {
        trail.call(false, who, action, "192.0.2.1", "r-" + items).succeeded(200, Map.of("items", items));
    }

    private Verdict verify() {
        return verify(null);
    }

    private Verdict verify(String anchor) {
        return new AuditVerification(table(SECRET), anchors, new AuditKey(SECRET), settings).verify(anchor, null);
    }

    private void assertBroken(Verdict verdict, long sequence, String problem) {
        assertThat(verdict.valid()).isFalse();
        assertThat(verdict.broken()).isEqualTo(new AuditVerification.Broken(sequence, problem));
    }

    private String mac(long sequence) {
        return jdbc.queryForObject("SELECT mac FROM audit_record WHERE sequence = ?", String.class, sequence);
    }

    @Test
    void whatWasRecordedIsWhole_andNumberedWithoutAGap() {
        Verdict verdict = verify();

        assertThat(verdict.valid()).as(verdict.toString()).isTrue();
        assertThat(verdict.complete()).isTrue();
        assertThat(verdict.records()).isEqualTo(10);
        assertThat(verdict.lastMac()).isEqualTo(mac(10));
        assertThat(jdbc.queryForList("SELECT sequence FROM audit_record ORDER BY sequence", Long.class))
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 10).boxed().toList());
    }

    @Test
    void aChangeOfAnyFieldIsFound() {
        for (String change : List.of(
                laterBySeconds(1),
                "outcome = 'failed'",
                "outcome = 'DONE'",
                "subject = 'mallory'",
                "subject = NULL",
                "action = 'GET /api/events/{id}'",
                "target = '{\"a\":\"b\"}'",
                "address = '192.0.2.2'",
                "request_id = 'r-0'",
                "status = 404",
                "status = NULL",
                "reason = 'NOT_FOUND'",
                "calls = 2",
                "detail = '{}'",
                "mac = '" + "0".repeat(64) + "'")) {
            jdbc.execute("CREATE TABLE kept AS SELECT * FROM audit_record WHERE sequence = 4");
            jdbc.update("UPDATE audit_record SET " + change + " WHERE sequence = 4");
            assertBroken(verify(), 4, "ALTERED");
            jdbc.update("DELETE FROM audit_record WHERE sequence = 4");
            jdbc.update("INSERT INTO audit_record SELECT * FROM kept");
            jdbc.execute("DROP TABLE kept");
            assertThat(verify().valid()).as("after %s was undone", change).isTrue();
        }
    }

    @Test
    void aRecordThatIsTakenOutIsFound() {
        jdbc.update("DELETE FROM audit_record WHERE sequence = 5");
        assertBroken(verify(), 5, "MISSING");
    }

    @Test
    void aGapThatIsClosedWithoutTheKeyIsFound() {
        jdbc.update("DELETE FROM audit_record WHERE sequence = 5");
        for (int i = 6; i <= 10; i++) {
            jdbc.update("UPDATE audit_record SET sequence = ? WHERE sequence = ?", i - 1, i);
        }
        jdbc.update("UPDATE audit_head SET sequence = 9, mac = ?", mac(9));
        assertBroken(verify(), 5, "ALTERED");
    }

    @Test
    void aRecordThatIsPutInIsFound_andDoesNotStopTheOthers() {
        forge(11);

        record(trail, "alice", "GET /api/events", 12);

        assertThat(jdbc.queryForObject("SELECT MAX(sequence) FROM audit_record", Long.class))
                .isEqualTo(12);
        assertBroken(verify(), 11, "ALTERED");
    }

    private void forge(long sequence) {
        jdbc.update("""
                INSERT INTO audit_record SELECT ?, at, outcome, 'mallory', action, target, address, request_id, status, reason,
                calls, detail, mac FROM audit_record WHERE sequence = 10""", sequence);
    }

    @Test
    void aChainThatIsLinkedAnewWithAnotherKeyIsFound() {
        byte[] guessed = "another-secret-that-is-long-enough-too".getBytes(StandardCharsets.UTF_8);
        List<AuditRecord> forged = table(SECRET).rows(4, 10, 100).stream()
                .map(row -> row.record().ended(200, null, Map.of("items", 0)))
                .toList();
        jdbc.update("DELETE FROM audit_record WHERE sequence > 4");
        jdbc.update("UPDATE audit_head SET sequence = 4, mac = ?", mac(4));
        table(guessed).append(forged, end -> {});
        assertBroken(verify(), 5, "ALTERED");
    }

    @Test
    void anEndThatIsCutOffIsFound_byTheHead_thenByTheGatewaysOwnMemory() {
        jdbc.update("DELETE FROM audit_record WHERE sequence > 7");
        assertBroken(verify(), 8, "CUT");

        jdbc.update("UPDATE audit_head SET sequence = 7, mac = ?", mac(7));
        assertBroken(verify(), 8, "CUT");
    }

    @Test
    void anEndThatIsCutOffIsFoundAfterARestart_byTheFileAndByAnAnchorOfTheLog() throws Exception {
        String logged = "10." + mac(10);
        trail.destroy();
        jdbc.update("DELETE FROM audit_record WHERE sequence > 7");
        jdbc.update("UPDATE audit_head SET sequence = 7, mac = ?", mac(7));

        anchors = new AuditAnchors(new AuditKey(SECRET), settings);
        assertBroken(verify(), 8, "CUT");
        AuditTrail restarted = trail(anchors);
        for (int i = 0; i < 5; i++) {
            record(restarted, "mallory", "GET /api/events", i);
        }
        assertBroken(verify(), 10, "REPLACED");
        restarted.destroy();
        assertThat(Files.readString(folder.resolve("anchor")))
                .as("the evidence is kept")
                .startsWith(logged);

        Files.delete(folder.resolve("anchor"));
        anchors = new AuditAnchors(new AuditKey(SECRET), settings);
        assertThat(verify().valid()).as("nothing left to hold it to").isTrue();
        assertBroken(verify(logged), 10, "REPLACED");
    }

    @Test
    void aHeadThatSaysAnotherEndIsFound_andOneThatIsGoneIsMadeAgain() {
        jdbc.update("UPDATE audit_head SET mac = ?", "1".repeat(64));
        assertBroken(verify(), 10, "END_ALTERED");

        jdbc.update("DELETE FROM audit_head");
        assertBroken(verify(), 10, "END_ALTERED");
        record(trail, "alice", "GET /api/events", 11);
        assertThat(verify().valid()).isTrue();
    }

    @Test
    void twoGatewaysWriteOneChain() throws Exception {
        AuditTrail other = trail(new AuditAnchors(new AuditKey(SECRET), Settings.of(Map.of("anchor-file", ""))));
        ExecutorService callers = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Void>> calls = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                AuditTrail its = i % 2 == 0 ? trail : other;
                int items = i;
                calls.add(() -> {
                    record(its, "caller", "GET /api/events", items);
                    return null;
                });
            }
            for (Future<Void> call : callers.invokeAll(calls)) {
                call.get();
            }
        } finally {
            callers.shutdown();
        }

        Verdict verdict = verify();
        assertThat(verdict.valid()).as(verdict.toString()).isTrue();
        assertThat(verdict.records()).isEqualTo(410);
        assertThat(jdbc.queryForObject(
                        "SELECT COUNT(DISTINCT detail) FROM audit_record WHERE subject = 'caller'", Long.class))
                .isEqualTo(400);
    }

    @Test
    void aFloodOfRefusalsBecomesAFewRecords_withTheirNumber() throws Exception {
        for (int i = 0; i < 100_000; i++) {
            trail.refused(401, "BAD_TOKEN", null, "GET /api/events", "198.51." + i % 1000 / 250 + "." + i % 250);
        }
        trail.refused(403, "INSUFFICIENT_SCOPE", "bob", "GET /api/audit", "192.0.2.7");
        trail.destroy();

        assertThat(jdbc.queryForObject(
                        "SELECT SUM(calls) FROM audit_record WHERE reason = 'BAD_TOKEN' AND status = 401", Long.class))
                .isEqualTo(100_000);
        assertThat(jdbc.queryForObject("SELECT COUNT(*) FROM audit_record WHERE reason = 'BAD_TOKEN'", Long.class))
                .isEqualTo(settings.refusalKinds() + 1L);
        assertThat(jdbc.queryForList("SELECT subject, action FROM audit_record WHERE status = 403"))
                .singleElement()
                .satisfies(row ->
                        assertThat(row).containsEntry("subject", "bob").containsEntry("action", "GET /api/audit"));
        assertThat(verify().valid()).isTrue();
    }

    @Test
    void whateverACallerSends_itsRecordFits() {
        AuditedCall call =
                trail.call(true, "s\0\ud800".repeat(300), "POST /x".repeat(100), "a".repeat(100), "r".repeat(100));
        call.begin(
                Map.of("id", "\ud83d\ude00".repeat(5000)),
                Map.of("q", "\0\"\\\u0001".repeat(3000), "n".repeat(100), "v"),
                ("{\"filter\":{\"topic\":\"" + "\\u0000".repeat(400) + "\",\"deep\":{\"a\":1}},\"max\":1e99,"
                                + "\"event\":{\"password\":\"secret\"},\"reason\":\"secret\",\"dry_run\":true}")
                        .getBytes(StandardCharsets.UTF_8));
        call.succeeded(200, Map.of("secret", "secret", "replayed", 3));
        record(trail, "alice", "GET /api/events", 11);

        assertThat(verify().valid()).isTrue();
        Map<String, Object> row = jdbc.queryForMap("SELECT target, detail FROM audit_record WHERE sequence = 12");
        assertThat(row.get("target").toString())
                .contains("filter.topic", "\"dry_run\":")
                .doesNotContain("secret");
        assertThat(row.get("detail").toString()).isEqualTo("{\"begun\":11,\"replayed\":3}");
    }

    @Test
    void theLogsAnchorsAreTakenByTheVerification() {
        assertThat(verify("10." + mac(10)).valid()).isTrue();
        assertBroken(verify("10." + mac(9)), 10, "REPLACED");
        assertThatThrownBy(() -> verify("10." + mac(10) + "0")).hasMessageContaining("anchor");
    }
}
