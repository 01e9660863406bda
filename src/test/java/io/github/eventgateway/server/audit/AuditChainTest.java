package io.github.eventgateway.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.event.EventCatalogue;
import io.github.eventgateway.server.audit.AuditVerification.Verdict;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * Somebody with write access to the database, but without a key, changes the audit trail. Every change must be found.
 */
abstract class AuditChainTest {

    private static final byte[] SECRET = "a-secret-for-tests-that-is-long-enough".getBytes(StandardCharsets.UTF_8);

    private final List<AuditTrail> trails = new ArrayList<>();
    private final EventCatalogue catalogue = mock(EventCatalogue.class, call -> call.getArgument(1));

    @TempDir
    private Path folder;

    private JdbcTemplate jdbc;
    private Path anchorFile;
    private AuditSettings settings;
    private AnchorFile file;
    private AuditAnchors anchors;
    private AuditTrail trail;

    /** Returns an empty database with its tables. */
    abstract DataSource database() throws Exception;

    /** Returns the assignment of an UPDATE that makes a record later. */
    abstract String laterBySeconds(int seconds);

    /** Allows this test changes that the database prevents. */
    abstract void lift(JdbcTemplate database);

    /** Allows this test any record number. */
    abstract void liftNumbers(JdbcTemplate database);

    /** Returns times that the gateway never writes; the first one is valid. */
    abstract List<String> invalidTimes();

    /** Returns a statement that prevents others from adding records until the end of its transaction. */
    abstract String lockChain();

    @BeforeEach
    void migrate() throws Exception {
        DataSource database = database();
        jdbc = new JdbcTemplate(database);
        anchorFile = folder.resolve("kept").resolve("anchor");
        settings = TestAuditSettings.of(Map.of("anchor-file", anchorFile.toString(), "record-timeout", "2s"));
        anchors = anchors();
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
        return new AuditTable(jdbc, new JdbcTransactionManager(jdbc.getDataSource()), only(secret));
    }

    private static AuditKeys only(byte[] secret) {
        return keys(new byte[][] {secret}, new byte[0][]);
    }

    private static AuditKeys keys(byte[][] ownAndAlso, byte[]... retired) {
        List<AuditKey> first = Arrays.stream(ownAndAlso).map(AuditKey::new).toList();
        return new AuditKeys(
                first.get(0),
                first.subList(1, first.size()),
                Arrays.stream(retired).map(AuditKey::new).toList());
    }

    private AuditAnchors anchors() {
        return anchors(SECRET);
    }

    private AuditAnchors anchors(byte[] secret) {
        file = new AnchorFile(settings);
        return new AuditAnchors(only(secret), file, List.of(file));
    }

    private AuditTrail trail(AuditAnchors its) {
        return trail(its, SECRET, settings);
    }

    private AuditTrail trail(AuditAnchors its, byte[] secret, AuditSettings set) {
        AuditTrail made =
                new AuditTrail(table(secret), its, new RefusedCalls(set), catalogue, set, new SimpleMeterRegistry());
        trails.add(made);
        return made;
    }

    private void cutTo(long sequence) {
        String mac = mac(sequence);
        jdbc.update("DELETE FROM audit_record WHERE sequence > ?", sequence);
        jdbc.update("UPDATE audit_head SET sequence = ?, mac = ?", sequence, mac);
    }

    private Health health(AuditTrail of) {
        return new AuditHealthIndicator(of, anchors).health();
    }

    private static void record(AuditTrail trail, String who, String action, int items) {
        settle(trail.call(false, who, action, "192.0.2.1", "r-" + items).succeeded(200, Map.of("items", items)));
    }

    /** Waits for the record, as a caller does. */
    private static void settle(CompletableFuture<Void> recorded) {
        try {
            recorded.join();
        } catch (CompletionException e) {
            throw (GatewayException) e.getCause();
        }
    }

    private Verdict verify() {
        return verify(null);
    }

    private Verdict verify(String anchor) {
        return verify(anchor, null);
    }

    private Verdict verify(String anchor, Long after) {
        return new AuditVerification(table(SECRET), anchors, only(SECRET))
                .verify(anchor, after == null ? null : after.toString(), null);
    }

    private void assertBroken(Verdict verdict, long sequence, String problem) {
        assertThat(verdict.valid()).isFalse();
        assertThat(verdict.broken()).isEqualTo(new AuditVerification.Broken(sequence, problem));
    }

    private String mac(long sequence) {
        return jdbc.queryForObject("SELECT mac FROM audit_record WHERE sequence = ?", String.class, sequence);
    }

    @Test
    void theAuditTrailVerifies_andItsNumbersHaveNoGap() {
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
    void aRemovedRecordIsFound() {
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
    void anInsertedRecordIsFound_andDoesNotBlockOthers() {
        forge(11);

        record(trail, "alice", "GET /api/events", 12);

        assertThat(jdbc.queryForObject("SELECT MAX(sequence) FROM audit_record", Long.class))
                .isEqualTo(12);
        assertBroken(verify(), 11, "ALTERED");
    }

    private void forge(long sequence, String time, String action) {
        jdbc.update("""
                INSERT INTO audit_record SELECT %d, '%s', outcome, 'mallory', '%s', target, address, request_id, status, reason,
                calls, detail, mac, key_id, personal_mac FROM audit_record WHERE sequence = 10""".formatted(sequence, time, action));
    }

    private void forge(long sequence) {
        jdbc.update("""
                INSERT INTO audit_record SELECT ?, at, outcome, 'mallory', action, target, address, request_id, status, reason,
                calls, detail, mac, key_id, personal_mac FROM audit_record WHERE sequence = 10""", sequence);
    }

    @Test
    void aChainRelinkedWithAnotherKeyIsFound() {
        byte[] guessed = "another-secret-that-is-long-enough-too".getBytes(StandardCharsets.UTF_8);
        List<AuditRecord> forged = table(SECRET).rows(4, 10, 100).stream()
                .map(row -> row.record().ended(200, null, Map.of("items", 0)))
                .toList();
        jdbc.update("DELETE FROM audit_record WHERE sequence > 4");
        jdbc.update("UPDATE audit_head SET sequence = 4, mac = ?", mac(4));
        table(guessed).append(() -> forged, true, () -> {}, end -> {}, () -> true);
        assertBroken(verify(), 5, "UNKNOWN_KEY");
        jdbc.update("UPDATE audit_record SET key_id = ? WHERE sequence > 4", new AuditKey(SECRET).id());
        assertBroken(verify(), 5, "ALTERED");
    }

    @Test
    void aCutEndIsFound_byTheHead_thenByTheGatewaysMemory() {
        jdbc.update("DELETE FROM audit_record WHERE sequence > 7");
        assertBroken(verify(), 8, "CUT");

        jdbc.update("UPDATE audit_head SET sequence = 7, mac = ?", mac(7));
        assertBroken(verify(), 8, "CUT");
    }

    @Test
    void aCutEndOfARunningGatewayIsFound_evenIfRecordsAreAdded() {
        String logged = "10." + mac(10);
        assertThat(health(trail).getStatus()).isEqualTo(Status.UP);

        cutTo(7);
        for (int i = 8; i <= 12; i++) {
            record(trail, "mallory", "GET /api/events", i);
            Verdict verdict = verify();
            assertThat(verdict.valid())
                    .as("with records up to %s: %s", i, verdict)
                    .isFalse();
            assertThat(verdict.lost()).containsExactly(logged);
        }

        assertBroken(verify(), 10, "REPLACED");
        assertBroken(verify(null, 11L), 10, "REPLACED");
        assertThat(health(trail).getStatus()).isEqualTo(Status.DOWN);
        assertThat(health(trail).getDetails()).containsEntry("lost", List.of(logged));
    }

    @Test
    void aCutEndReplacedByAnotherGatewayIsFound() {
        String logged = "10." + mac(10);
        AuditTrail other =
                trail(new AuditAnchors(only(SECRET), new AnchorFile(TestAuditSettings.of(Map.of())), List.of()));

        cutTo(7);
        for (int i = 8; i <= 12; i++) {
            record(other, "mallory", "GET /api/events", i);
        }
        record(trail, "alice", "GET /api/events", 13);

        assertThat(verify().lost()).containsExactly(logged);
        assertBroken(verify(), 10, "REPLACED");
    }

    @Test
    void aCutOfTheRecordsOfAKilledGatewayIsFoundByAnotherOne_whichAddsNoRecord() throws Exception {
        AuditAnchors its = anchors();
        AuditTrail idle = trail(its, SECRET, with("follow-interval", "50ms"));
        idle.prepare();
        record(trail, "alice", "GET /api/events", 11);
        String last = "11." + mac(11);
        await().untilAsserted(() -> assertThat(its.all()).contains(Head.parse(last)));

        cutTo(10);

        await().untilAsserted(
                        () -> assertThat(its.lost()).extracting(Head::toString).containsExactly(last));
        assertThat(lines().get(0)).startsWith(last);
    }

    @Test
    void theLastAnchorOfAStoppedGatewayCoversTheRecordsOfOthers() throws Exception {
        AuditTrail idle = trail(anchors());
        idle.prepare();
        record(trail, "alice", "GET /api/events", 11);

        idle.destroy();

        assertThat(lines()).singleElement().asString().startsWith("11." + mac(11));
    }

    @Test
    void aGatewayDoesNotFollowAForgedEnd_butTheOtherBranchOfAReplacedEnd() {
        anchors.follow(table(SECRET));
        forge(11);
        jdbc.update("UPDATE audit_head SET sequence = 11, mac = ?", mac(11));
        anchors.follow(table(SECRET));
        assertThat(anchors.all()).containsExactly(Head.parse("10." + mac(10)));

        String logged = "10." + mac(10);
        cutTo(7);
        anchors.follow(table(SECRET));
        assertThat(anchors.all()).containsExactly(Head.parse(logged), Head.parse("7." + mac(7)));
        assertThat(anchors.lost()).containsExactly(Head.parse(logged));
    }

    private AuditSettings with(String setting, String value) {
        return TestAuditSettings.of(
                Map.of("anchor-file", anchorFile.toString(), "record-timeout", "2s", setting, value));
    }

    @Test
    void eachCutIsRemembered_andTheNewEndIsVerifiedToo() {
        String first = "10." + mac(10);
        cutTo(7);
        record(trail, "mallory", "GET /api/events", 8);
        record(trail, "mallory", "GET /api/events", 9);
        String second = "9." + mac(9);
        cutTo(6);
        record(trail, "mallory", "GET /api/events", 7);

        assertThat(verify().lost()).containsExactly(first, second);
        assertThat(lines()).extracting(line -> line.split(" ")[0]).startsWith(first, second);
    }

    private List<String> lines() {
        try {
            return Files.readAllLines(anchorFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aCutEndIsFoundAfterARestart_byTheFileAndByAnAnchorOfTheLog() throws Exception {
        String logged = "10." + mac(10);
        trail.destroy();
        assertThat(lines()).singleElement().asString().startsWith(logged);
        cutTo(7);

        anchors = anchors();
        assertBroken(verify(), 8, "CUT");
        AuditTrail restarted = trail(anchors);
        for (int i = 0; i < 5; i++) {
            record(restarted, "mallory", "GET /api/events", i);
        }
        assertBroken(verify(), 10, "REPLACED");
        restarted.destroy();
        assertThat(lines()).as("the file has the evidence and the new end").hasSize(2);
        assertThat(lines().get(0)).startsWith(logged);
        assertThat(lines().get(1)).startsWith("12." + mac(12));

        anchors = anchors();
        AuditTrail again = trail(anchors);
        again.prepare();
        assertThat(health(again).getDetails())
                .as("health without a verification")
                .containsEntry("lost", List.of(logged));
        cutTo(11);
        assertThat(verify().valid()).isFalse();
        record(again, "mallory", "GET /api/events", 12);
        assertThat(verify().lost()).hasSize(2);
        again.destroy();

        Files.delete(anchorFile);
        anchors = anchors();
        assertThat(verify().valid()).as("no anchor left").isTrue();
        assertBroken(verify(logged), 10, "REPLACED");
    }

    @Test
    void anAnchorThatCannotBeStoredIsReported_untilItIsStored() throws Exception {
        Files.createDirectories(folder);
        Files.writeString(anchorFile.getParent(), "a file in the place of the folder");
        anchors.write();
        assertThat(health(trail).getStatus()).isEqualTo(Status.DOWN);
        assertThat(health(trail).getDetails().get("problems").toString()).contains("cannot be kept in " + anchorFile);

        Files.delete(anchorFile.getParent());
        anchors.write();
        assertThat(health(trail).getStatus()).isEqualTo(Status.UP);
        assertThat(lines()).singleElement().asString().startsWith("10." + mac(10));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(anchorFile)))
                .isEqualTo("rw-------");
    }

    @Test
    void aRecordWithTheHighestNumberBlocksNobody() {
        assertThatThrownBy(() -> forge(Long.MAX_VALUE)).isInstanceOf(DataAccessException.class);
        assertThatThrownBy(() -> forge(0)).isInstanceOf(DataAccessException.class);
        assertThatThrownBy(() -> jdbc.update("UPDATE audit_head SET sequence = ?", Long.MAX_VALUE))
                .isInstanceOf(DataAccessException.class);

        liftNumbers(jdbc);
        for (long number : List.of(Long.MAX_VALUE, Long.MAX_VALUE - 1, 13L, 15L, 16L)) {
            forge(number);
        }
        record(trail, "alice", "GET /api/events", 11);
        record(trail, "alice", "GET /api/events", 12);
        assertThat(jdbc.queryForObject("SELECT sequence FROM audit_head", Long.class))
                .isEqualTo(12);
        record(trail, "alice", "GET /api/events", 13);
        assertThat(jdbc.queryForObject("SELECT sequence FROM audit_head", Long.class))
                .as("after the forged records")
                .isEqualTo(17);
        assertBroken(verify(), 13, "ALTERED");

        jdbc.update("UPDATE audit_head SET sequence = ?", Long.MAX_VALUE);
        record(trail, "alice", "GET /api/events", 14);
        assertThat(verify().valid()).isFalse();

        jdbc.update("DELETE FROM audit_record WHERE sequence > 12");
        jdbc.update("UPDATE audit_head SET sequence = 12, mac = ?", mac(12));
        anchors = new AuditAnchors(
                only(SECRET), new AnchorFile(TestAuditSettings.of(Map.of("anchor-file", ""))), List.of());
        assertThat(verify().valid()).as("the inserted record is removed").isTrue();
        forge(-1);
        assertBroken(verify(), -1, "ALTERED");
    }

    @Test
    void aRecordWithAnInvalidTimeBlocksNobody() throws Exception {
        for (String time : invalidTimes().subList(1, invalidTimes().size())) {
            assertThatThrownBy(() -> forge(11, time, "GET /api/events")).isInstanceOf(DataAccessException.class);
        }
        liftNumbers(jdbc);
        for (String time : invalidTimes()) {
            for (String action : List.of("GET /api/events", KeyChange.ACTION)) {
                long end = jdbc.queryForObject("SELECT sequence FROM audit_head", Long.class);
                forge(end + 1, time, action);

                record(trail, "alice", "GET /api/events", 11);
                assertBroken(verify(), 11, "ALTERED");
                trail.destroy();
                trail = trail(anchors);
                trail.prepare();
                record(trail, "alice", "GET /api/events", 11);
            }
        }
    }

    @Test
    void manyInsertedRecordsDoNotDelayTheNextOnes() {
        jdbc.update("""
                INSERT INTO audit_record WITH RECURSIVE numbers(n) AS (SELECT 11 UNION ALL SELECT n + 1 FROM numbers WHERE n < 20000)
                SELECT n, at, outcome, 'mallory', action, target, address, request_id, status, reason, calls, detail, mac,
                key_id, personal_mac FROM audit_record, numbers WHERE sequence = 10""");
        AtomicInteger statements = new AtomicInteger();
        JdbcTemplate counted = new JdbcTemplate(jdbc.getDataSource()) {
            @Override
            public <T> List<T> queryForList(String sql, Class<T> type, Object... values) {
                statements.incrementAndGet();
                return super.queryForList(sql, type, values);
            }
        };
        Head head = new Head(10, mac(10));
        ChainEnd end = new ChainEnd(counted, table(SECRET));

        assertThat(end.withRoom(head, 5)).isEqualTo(new Head(20000, mac(10)));
        jdbc.update(
                "UPDATE audit_record SET sequence = ? WHERE sequence = 20000", ChainEnd.HIGHEST - 1_000_000_000_000L);
        assertThat(end.withRoom(head, 5).sequence()).isBetween(20000L, ChainEnd.HIGHEST);
        assertThat(statements).hasValueLessThan(10);
    }

    @Test
    void aChangedSecretPreventsTheStart_andNothingIsWrittenWithIt() throws Exception {
        byte[] changed = "another-secret-that-is-long-enough-too".getBytes(StandardCharsets.UTF_8);
        trail.destroy();

        AuditTrail wrong = trail(anchors(changed), changed, settings);

        assertThatThrownBy(wrong::prepare)
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("AUDIT_SECRET")
                .hasMessageNotContaining(new String(changed, StandardCharsets.UTF_8));
        assertThatThrownBy(() -> record(wrong, "alice", "GET /api/events", 11))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DATABASE_UNAVAILABLE));
        assertThat(health(wrong).getDetails().get("problems").toString()).contains("AUDIT_SECRET");
        assertThat(verify().records()).isEqualTo(10);
        wrong.destroy();
        assertThat(lines()).singleElement().asString().startsWith("10.");
    }

    @Test
    void aChangedSecretIsAcceptedIfASettingAllowsIt_andTheEarlierAnchorsStay() throws Exception {
        byte[] changed = "another-secret-that-is-long-enough-too".getBytes(StandardCharsets.UTF_8);
        trail.destroy();
        String anchorOfTheOther = lines().get(0);
        AuditSettings accepts =
                TestAuditSettings.of(Map.of("anchor-file", anchorFile.toString(), "accept-changed-secret", "true"));

        AuditTrail accepted = trail(anchors(changed), changed, accepts);
        accepted.prepare();
        record(accepted, "alice", "GET /api/events", 11);
        accepted.destroy();

        assertThat(lines()).hasSize(2).contains(anchorOfTheOther);
        trail(anchors(changed), changed, settings).prepare();
        assertBroken(verify(), 11, "UNKNOWN_KEY");
    }

    @Test
    void changedRecordsDoNotCountAsAChangedSecret() {
        jdbc.update("UPDATE audit_record SET subject = 'mallory' WHERE sequence > 1");
        trail(anchors()).prepare();
    }

    @Test
    void theAnswerOfACallIsRecorded_alsoIfTheRecordIsWrittenLater() throws Exception {
        try (Connection other = jdbc.getDataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute(lockChain());
            assertThatThrownBy(() -> record(trail, "alice", "GET /api/events", 11))
                    .isInstanceOfSatisfying(
                            GatewayException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DATABASE_UNAVAILABLE));
            AuditedCall change = trail.call(true, "alice", "POST /api/kafka/test", "192.0.2.1", "r-12");
            assertThatThrownBy(() -> settle(change.begin(Map.of(), Map.of(), new byte[0])))
                    .isInstanceOf(GatewayException.class);
            change.failed(Reason.DATABASE_UNAVAILABLE);
            other.rollback();
        }

        await().untilAsserted(() -> record(trail, "alice", "GET /api/events", 13));

        for (String request : List.of("r-11", "r-12")) {
            assertThat(jdbc.queryForList(
                            "SELECT outcome, status, reason FROM audit_record WHERE request_id = ?", request))
                    .singleElement()
                    .satisfies(row -> assertThat(row)
                            .containsEntry("outcome", "failed")
                            .containsEntry("status", 503)
                            .containsEntry("reason", "DATABASE_UNAVAILABLE"));
        }
        assertThat(verify().valid()).isTrue();
    }

    @Test
    void aJobIsRecordedAtItsStart_andWithItsEnd() {
        AuditedCall replay = trail.call(true, "alice", "POST /api/dead-letters/replay", "192.0.2.1", "r-job");
        replay.about("job", "j-1");
        settle(replay.begin(Map.of(), Map.of(), new byte[0]));
        settle(replay.continuesAsJob(202));
        replay.jobEnded(200, null, Map.of("replayed", 812));
        AuditedCall verification = trail.call(false, "bob", "GET /api/audit/verify", "192.0.2.1", "r-look");
        verification.about("job", "j-2");
        settle(verification.begin(Map.of(), Map.of(), new byte[0]));
        settle(verification.continuesAsJob(202));
        verification.jobEnded(503, Reason.DATABASE_UNAVAILABLE, null);
        record(trail, "alice", "GET /api/events", 11);

        List<Map<String, Object>> change = rows("r-job");
        Object begun = change.get(0).get("sequence");
        assertThat(change).extracting("outcome").containsExactly("begun", "done");
        assertThat(change)
                .extracting("detail")
                .containsExactly("{\"job\":\"j-1\"}", "{\"job\":\"j-1\",\"begun\":" + begun + ",\"replayed\":812}");
        List<Map<String, Object>> look = rows("r-look");
        assertThat(look).extracting("outcome").containsExactly("done", "failed");
        assertThat(look).extracting("status").containsExactly(202, 503);
        assertThat(look).extracting("detail").containsOnly("{\"job\":\"j-2\"}");
        assertThat(verify().valid()).isTrue();
    }

    private List<Map<String, Object>> rows(String request) {
        return jdbc.queryForList(
                "SELECT sequence, outcome, status, detail FROM audit_record WHERE request_id = ? ORDER BY sequence",
                request);
    }

    @Test
    void aHeadWithAnotherEndIsFound_andAMissingHeadIsCreatedAgain() {
        jdbc.update("UPDATE audit_head SET mac = ?", "1".repeat(64));
        assertBroken(verify(), 10, "END_ALTERED");

        jdbc.update("DELETE FROM audit_head");
        assertBroken(verify(), 10, "END_ALTERED");
        record(trail, "alice", "GET /api/events", 11);
        assertThat(verify().valid()).isTrue();
    }

    @Test
    void twoGatewaysWriteOneChain() throws Exception {
        AuditTrail other =
                trail(new AuditAnchors(only(SECRET), new AnchorFile(TestAuditSettings.of(Map.of())), List.of()));
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
    void theAddressesOfOneNetworkAreCountedTogether() throws Exception {
        for (int i = 0; i < 1000; i++) {
            trail.refused(401, "BAD_TOKEN", null, "GET /api/events", "2001:db8:0:1" + i % 10 + "::" + (i + 1));
        }
        trail.refused(401, "BAD_TOKEN", null, "GET /api/events", "2001:db8:0:200::1");
        trail.destroy();

        List<Map<String, Object>> rows =
                jdbc.queryForList("SELECT address, calls, detail FROM audit_record WHERE status = 401 ORDER BY calls");
        assertThat(rows).extracting("address").containsExactly("2001:db8:0:200::1", null);
        assertThat(rows.get(1).get("calls").toString()).isEqualTo("1000");
        assertThat(rows.get(1).get("detail").toString()).contains("\"network\":\"2001:db8::/56\"");
        assertThat(verify().valid()).isTrue();
    }

    @Test
    void theRefusalsOfOneSubjectDoNotDisplaceThoseOfOthers() throws Exception {
        for (int i = 0; i < 300; i++) {
            trail.refused(403, "INSUFFICIENT_SCOPE", "mallory", "GET /api/audit", "2001:db8:" + i + "::1");
        }
        trail.refused(403, "INSUFFICIENT_SCOPE", "bob", "GET /api/dead-letters", "192.0.2.7");
        trail.destroy();

        assertThat(jdbc.queryForList("SELECT subject, action, address FROM audit_record WHERE status = 403"
                        + " AND subject = 'bob'"))
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .containsEntry("action", "GET /api/dead-letters")
                        .containsEntry("address", "192.0.2.7"));
        assertThat(jdbc.queryForObject(
                        "SELECT SUM(calls) FROM audit_record WHERE status = 403 AND subject = 'mallory'", Long.class))
                .isEqualTo(300);
    }

    @Test
    void aFloodOfInvalidCallsBecomesAFewRecords_withTheirNumber() throws Exception {
        for (int i = 0; i < 10_000; i++) {
            trail.call(false, "bob", "GET /api/events", "192.0.2.7", "wrong-" + i)
                    .failed(Reason.INVALID_PARAMETER);
        }
        AuditedCall change = trail.call(true, "bob", "POST /api/kafka/test", "192.0.2.7", "change");
        settle(change.begin(Map.of(), Map.of(), new byte[0]));
        change.failed(Reason.INVALID_PARAMETER);
        trail.destroy();

        String wrong = " FROM audit_record WHERE reason = 'INVALID_PARAMETER' AND action = 'GET /api/events'";
        assertThat(jdbc.queryForObject("SELECT SUM(calls)" + wrong, Long.class)).isEqualTo(10_000);
        assertThat(jdbc.queryForObject("SELECT COUNT(*)" + wrong, Long.class))
                .isEqualTo(settings.refusalRecords() + 1L);
        assertThat(jdbc.queryForList(
                        "SELECT outcome FROM audit_record WHERE request_id = 'change' ORDER BY sequence", String.class))
                .as("a call that has begun has its own end")
                .containsExactly("begun", "refused");
        assertThat(verify().valid()).isTrue();
    }

    @Test
    void aFloodOfRefusedChangesIsStopped_andOtherSubjectsAndActionsAreNot() throws Exception {
        for (int i = 0; i < 1000; i++) {
            AuditedCall wrong = trail.call(true, "bob", "POST /api/dead-letters/replay", "192.0.2.7", "wrong-" + i);
            try {
                settle(wrong.begin(Map.of(), Map.of(), new byte[0]));
                wrong.failed(Reason.REQUEST_INVALID);
            } catch (GatewayException e) {
                wrong.failed(e.reason());
            }
        }
        for (String[] other : new String[][] {
            {"alice", "POST /api/dead-letters/replay"}, {"bob", "POST /api/dead-letters/{id}/discard"}
        }) {
            settle(trail.call(true, other[0], other[1], "192.0.2.7", "other").begin(Map.of(), Map.of(), new byte[0]));
        }
        trail.destroy();

        String wrong = " FROM audit_record WHERE subject = 'bob' AND action = 'POST /api/dead-letters/replay'";
        int most = settings.refusedChanges();
        assertThat(jdbc.queryForList("SELECT DISTINCT request_id" + wrong + " AND outcome = 'begun'", String.class))
                .hasSize(most);
        assertThat(jdbc.queryForObject("SELECT COUNT(*)" + wrong, Long.class))
                .as("begun and refused, the first refusals before they began, and one for all others")
                .isEqualTo(2L * most + settings.refusalRecords() + 1);
        assertThat(jdbc.queryForObject("SELECT SUM(calls)" + wrong + " AND outcome = 'refused'", Long.class))
                .isEqualTo(1000);
        assertThat(verify().valid()).isTrue();
    }

    @Test
    void afterTheInterval_changesAreAcceptedAgain() throws Exception {
        RefusedCalls refused = new RefusedCalls(settings);
        for (int i = 0; i < settings.refusedChanges(); i++) {
            assertThat(refused.isOneChangeTooMany("bob", "POST /x")).isFalse();
            refused.addChange("bob", "POST /x");
        }
        assertThat(refused.isOneChangeTooMany("bob", "POST /x")).isTrue();

        refused.drain();

        assertThat(refused.isOneChangeTooMany("bob", "POST /x")).isFalse();
    }

    @Test
    void aChangeOfACallIsRecordedBeforeItTakesEffect() {
        AuditedCall repair = trail.call(true, "alice", "POST /api/dead-letters/{id}/replay", "192.0.2.1", "r-repair");
        settle(repair.begin(Map.of("id", "x-1"), Map.of(), new byte[0]));

        repair.aboutToChange(Map.of("new_sha256", "ab"));

        assertThat(rows("r-repair")).extracting("outcome").containsExactly("begun", "begun");
        assertThat(rows("r-repair").get(1).get("detail").toString())
                .contains("\"begun\":" + rows("r-repair").get(0).get("sequence"), "\"new_sha256\":\"ab\"");
        assertThat(verify().valid()).isTrue();
    }

    @Test
    void theTargetIsTheParsedValue_withoutTheTextAroundIt() {
        String order = "{\"dry_run\":false,\"id\":9,\"max\":7,\"filter\":{\"topic\":\"t\",\"reason\":\"r\"}}";
        for (String body : List.of(
                order,
                order + " ".repeat(900_000),
                "\n".repeat(900_000) + order,
                order.replace("{", "{" + " ".repeat(70_000)))) {
            AuditedCall call = trail.call(true, "bob", "POST /x", "192.0.2.7", "r");
            settle(call.begin(Map.of("id", "of-the-path"), Map.of(), body.getBytes(StandardCharsets.UTF_8)));
            String target =
                    jdbc.queryForObject("SELECT target FROM audit_record ORDER BY sequence DESC LIMIT 1", String.class);
            assertThat(target)
                    .isEqualTo("{\"id\":\"<personal>\",\"filter.topic\":\"t\",\"filter.reason\":\"r\","
                            + "\"dry_run\":\"false\",\"max\":\"7\"}");
        }
    }

    @Test
    void theChainHasNeitherUnknownNames_norPartsOfThePathThatMayNameAPerson() {
        String letter = "85a263f7-e630-4e76-9d64-b15e36d9e7bb";
        String body = "{\"u-1\":1,\"max\":2,\"filter\":{\"u-2\":\"x\",\"topic\":\"t\"}}";

        assertThat(target(true, letter, body))
                .isEqualTo("{\"id\":\"" + letter + "\",\"filter.topic\":\"t\",\"max\":\"2\",\"other\":\"<personal>\"}");
        assertThat(jdbc.queryForObject(
                        "SELECT details FROM audit_personal ORDER BY sequence DESC LIMIT 1", String.class))
                .isEqualTo("{\"other\":\"filter.u-2=x u-1=1\"}");
        assertThat(target(true, "u-4", "")).isEqualTo("{\"id\":\"<personal>\"}");
        assertThat(target(false, letter, "")).isEqualTo("{\"id\":\"<personal>\"}");
    }

    @Test
    void theChainNamesTheGroupThatGetsAReplay() {
        assertThat(target(true, "85a263f7-e630-4e76-9d64-b15e36d9e7bb", "{\"group\":\"event-gateway-alert\"}"))
                .isEqualTo("{\"id\":\"85a263f7-e630-4e76-9d64-b15e36d9e7bb\",\"group\":\"event-gateway-alert\"}");
    }

    @Test
    void aValueThatMayBeAnIdOfAPerson_isPersonalUnderAnyName() {
        String letter = "85a263f7-e630-4e76-9d64-b15e36d9e7bb";
        for (String name : List.of("type", "topic", "group", "level", "reason", "from", "to")) {
            for (String value : List.of("u-10271234", "13800138000", "u1", "\u7528\u6237")) {
                assertThat(target(true, letter, "{\"filter\":{\"" + name + "\":\"" + value + "\"}}"))
                        .isEqualTo("{\"id\":\"" + letter + "\",\"filter." + name + "\":\"<personal>\"}");
            }
        }
        assertThat(target(true, letter, "{\"max\":13800138000}")).contains("\"max\":\"<personal>\"");
        assertThat(target(true, letter, "{\"group\":\"u-10271234\"}")).contains("\"group\":\"<personal>\"");
        assertThat(target(
                        true,
                        letter,
                        "{\"max\":1000000,\"filter\":{\"type\":\"user_login\",\"from\":\"2026-01-01\","
                                + "\"to\":\"2026-01-01T00:00:00.000001+08:00\"}}"))
                .doesNotContain("<personal>");
    }

    private String target(boolean changes, String id, String body) {
        AuditedCall call = trail.call(changes, "bob", "any", "192.0.2.7", "r");
        settle(call.begin(Map.of("id", id), Map.of(), body.getBytes(StandardCharsets.UTF_8)));
        settle(call.succeeded(200, Map.of()));
        return jdbc.queryForObject("SELECT target FROM audit_record ORDER BY sequence DESC LIMIT 1", String.class);
    }

    @Test
    void aCallThatEndsAfterAnAnswer503_isNotRecordedAsDone() {
        AuditedCall late = trail.call(true, "bob", "POST /x", "192.0.2.7", "late");
        settle(late.begin(Map.of(), Map.of(), new byte[0]));
        late.failed(Reason.OVERLOADED);
        late.endedLate(200, Map.of("replayed", 3));
        AuditedCall shown = trail.call(false, "bob", "GET /x", "192.0.2.7", "late");
        settle(shown.begin(Map.of(), Map.of(), new byte[0]));
        shown.failed(Reason.OVERLOADED);
        shown.endedLate(200, List.of("a"));
        record(trail, "alice", "GET /api/events", 11);

        List<Map<String, Object>> records = jdbc.queryForList(
                "SELECT outcome, status, detail FROM audit_record WHERE request_id = 'late' ORDER BY sequence");
        assertThat(records).extracting("outcome").containsExactly("begun", "failed", "failed", "failed");
        assertThat(records).extracting("status").containsExactly(null, 503, 503, 503);
        assertThat(records.get(2).get("detail")).isEqualTo("{\"begun\":11,\"replayed\":3,\"late_status\":200}");
    }

    @Test
    void everyRecordFitsItsColumns() {
        AuditedCall call =
                trail.call(true, "s\0\ud800".repeat(300), "POST /x".repeat(100), "a".repeat(100), "r".repeat(100));
        call.begin(
                        Map.of("id", "\ud83d\ude00".repeat(5000)),
                        Map.of("q", "\0\"\\\u0001".repeat(3000), "n".repeat(100), "v"),
                        ("{\"filter\":{\"topic\":\"" + "\\u0000".repeat(400) + "\",\"deep\":{\"a\":1}},\"max\":1e99,"
                                        + "\"event\":{\"password\":\"secret\"},\"reason\":\"secret\",\"dry_run\":true}")
                                .getBytes(StandardCharsets.UTF_8))
                .join();
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
    void theVerificationAcceptsAnchorsOfTheLog() {
        assertThat(verify("10." + mac(10)).valid()).isTrue();
        assertBroken(verify("10." + mac(9)), 10, "REPLACED");
        assertThatThrownBy(() -> verify("10." + mac(10) + "0")).hasMessageContaining("anchor");
    }
}
