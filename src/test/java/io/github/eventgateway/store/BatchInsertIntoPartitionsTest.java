package io.github.eventgateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.eventgateway.database.PostgresqlServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.core.NestedRuntimeException;

/** Runs the tests of the plain table with a partitioned one. */
class BatchInsertIntoPartitionsTest extends BatchInsertTest {

    @Override
    void prepare(EmbeddedPostgres server) throws SQLException {
        PostgresqlServer.bringIntoPartitions(server);
    }

    @Override
    String table() {
        OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC);
        return "event_%04d_%02d".formatted(now.getYear(), now.getMonthValue());
    }

    @Test
    void withoutAPartition_noRowIsRefused_andItIsStoredWhenThePartitionExists() {
        owner().execute("ALTER TABLE event DETACH PARTITION " + table());
        BatchInsert insert = batch("");

        assertThatThrownBy(() -> insert.insert(List.of(row(1, "ann")))).isInstanceOf(NestedRuntimeException.class);
        assertThatThrownBy(() -> insert.insert(rows(40))).isInstanceOf(NestedRuntimeException.class);
        assertThat(insert.rejected()).isEmpty();

        owner().execute("ALTER TABLE event ATTACH PARTITION " + table()
                + " FOR VALUES FROM (MINVALUE) TO ('2999-01-01Z')".replace("2999-01-01Z", next()));
        insert.insert(List.of(row(1, "ann")));
        assertThat(offsets()).containsExactly(1L);
    }

    /** The clock of the database went back, and the partition of that time is closed. */
    @Test
    void ifThePartitionIsClosed_noRowIsRefused() {
        owner().execute("ALTER TABLE " + table() + " ADD CONSTRAINT " + table() + "_closed"
                + " CHECK (occurred_at >= '2020-01-01Z') NOT VALID");
        BatchInsert insert = batch("");

        assertThatThrownBy(() -> insert.insert(rows(40))).isInstanceOf(NestedRuntimeException.class);
        assertThatThrownBy(() -> insert.insert(List.of(row(1, "ann")))).isInstanceOf(NestedRuntimeException.class);
        assertThat(insert.rejected()).isEmpty();
    }

    private static String next() {
        return OffsetDateTime.now(ZoneOffset.UTC)
                        .plusMonths(1)
                        .withDayOfMonth(1)
                        .toLocalDate() + " 00:00:00+00";
    }

    /** Retention has removed the row, but not the id. */
    @Test
    void anIdOfARemovedRow_isARepetition() {
        batch("").insert(rows(3));
        owner().execute("DELETE FROM event");
        BatchInsert again = batch("");

        again.insert(List.of(row(1, "ann"), row(1, "bob"), row(7, "ann")));

        assertThat(again.stored()).isEqualTo(1);
        assertThat(again.repeated()).isEqualTo(2);
        assertThat(again.conflicts()).isEmpty();
        assertThat(offsets()).containsExactly(7L);
    }

    @Test
    void anEventStoredElevenMonthsAgo_isNotStoredAgain() {
        batch("").insert(rows(2));
        String old = "event_of_long_ago";
        owner().execute("ALTER TABLE event DETACH PARTITION " + table());
        owner().execute("CREATE TABLE " + old + " (LIKE event INCLUDING ALL)");
        owner().execute("CREATE INDEX ON " + old + " (id)");
        owner().execute("ALTER TABLE event ATTACH PARTITION " + old
                + " FOR VALUES FROM (MINVALUE) TO (date_trunc('month', now()))");
        owner().execute("ALTER TABLE event ATTACH PARTITION " + table()
                + " FOR VALUES FROM (date_trunc('month', now())) TO ('" + next() + "')");
        owner().execute("UPDATE event_key SET stored_at = stored_at - interval '11 months'");
        owner().execute("UPDATE event SET stored_at = stored_at - interval '11 months'");
        BatchInsert again = batch("");

        again.insert(rows(3));

        assertThat(again.stored()).isEqualTo(1);
        assertThat(again.repeated()).isEqualTo(2);
        assertThat(offsets()).containsExactly(0L, 1L, 2L);
    }
}
