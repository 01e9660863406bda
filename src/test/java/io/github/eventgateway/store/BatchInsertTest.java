package io.github.eventgateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.database.PostgresqlServer;
import io.github.eventgateway.erasure.Erasing;
import io.github.eventgateway.event.Event;
import io.github.eventgateway.event.EventComparison;
import io.github.eventgateway.kafka.PolledRecord;
import io.github.eventgateway.testing.Threads;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.NestedRuntimeException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** Tests which rows PostgreSQL rejects for their own fault, and which ones it cannot store at the moment. */
class BatchInsertTest {

    private static final String REFUSED = "refused";
    private static final String ACCOUNT = "event_gateway";
    private static final String RAISES = "RAISE EXCEPTION 'not this one'";
    private static final String IF_REFUSED = "IF NEW.username = 'refused' THEN %s; END IF;";

    private static EmbeddedPostgres postgres;
    private static JdbcTemplate owner;

    private final EventComparison comparison = mock(EventComparison.class);
    private InsertProbe probe;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.start();
        owner = new JdbcTemplate(PostgresqlServer.at(postgres));
        owner.execute("CREATE ROLE " + ACCOUNT + " LOGIN");
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    static JdbcTemplate owner() {
        return owner;
    }

    @BeforeEach
    void empty() throws SQLException {
        PostgresqlServer.renew(postgres);
        owner.execute("GRANT USAGE ON SCHEMA public TO " + ACCOUNT);
        owner.execute("GRANT SELECT, INSERT ON event TO " + ACCOUNT);
        owner.execute("GRANT SELECT, INSERT, UPDATE ON event_count TO " + ACCOUNT);
        owner.execute("GRANT SELECT, INSERT, DELETE ON event_batch TO " + ACCOUNT);
        owner.execute("GRANT SELECT, UPDATE ON event_batch_deleted TO " + ACCOUNT);
        owner.execute("GRANT SELECT ON event_key, erased_user TO " + ACCOUNT);
        prepare(postgres);
        owner.execute("CREATE SEQUENCE rows_seen");
        owner.execute("GRANT USAGE ON rows_seen TO " + ACCOUNT);
        when(comparison.isSame(any(), anyString(), anyBoolean())).thenReturn(true);
    }

    /** Runs before the first row, after the account got its permissions. */
    void prepare(EmbeddedPostgres server) throws SQLException {
        // By default the table is that of an earlier version.
    }

    /** Returns the table with the rows, because a partitioned table cannot have some of these faults. */
    String table() {
        return "event";
    }

    /** Faults that make the database reject exactly the rows of one user name. */
    enum OwnFault {
        EXCEPTION_OF_A_TRIGGER("P0001", onEachRow(IF_REFUSED.formatted(RAISES))),
        ITS_OWN_SQLSTATE("GW001", onEachRow(IF_REFUSED.formatted(RAISES + " USING ERRCODE = 'GW001'"))),
        TRIGGER_THAT_NEEDS_WHAT_IS_NOT_THERE("42P01", onEachRow(IF_REFUSED.formatted("DELETE FROM nowhere"))),
        DEFERRED_TRIGGER("P0001", """
                CREATE FUNCTION check_row() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN %s RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER check_row AFTER INSERT ON event DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION check_row()""".formatted(IF_REFUSED.formatted(RAISES))),
        TOO_LARGE_FOR_AN_INDEX("54000", "CREATE INDEX event_payload ON event (payload)"),
        ROW_LEVEL_SECURITY("42501", """
                ALTER TABLE event ENABLE ROW LEVEL SECURITY;
                CREATE POLICY all_rows ON event FOR SELECT USING (true);
                CREATE POLICY no_such_rows ON event FOR INSERT WITH CHECK (username <> 'refused')"""),
        COLLISION_IN_A_TABLE_OF_A_TRIGGER(
                "23505", """
                CREATE TABLE outbox (number int PRIMARY KEY);
                INSERT INTO outbox VALUES (1);
                GRANT INSERT ON outbox TO event_gateway;
                """ + onEachRow(IF_REFUSED.formatted("INSERT INTO outbox VALUES (1)"))),
        COLLISION_IN_A_TABLE_WITH_A_SIMILAR_NAME(
                "23505", COLLISION_IN_A_TABLE_OF_A_TRIGGER.sql.replace("outbox", "event_outbox")),
        CONSTRAINT_WITH_THE_NAME_OF_A_PARTITIONS(
                "23514", "ALTER TABLE event ADD CONSTRAINT event_no_such_rows_closed CHECK (username <> 'refused')"),
        OBJECT_IN_THE_WRONG_STATE("55000", onEachRow(IF_REFUSED.formatted(RAISES + " USING ERRCODE = '55000'"))),
        ERROR_OF_AN_EXTENSION("XX000", onEachRow(IF_REFUSED.formatted(RAISES + " USING ERRCODE = 'XX000'"))),
        VIEW_OF_A_CHECK_OPTION("44000", onEachRow(IF_REFUSED.formatted(RAISES + " USING ERRCODE = '44000'"))),
        CONSTRAINT("23514", "ALTER TABLE event ADD CONSTRAINT no_such_rows CHECK (username <> 'refused')");

        private final String state;
        private final String sql;

        OwnFault(String state, String sql) {
            this.state = state;
            this.sql = sql;
        }
    }

    private static String onEachRow(String statements) {
        return """
                CREATE FUNCTION check_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN %s RETURN NEW; END $$;
                CREATE TRIGGER check_row BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION check_row()""".formatted(statements);
    }

    @ParameterizedTest
    @EnumSource
    void aRowsOwnFault_isFoundAmongItsNeighbours_andTheyAreStored(OwnFault fault) {
        owner.execute(fault.sql);
        BatchInsert insert = batch("");

        insert.insert(rows(40, 7, 8, 31));

        boolean ofAConstraint = fault.state.equals("23514");
        assertThat(insert.rejected())
                .extracting(
                        one -> one.row().record().offset(),
                        BatchInsert.RejectedRow::isOfAConstraint,
                        one -> ((SQLException) one.failure()).getSQLState())
                .containsExactlyInAnyOrder(
                        tuple(7L, ofAConstraint, fault.state),
                        tuple(8L, ofAConstraint, fault.state),
                        tuple(31L, ofAConstraint, fault.state));
        assertThat(insert.stored()).isEqualTo(37);
        assertThat(insert.repeated()).isZero();
        assertThat(offsets()).hasSize(37).doesNotContain(7L, 8L, 31L);
        assertThat(ids()).noneMatch(id -> id.startsWith("probe"));
    }

    @ParameterizedTest
    @EnumSource
    void aRowsOwnFault_isFoundInABatchOfOne(OwnFault fault) {
        owner.execute(fault.sql);
        BatchInsert first = batch("");
        first.insert(rows(1));
        BatchInsert insert = batch("");

        insert.insert(List.of(row(5, REFUSED)));

        assertThat(insert.rejected()).hasSize(1);
        assertThat(offsets()).containsExactly(0L);
    }

    @Test
    void aRowsOwnFault_isFoundInAnEmptyTable() {
        owner.execute(OwnFault.EXCEPTION_OF_A_TRIGGER.sql);
        BatchInsert insert = batch("");

        insert.insert(List.of(row(5, REFUSED), row(6, REFUSED)));

        assertThat(insert.rejected()).hasSize(2);
        assertThat(offsets()).isEmpty();
    }

    @Test
    void allRowsOfABatchMayBeAtFault_ifTheDatabaseAcceptsOthers() {
        BatchInsert first = batch("");
        first.insert(rows(1));
        owner.execute(OwnFault.EXCEPTION_OF_A_TRIGGER.sql);
        BatchInsert insert = batch("");

        insert.insert(IntStream.range(1, 9).mapToObj(i -> row(i, REFUSED)).toList());

        assertThat(insert.rejected()).hasSize(8);
    }

    @Test
    void afterARestart_anExistingRowShowsThatTheDatabaseAcceptsRows() {
        batch("").insert(rows(1));
        owner.execute(onEachRow("IF NEW.username IS DISTINCT FROM 'ann' THEN " + RAISES + "; END IF;"));
        probe = null;
        BatchInsert insert = batch("");

        insert.insert(List.of(row(5, REFUSED)));

        assertThat(insert.rejected()).hasSize(1);
    }

    @Test
    void aNewlyRejectedType_isFoundAmongOthers_evenIfItWasStoredLast() {
        batch("").insert(List.of(row(0, "ann", "user_login")));
        owner.execute(onEachRow("IF NEW.type = 'user_login' THEN " + RAISES + "; END IF;"));
        BatchInsert insert = batch("");

        insert.insert(List.of(row(1, "ann", "user_login"), row(2, "ann", "user_logout"), row(3, "ann", "user_login")));

        assertThat(offsets()).containsExactly(0L, 2L);
        assertThat(insert.rejected()).hasSize(2);
    }

    /** Faults that make the database store no row at the moment, or that affect one row without being its own fault. */
    enum Outage {
        EVERY_ROW_RAISES("P0001", onEachRow(RAISES + ";"), ""),
        TABLE_IS_MISSING("42P01", "ALTER TABLE event RENAME TO event_away", ""),
        COLUMN_IS_MISSING("42703", "ALTER TABLE event DROP COLUMN ip", ""),
        MAY_NOT_INSERT("42501", "REVOKE INSERT ON event FROM event_gateway", ""),
        EVERY_ROW_VIOLATES_A_CONSTRAINT(
                "23514", "ALTER TABLE event ADD CONSTRAINT nothing CHECK (type IS NULL) NOT VALID", ""),
        A_NEW_COLUMN_IS_REQUIRED("23502", """
                ALTER TABLE event ADD COLUMN more text NOT NULL DEFAULT 'x';
                ALTER TABLE event ALTER COLUMN more DROP DEFAULT""", ""),
        A_COLUMN_BECAME_NARROW("22001", "ALTER TABLE event ALTER COLUMN topic TYPE varchar(3) USING 'x'", ""),
        WHAT_IS_REFERRED_TO_IS_EMPTY("23503", """
                CREATE TABLE known (username varchar(64) PRIMARY KEY);
                ALTER TABLE %s ADD FOREIGN KEY (username) REFERENCES known NOT VALID""", ""),
        A_CONSTRAINT_COMES_WHILE_ROWS_ARE_TRIED(
                "23514",
                onEachRow(IF_REFUSED.formatted(RAISES + " USING ERRCODE = '23514'")
                        + " IF nextval('rows_seen') > 45 THEN " + RAISES + " USING ERRCODE = '23514'; END IF;"),
                ""),
        READ_ONLY("25006", "SELECT 1", "-c default_transaction_read_only=on"),
        EVERY_COMMIT_RAISES("P0001", OwnFault.DEFERRED_TRIGGER.sql.replace("NEW.username = 'refused'", "true"), ""),
        DISK_IS_FULL_FOR_A_LARGE_ROW(
                "53100", onEachRow(IF_REFUSED.formatted(RAISES + " USING ERRCODE = 'disk_full'")), ""),
        TOO_SLOW("57014", onEachRow(IF_REFUSED.formatted("PERFORM pg_sleep(30)")), "-c statement_timeout=300"),
        /** The pool only reports that it has closed the connection. */
        CONNECTION_IS_LOST(null, onEachRow(IF_REFUSED.formatted("PERFORM pg_terminate_backend(pg_backend_pid())")), ""),
        DEADLOCK("40P01", onEachRow(IF_REFUSED.formatted(RAISES + " USING ERRCODE = 'deadlock_detected'")), ""),
        BROKEN_INDEX("XX002", onEachRow(IF_REFUSED.formatted(RAISES + " USING ERRCODE = 'index_corrupted'")), ""),
        NO_MORE_TRANSACTIONS("54000", onEachRow(RAISES + " USING ERRCODE = '54000';"), ""),
        BEGINS_WHILE_ROWS_ARE_TRIED(
                "P0001",
                onEachRow(IF_REFUSED.formatted(RAISES) + " IF nextval('rows_seen') > 45 THEN " + RAISES + "; END IF;"),
                "");

        private final String state;
        private final String sql;
        private final String options;

        Outage(String state, String sql, String options) {
            this.state = state;
            this.sql = sql;
            this.options = options;
        }
    }

    @Test
    void aCollidingRow_isRefused_evenIfCopiesOfRowsCollideToo() {
        batch("").insert(List.of(row(0, "ann")));
        owner.execute("CREATE UNIQUE INDEX one_row_a_user ON " + table() + " (username)");
        owner.execute("ALTER TABLE event ADD CONSTRAINT no_such_rows CHECK (username <> 'refused')");
        BatchInsert insert = batch("");

        insert.insert(List.of(row(1, "ann"), row(2, "bob"), row(3, REFUSED)));

        assertThat(insert.rejected())
                .extracting(one -> one.row().record().offset(), one -> ((SQLException) one.failure()).getSQLState())
                .containsExactlyInAnyOrder(tuple(1L, "23505"), tuple(3L, "23514"));
        assertThat(offsets()).containsExactly(0L, 2L);
    }

    @Test
    void rowsRejectedInAnOutage_areStoredAfterIt() {
        batch("").insert(rows(1));
        owner.execute("ALTER TABLE event ADD CONSTRAINT nothing CHECK (type IS NULL) NOT VALID");
        assertThatThrownBy(() -> batch("").insert(List.of(row(5, "ann")))).isInstanceOf(NestedRuntimeException.class);
        owner.execute("ALTER TABLE event DROP CONSTRAINT nothing");
        BatchInsert insert = batch("");

        insert.insert(List.of(row(5, "ann")));

        assertThat(offsets()).containsExactly(0L, 5L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"23514", "23502", "P0001"})
    void anOutageThatEndsWhileRowsAreTried_costsNoOtherRow(String state) {
        batch("").insert(rows(1));
        String raises = RAISES + " USING ERRCODE = '" + state + "'";
        owner.execute(onEachRow(IF_REFUSED.formatted(raises) + " IF nextval('rows_seen') BETWEEN 45 AND 60 THEN "
                + raises + "; END IF;"));
        Set<Long> refused = new TreeSet<>();
        boolean stored = false;
        for (int attempt = 0; attempt < 10 && !stored; attempt++) {
            BatchInsert insert = batch("");
            try {
                insert.insert(rows(40, 7));
                stored = true;
            } catch (NestedRuntimeException e) {
                // The batch is read again.
            }
            insert.rejected().forEach(one -> refused.add(one.row().record().offset()));
        }

        assertThat(refused).containsExactly(7L);
        assertThat(offsets()).hasSize(39).doesNotContain(7L);
    }

    @ParameterizedTest
    @EnumSource
    void inAnOutage_nothingIsRefused_andTheBatchIsRetried(Outage outage) {
        BatchInsert first = batch("");
        first.insert(rows(1));
        owner.execute(outage.sql.replace("%s", table()));
        BatchInsert insert = batch(outage.options);

        assertThatThrownBy(() -> insert.insert(rows(40, 7)))
                .isInstanceOf(NestedRuntimeException.class)
                .satisfies(failure -> assertThat(((SQLException) RowFault.cause(failure)).getSQLState())
                        .isEqualTo(outage.state));
        assertThat(insert.rejected()).isEmpty();
    }

    @Test
    void theNumbersOfAnotherServer_costNoEvent_andTheOrderBeginsAnew() {
        enterNumbersOfAnotherServer(50);
        BatchInsert insert = batch("");

        insert.insert(rows(1));

        assertThat(insert.rejected()).isEmpty();
        assertThat(offsets()).containsExactly(0L);
        assertThat(owner.queryForList("SELECT ids FROM event_batch", String.class))
                .containsExactly("[\"id-0\"]");
    }

    @Test
    void ifTheNumbersOfAnotherServerComeWhileTheGatewayRuns_nothingIsRefused_andTheNextAttemptStores() {
        EventTable table = table(PostgresqlServer.of(postgres, ACCOUNT, ""), settings());
        new BatchInsert(table, comparison, new InsertProbe(table)).insert(rows(1));
        enterNumbersOfAnotherServer(50);
        BatchInsert insert = new BatchInsert(table, comparison, new InsertProbe(table));

        assertThatThrownBy(() -> insert.insert(rows(40)))
                .isInstanceOf(NestedRuntimeException.class)
                .hasMessageContaining("event_batch");
        assertThat(insert.rejected()).isEmpty();
        insert.insert(rows(40));

        assertThat(insert.rejected()).isEmpty();
        assertThat(offsets()).hasSize(40);
    }

    @Test
    void severalGatewaysMayRemoveTheNumbersOfAnotherServerAtOnce() {
        for (int round = 0; round < 5; round++) {
            enterNumbersOfAnotherServer(300);
            int begin = 1000 * round;
            List<CompletableFuture<Integer>> storing = IntStream.range(0, 4)
                    .mapToObj(gateway -> CompletableFuture.supplyAsync(
                            () -> storeOneByOne(begin + 100 * gateway, begin + 100 * gateway + 20), Threads.ONE_EACH))
                    .toList();
            storing.forEach(one -> assertThat(one.join()).isEqualTo(20));
        }

        assertThat(offsets()).hasSize(5 * 4 * 20);
        assertThat(owner.queryForObject("SELECT number FROM event_batch_deleted", Long.class))
                .isLessThan(owner.queryForObject("SELECT MIN(number) FROM event_batch", Long.class));
    }

    /** Each call is another gateway, which must store each row at the first attempt. */
    private int storeOneByOne(int from, int to) {
        EventTable table = table(PostgresqlServer.of(postgres, ACCOUNT, ""), settings());
        InsertProbe ownProbe = new InsertProbe(table);
        return IntStream.range(from, to)
                .map(offset -> {
                    BatchInsert insert = new BatchInsert(table, comparison, ownProbe);
                    insert.insert(List.of(row(offset, "ann")));
                    return insert.stored();
                })
                .sum();
    }

    /** Numbers that this server assigns soon. */
    private static void enterNumbersOfAnotherServer(int count) {
        owner.update("INSERT INTO event_batch (number, stored_at, ids)"
                + " SELECT pg_current_xact_id()::text::bigint + more, now(), '[\"x\"]' FROM generate_series(1, " + count
                + ") AS more");
    }

    @Test
    void whileTheTableIsLocked_nothingIsRefused() throws SQLException {
        BatchInsert insert = batch("-c lock_timeout=200");
        try (Connection lock = postgres.getPostgresDatabase().getConnection()) {
            lock.setAutoCommit(false);
            lock.createStatement().execute("LOCK TABLE event IN ACCESS EXCLUSIVE MODE");

            assertThatThrownBy(() -> insert.insert(rows(2))).isInstanceOf(NestedRuntimeException.class);
            lock.rollback();
        }
        assertThat(insert.rejected()).isEmpty();
    }

    @Test
    void existingRows_areRepetitions_orConflicts() {
        batch("").insert(rows(10));
        BatchInsert again = batch("");
        again.insert(rows(12));
        assertThat(again.stored()).isEqualTo(2);
        assertThat(again.repeated()).isEqualTo(10);

        when(comparison.isSame(any(), anyString(), anyBoolean())).thenReturn(false);
        BatchInsert others = batch("");
        others.insert(List.of(row(3, "eve"), row(4, "ann"), row(3, "bob"), row(20, "eve"), row(20, "bob")));

        assertThat(others.stored()).isEqualTo(1);
        assertThat(others.repeated()).as("the same text").isEqualTo(1);
        assertThat(others.conflicts())
                .extracting(
                        conflict ->
                                conflict.row().event().data().path("username").asText(),
                        conflict -> conflict.stored().offset())
                .containsExactlyInAnyOrder(tuple("eve", 3L), tuple("bob", 3L), tuple("bob", 20L));
    }

    @Test
    void theSameEventOfAnotherPublisher_isAConflict() {
        batch("").insert(List.of(published("id-1", 1, "billing"), published("id-2", 2, null)));
        BatchInsert again = batch("");

        again.insert(List.of(
                published("id-1", 11, "shop"),
                published("id-1", 12, "billing"),
                published("id-1", 13, null),
                published("id-2", 14, "shop"),
                published("id-3", 15, "billing"),
                published("id-3", 16, "shop"),
                published("id-3", 17, "billing")));

        assertThat(again.conflicts())
                .extracting(conflict -> conflict.row().record().offset(), conflict -> conflict.stored()
                        .offset())
                .containsExactlyInAnyOrder(tuple(11L, 1L), tuple(16L, 15L));
        assertThat(again.repeated()).isEqualTo(4);
        assertThat(again.stored()).isEqualTo(1);
    }

    BatchInsert batch(String options) {
        DataSource account = PostgresqlServer.of(postgres, ACCOUNT, options);
        EventTable table = table(account, settings());
        EventRow last = probe == null ? null : probe.lastAccepted();
        probe = new InsertProbe(table);
        if (last != null) {
            probe.remember(last);
        }
        return new BatchInsert(table, comparison, probe);
    }

    private static DatabaseSettings settings() {
        return new DatabaseSettings(
                "jdbc:postgresql://x", "", "", "", "", Path.of("x"), 1, Duration.ZERO, Duration.ZERO, Duration.ZERO);
    }

    private static EventTable table(DataSource database, DatabaseSettings settings) {
        return new EventTable(
                new JdbcTemplate(database),
                new JdbcTransactionManager(database),
                settings,
                Erasing.users(),
                Erasing.fields());
    }

    /** Returns rows of a valid user, except those at these offsets. */
    static List<EventRow> rows(int count, Integer... refused) {
        List<EventRow> rows = new ArrayList<>();
        for (int offset = 0; offset < count; offset++) {
            rows.add(row(offset, List.of(refused).contains(offset) ? REFUSED : "ann"));
        }
        return rows;
    }

    static EventRow row(long offset, String username) {
        return row(offset, username, "user_login");
    }

    private static EventRow published(String id, long offset, String publisher) {
        EventRow row = row(offset, "ann");
        Event event = new Event(
                id, "user_login", Instant.EPOCH, true, "7", row.event().data(), null);
        return new EventRow(event, row.record(), Instant.EPOCH, true, publisher, null, null, List.of());
    }

    private static EventRow row(long offset, String username, String type) {
        ObjectNode data = StrictJson.MAPPER.createObjectNode().put("username", username);
        if (username.equals(REFUSED)) {
            byte[] noise = new byte[8000];
            new Random(offset).nextBytes(noise);
            data.put("noise", HexFormat.of().formatHex(noise));
        }
        Event event = new Event("id-" + offset, type, Instant.EPOCH, true, "7", data, null);
        PolledRecord record = new PolledRecord("user_events", 2, offset, 0, null, null, new RecordHeaders());
        return new EventRow(event, record, Instant.EPOCH, true, null, null, null, List.of());
    }

    static List<Long> offsets() {
        return owner.queryForList("SELECT kafka_offset FROM event ORDER BY kafka_offset", Long.class);
    }

    private static List<String> ids() {
        return owner.queryForList("SELECT id FROM event", String.class);
    }
}
