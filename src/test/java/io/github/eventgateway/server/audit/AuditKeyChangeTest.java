package io.github.eventgateway.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.event.EventCatalogue;
import io.github.eventgateway.server.audit.AuditVerification.Verdict;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** The secret changes while gateways write, also after an old one was stolen. Personal details can be erased. */
abstract class AuditKeyChangeTest {

    private static final AuditKey OLD = key("the-old-secret");
    private static final AuditKey NEW = key("the-new-secret");
    private static final AuditKeys ONLY_OLD = new AuditKeys(OLD, List.of(), List.of());
    private static final AuditKeys ONLY_NEW = new AuditKeys(NEW, List.of(), List.of());
    private static final AuditKeys OLD_KNOWS_NEW = new AuditKeys(OLD, List.of(NEW), List.of());
    private static final AuditKeys NEW_KNOWS_OLD = new AuditKeys(NEW, List.of(OLD), List.of());

    private final List<AuditTrail> trails = new ArrayList<>();
    private final EventCatalogue catalogue = mock(EventCatalogue.class, call -> call.getArgument(1));
    private final ObjectMapper json = new ObjectMapper();

    @TempDir
    private Path folder;

    private DataSource database;
    private JdbcTemplate jdbc;
    private Path anchorFile;

    /** Returns an empty database. */
    abstract DataSource empty() throws Exception;

    abstract String migrations();

    /** Allows this test changes that the database prevents. */
    abstract void lift(JdbcTemplate of);

    @BeforeEach
    void migrate() throws Exception {
        database = empty();
        jdbc = new JdbcTemplate(database);
        anchorFile = folder.resolve("anchor");
        // The database of the previous version.
        Flyway.configure()
                .dataSource(database)
                .locations("classpath:db/migration/" + migrations())
                .target("11")
                .load()
                .migrate();
    }

    @AfterEach
    void stop() throws Exception {
        for (AuditTrail trail : trails) {
            trail.destroy();
        }
    }

    private void upgrade() {
        Flyway.configure()
                .dataSource(database)
                .locations("classpath:db/migration/" + migrations())
                .load()
                .migrate();
    }

    private static AuditKey key(String secret) {
        return new AuditKey((secret + "-that-is-long-enough").getBytes(StandardCharsets.UTF_8));
    }

    private AuditTable table(AuditKeys keys) {
        return new AuditTable(jdbc, new JdbcTransactionManager(database), keys);
    }

    private AuditTrail trail(AuditKeys keys) {
        return trail(keys, Map.of());
    }

    private AuditTrail trail(AuditKeys keys, Map<String, String> settings) {
        AuditSettings set = TestAuditSettings.of(settings);
        AuditTrail made = new AuditTrail(
                table(keys), anchors(keys), new RefusedCalls(set), catalogue, set, new SimpleMeterRegistry());
        trails.add(made);
        return made;
    }

    private AuditAnchors anchors(AuditKeys keys) {
        AnchorFile file = new AnchorFile(TestAuditSettings.of(Map.of("anchor-file", anchorFile.toString())));
        return new AuditAnchors(keys, file, List.of(file));
    }

    private static void record(AuditTrail trail, String who) {
        record(trail, who, Map.of());
    }

    private static void record(AuditTrail trail, String who, Map<String, String> asked) {
        AuditedCall call = trail.call(false, who, "GET /api/events", "192.0.2.1", "r");
        call.begin(Map.of(), asked, new byte[0]).join();
        try {
            call.succeeded(200, Map.of("items", 1)).join();
        } catch (CompletionException e) {
            throw (GatewayException) e.getCause();
        }
    }

    private Verdict verify(AuditKeys keys) {
        return verify(keys, null);
    }

    private Verdict verify(AuditKeys keys, String after) {
        return new AuditVerification(table(keys), anchors(keys), keys).verify(null, after, null);
    }

    private void assertWhole(AuditKeys keys, long records) {
        Verdict verdict = verify(keys);
        assertThat(verdict.valid()).as(verdict.toString()).isTrue();
        assertThat(verdict.records()).isEqualTo(records);
    }

    private void assertBroken(AuditKeys keys, long sequence, String problem) {
        assertThat(verify(keys).broken()).isEqualTo(new AuditVerification.Broken(sequence, problem));
    }

    private List<String> signers() {
        return jdbc.queryForList("SELECT key_id FROM audit_record ORDER BY sequence", String.class);
    }

    /** Appends a row, as somebody with a secret and write access to the database can. */
    private void forge(AuditKey by, boolean asEarlierVersion, AuditRecord record) {
        Head end = end();
        long sequence = end.sequence() + 1;
        String mac = asEarlierVersion
                ? by.formerMac(end.mac(), sequence, record)
                : by.mac(end.mac(), sequence, record, null);
        jdbc.update(
                """
                INSERT INTO audit_record (sequence, at, outcome, subject, action, target, address, request_id, status,
                reason, calls, detail, mac) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                sequence,
                record.at().atOffset(ZoneOffset.UTC),
                record.outcome(),
                record.subject(),
                record.action(),
                record.target(),
                record.address(),
                record.requestId(),
                record.status(),
                record.reason(),
                record.calls(),
                record.detail(),
                mac);
        jdbc.update("UPDATE audit_head SET sequence = ?, mac = ?", sequence, mac);
        if (!asEarlierVersion) {
            lift(jdbc);
            jdbc.update("UPDATE audit_record SET key_id = ? WHERE sequence = ?", by.id(), sequence);
        }
    }

    private Head end() {
        return jdbc.queryForObject(
                "SELECT sequence, mac FROM audit_head", (rows, number) -> new Head(rows.getLong(1), rows.getString(2)));
    }

    private static AuditRecord any(String target) {
        return new AuditRecord(
                Instant.now().truncatedTo(ChronoUnit.MICROS),
                AuditRecord.DONE,
                "mallory",
                "GET /api/events",
                target,
                "192.0.2.1",
                "r",
                200,
                null,
                1,
                "{}",
                null);
    }

    @Test
    void aChangeOfTheSecretIsRecorded_andEarlierRecordsStillVerify() throws Exception {
        upgrade();
        AuditTrail before = trail(ONLY_OLD);
        record(before, "alice");
        record(before, "alice");
        before.destroy();
        assertThat(Files.readAllLines(anchorFile)).hasSize(1);

        AuditTrail after = trail(NEW_KNOWS_OLD);
        after.prepare();
        record(after, "alice");
        record(after, "alice");

        assertThat(signers()).containsExactly(OLD.id(), OLD.id(), NEW.id(), NEW.id(), NEW.id());
        assertThat(jdbc.queryForMap("SELECT action, subject, target FROM audit_record WHERE sequence = 3"))
                .containsEntry("action", "rotate-audit-key")
                .containsEntry("subject", "event-gateway")
                .extractingByKey("target")
                .asString()
                .contains("\"from\":\"" + OLD.id() + "\"", "\"to\":\"" + NEW.id() + "\"");
        assertWhole(NEW_KNOWS_OLD, 5);
        assertWhole(new AuditKeys(NEW, List.of(), List.of(OLD)), 5);
        assertBroken(ONLY_NEW, 1, "UNKNOWN_KEY");

        after.destroy();
        AuditTrail again = trail(NEW_KNOWS_OLD);
        record(again, "alice");
        assertThat(signers()).as("only one change of keys").hasSize(6);
        assertWhole(NEW_KNOWS_OLD, 6);
    }

    @Test
    void anAnchorOfTheOldSecretRevealsACut() throws Exception {
        upgrade();
        AuditTrail before = trail(ONLY_OLD);
        record(before, "alice");
        record(before, "alice");
        before.destroy();
        lift(jdbc);
        String mac = jdbc.queryForObject("SELECT mac FROM audit_record WHERE sequence = 1", String.class);
        jdbc.update("DELETE FROM audit_record WHERE sequence = 2");
        jdbc.update("UPDATE audit_head SET sequence = 1, mac = ?", mac);

        assertBroken(NEW_KNOWS_OLD, 2, "CUT");
    }

    @Test
    void gatewaysChangeTheSecretOneAfterTheOther_andNoneReturnsToTheOldOne() {
        upgrade();
        AuditTrail first = trail(OLD_KNOWS_NEW);
        record(first, "a");
        AuditTrail second = trail(NEW_KNOWS_OLD);
        record(second, "b");
        record(first, "a");
        AuditTrail restarted = trail(OLD_KNOWS_NEW);
        restarted.prepare();
        record(restarted, "a");
        record(second, "b");

        assertThat(signers()).containsExactly(OLD.id(), NEW.id(), NEW.id(), NEW.id(), NEW.id(), NEW.id());
        assertWhole(OLD_KNOWS_NEW, 6);
        assertWhole(NEW_KNOWS_OLD, 6);
    }

    @Test
    void aGatewayWithoutTheNewSecretRefusesCalls_andNamesTheSetting() {
        upgrade();
        AuditTrail first = trail(ONLY_OLD, Map.of("record-timeout", "1s"));
        record(first, "a");
        record(trail(NEW_KNOWS_OLD), "b");

        assertThatThrownBy(() -> record(first, "a")).isInstanceOf(GatewayException.class);
        assertThat(first.problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains(NEW.id(), "AUDIT_SECRET_ALSO"));
        assertThatThrownBy(() -> trail(ONLY_OLD).prepare())
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("AUDIT_SECRET_ALSO");
        assertWhole(NEW_KNOWS_OLD, 3);
    }

    @Test
    void aStolenOldSecretCannotForgeRecordsAfterTheChange() {
        upgrade();
        record(trail(ONLY_OLD), "a");
        AuditTrail trail = trail(NEW_KNOWS_OLD);
        record(trail, "b");

        forge(OLD, false, any("{}"));
        assertBroken(NEW_KNOWS_OLD, 4, "WRONG_KEY");
        forge(OLD, false, KeyChange.record(NEW.id(), OLD, OLD));
        forge(OLD, false, KeyChange.record(KeyChange.UNKNOWN, null, OLD));
        record(trail, "b");
        record(trail(NEW_KNOWS_OLD), "b");

        assertThat(signers()).endsWith(OLD.id(), OLD.id(), OLD.id(), NEW.id(), NEW.id());
        assertBroken(NEW_KNOWS_OLD, 4, "WRONG_KEY");
        assertThat(verify(NEW_KNOWS_OLD, "3").broken().problem()).isEqualTo("WRONG_KEY");
    }

    @Test
    void aStolenOldSecretCannotForgeRecordsOfAnEarlierVersion() {
        upgrade();
        record(trail(ONLY_OLD), "a");
        record(trail(NEW_KNOWS_OLD), "b");
        forge(NEW, true, any("{}"));
        assertWhole(NEW_KNOWS_OLD, 4);

        forge(OLD, true, any("{}"));

        assertBroken(NEW_KNOWS_OLD, 5, "WRONG_KEY");
    }

    @Test
    void aChangeOfTheKeyIdOrOfTheCommitmentIsFound() {
        upgrade();
        AuditTrail trail = trail(OLD_KNOWS_NEW);
        record(trail, "a", Map.of("user_id", "42"));
        record(trail, "a", Map.of("user_id", "43"));
        lift(jdbc);
        for (String change : List.of("key_id = NULL", "key_id = '" + NEW.id() + "'", "personal_mac = NULL")) {
            jdbc.execute("CREATE TABLE kept AS SELECT * FROM audit_record WHERE sequence = 1");
            jdbc.update("UPDATE audit_record SET " + change + " WHERE sequence = 1");
            assertBroken(OLD_KNOWS_NEW, 1, "ALTERED");
            jdbc.update("DELETE FROM audit_record WHERE sequence = 1");
            jdbc.update("INSERT INTO audit_record SELECT * FROM kept");
            jdbc.execute("DROP TABLE kept");
        }
        assertWhole(OLD_KNOWS_NEW, 2);
    }

    @Test
    void theChainOfThePreviousVersionContinues_alsoWithAGatewayOfThatVersion_andThroughAChange() {
        forge(OLD, true, any("{}"));
        forge(OLD, true, any("{\"user_id\":\"42\",\"limit\":\"3\"}"));
        upgrade();
        assertWhole(ONLY_OLD, 2);

        AuditTrail trail = trail(ONLY_OLD);
        trail.prepare();
        record(trail, "a");
        forge(OLD, true, any("{}"));
        record(trail, "a");
        assertThat(signers()).containsExactly(null, null, OLD.id(), null, OLD.id());
        assertWhole(ONLY_OLD, 5);

        AuditTrail changed = trail(NEW_KNOWS_OLD);
        changed.prepare();
        record(changed, "b");
        assertWhole(NEW_KNOWS_OLD, 7);
        assertBroken(ONLY_NEW, 1, "ALTERED");
    }

    @Test
    void ifTheOldSecretIsLost_theChainContinuesWithASetting_andVerifiesFromThere() {
        upgrade();
        record(trail(ONLY_OLD), "a");
        assertThatThrownBy(() -> trail(ONLY_NEW).prepare())
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("AUDIT_SECRET_ALSO")
                .hasMessageContaining(OLD.id());

        AuditTrail accepts = trail(ONLY_NEW, Map.of("accept-changed-secret", "true"));
        accepts.prepare();
        record(accepts, "b");
        AuditTrail later = trail(ONLY_NEW);
        later.prepare();
        record(later, "b");

        assertThat(signers()).containsExactly(OLD.id(), NEW.id(), NEW.id(), NEW.id());
        assertThat(verify(ONLY_NEW, "1").valid()).isTrue();
    }

    private JsonNode shown(long sequence) {
        Map<String, Object> row = jdbc.queryForMap("""
                SELECT r.*, p.nonce, p.details AS personal FROM audit_record r
                LEFT JOIN audit_personal p ON p.sequence = r.sequence WHERE r.sequence = ?""", sequence);
        return AuditItem.of(row, json, ONLY_OLD).target();
    }

    private PersonalDetails.ErasedDetails erase(Collection<String> values) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return new PersonalDetails(json).erase(connection, values, 0);
        }
    }

    @Test
    void personalDetailsAreShownUntilTheirErasure_andTheChainStillVerifies() throws Exception {
        forge(OLD, true, any("{\"user_id\":\"42\",\"limit\":\"3\"}"));
        forge(OLD, true, any("{\"limit\":\"42\"}"));
        upgrade();
        AuditTrail trail = trail(ONLY_OLD);
        record(trail, "a", Map.of("user_id", "42", "limit", "3", "type", "user_login"));
        record(trail, "a", Map.of("user_id", "4242"));
        record(trail, "a", Map.of("q", "the orders of 42, Main Street", "username", "alice", "from", "2026-01-01"));
        record(trail, "a", Map.of("ip", "10.0.0.42"));

        assertThat(jdbc.queryForList("SELECT target FROM audit_record WHERE sequence > 2", String.class))
                .allSatisfy(target -> assertThat(target).doesNotContain("42", "alice", "10.0.0"));
        assertThat(shown(3)).isEqualTo(json.readTree("{\"limit\":\"3\",\"type\":\"user_login\",\"user_id\":\"42\"}"));
        assertThat(shown(5).path("q").asText()).isEqualTo("the orders of 42, Main Street");
        Verdict before = verify(ONLY_OLD);

        PersonalDetails.ErasedDetails step = erase(List.of("42"));

        assertThat(step.erased()).isEqualTo(3);
        assertThat(step.unerasable()).as("in the chain of the previous version").isEqualTo(1);
        assertThat(step.isLast()).isTrue();
        assertThat(shown(3).path("user_id").asText()).isEqualTo("<erased>");
        assertThat(shown(3).path("limit").asText()).isEqualTo("3");
        assertThat(shown(5).path("username").asText()).isEqualTo("<erased>");
        assertThat(shown(4).path("user_id").asText()).isEqualTo("4242");
        assertThat(shown(6).path("ip").asText()).isEqualTo("10.0.0.42");
        assertThat(verify(ONLY_OLD)).isEqualTo(before);
        assertThat(before.valid()).isTrue();
        assertThat(erase(List.of("42")).erased()).isZero();
        assertThat(erase(List.of("10.0.0.42")).erased()).isEqualTo(1);
    }

    /** Chinese has no blanks between words. */
    @Test
    void anIdBesideOtherLettersIsErased_butNotAPartOfALongerId() throws Exception {
        upgrade();
        AuditTrail trail = trail(ONLY_OLD);
        for (String text : List.of(
                "\u7528\u6237u-10271234\u7684",
                "u-10271234\u3055\u3093",
                "\u7528\u623742\u7684",
                "id10271234",
                "1027123456",
                "a42")) {
            record(trail, "a", Map.of("q", text));
        }

        assertThat(erase(List.of("u-10271234")).erased()).isEqualTo(2);
        assertThat(erase(List.of("42")).erased()).isEqualTo(1);
        assertThat(erase(List.of("10271234")).erased()).isEqualTo(1);
    }

    @Test
    void theBeginningOfALongIdThatWasCut_isErased() throws Exception {
        upgrade();
        AuditTrail trail = trail(ONLY_OLD);
        String user = "urn:user:" + "x".repeat(400);
        record(trail, "a", Map.of("user_id", user, "limit", "3"));
        record(trail, "a", Map.of("user_id", "urn:user:" + "y".repeat(400)));

        assertThat(erase(List.of(user)).erased()).isEqualTo(1);

        assertThat(shown(1).path("user_id").asText()).isEqualTo("<erased>");
        assertThat(shown(2).path("user_id").asText()).startsWith("urn:user:y");
    }

    @Test
    void equalDetailsHaveDifferentCommitments() {
        upgrade();
        AuditTrail trail = trail(ONLY_OLD);
        record(trail, "a", Map.of("user_id", "42"));
        record(trail, "a", Map.of("user_id", "42"));

        assertThat(jdbc.queryForList("SELECT personal_mac FROM audit_record", String.class))
                .doesNotContainNull()
                .doesNotHaveDuplicates();
    }

    @Test
    void changedOrInsertedPersonalDetailsAreFound_andBlockNobody() {
        upgrade();
        AuditTrail trail = trail(ONLY_OLD);
        record(trail, "a", Map.of("user_id", "42"));
        assertThatThrownBy(() -> jdbc.update("UPDATE audit_personal SET details = '{}'"))
                .hasMessageContaining("only erased");
        String nonce = jdbc.queryForObject("SELECT nonce FROM audit_personal", String.class);
        jdbc.update("DELETE FROM audit_personal");
        assertWhole(ONLY_OLD, 1);
        jdbc.update("INSERT INTO audit_personal VALUES (1, ?, '{\"user_id\":\"7\"}')", nonce);

        assertBroken(ONLY_OLD, 1, "PERSONAL_ALTERED");
        assertThat(shown(1).path("user_id").asText()).isEqualTo("<altered>");

        jdbc.update("DELETE FROM audit_personal");
        jdbc.update("INSERT INTO audit_personal VALUES (2, ?, '{\"user_id\":\"7\"}')", nonce);
        record(trail, "a", Map.of("user_id", "43"));
        assertBroken(ONLY_OLD, 2, "PERSONAL_ALTERED");
    }
}
