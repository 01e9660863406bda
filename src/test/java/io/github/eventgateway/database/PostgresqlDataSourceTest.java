package io.github.eventgateway.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.eventgateway.event.Timestamps;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests how connections differ from those of the PostgreSQL driver. */
class PostgresqlDataSourceTest {

    private static EmbeddedPostgres postgres;

    private final TimeZone zone = TimeZone.getDefault();
    private final Random random = new Random(7);

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    @AfterEach
    void restoreZone() {
        TimeZone.setDefault(zone);
    }

    private static Connection connect() throws SQLException {
        return PostgresqlServer.at(postgres).getConnection();
    }

    /**
     * The server sends a time first as text, and as a number after the statement was used often. Both must be exact.
     */
    @ParameterizedTest
    @ValueSource(strings = {"UTC", "Asia/Shanghai", "America/New_York", "Europe/Amsterdam"})
    void everyPossibleTimeOfAnEventIsReadUnchanged(String zoneOfTheMachine) throws SQLException {
        TimeZone.setDefault(TimeZone.getTimeZone(zoneOfTheMachine));
        try (Connection connection = connect();
                PreparedStatement query = connection.prepareStatement("SELECT ?::timestamptz AS t, ?::timestamptz")) {
            for (int i = 0; i < 2_000; i++) {
                Instant time = time(i);
                query.setObject(1, ColumnTime.column(time));
                query.setString(2, time.toString());
                try (ResultSet rows = query.executeQuery()) {
                    rows.next();
                    assertThat(ColumnTime.of(rows.getObject("t"))).isEqualTo(time);
                    assertThat(ColumnTime.of(rows.getObject(2))).isEqualTo(time);
                    assertThat(rows.getObject(1, OffsetDateTime.class).toInstant())
                            .isEqualTo(time);
                }
            }
        }
    }

    private Instant time(int i) {
        List<Instant> edges = List.of(
                Timestamps.EARLIEST,
                Timestamps.LATEST,
                Instant.parse("1582-10-04T12:00:00Z"),
                Instant.parse("1582-10-15T00:00:00Z"),
                Instant.parse("1500-02-28T23:59:59.999999Z"),
                Instant.parse("1969-12-31T23:59:59.999999Z"));
        Instant time = i < edges.size()
                ? edges.get(i)
                : Instant.ofEpochSecond(
                        random.nextLong(Timestamps.EARLIEST.getEpochSecond(), Timestamps.LATEST.getEpochSecond()),
                        random.nextInt(1_000_000_000));
        return time.truncatedTo(ChronoUnit.MICROS);
    }

    @Test
    void otherColumnsAreReadAsTheDriverReturnsThem() throws SQLException {
        try (Connection connection = connect();
                ResultSet rows = connection.createStatement().executeQuery("SELECT 1, 'a'::text, NULL::timestamptz")) {
            rows.next();
            assertThat(rows.getObject(1)).isEqualTo(1);
            assertThat(rows.getObject(2)).isEqualTo("a");
            assertThat(rows.getObject(3)).isNull();
            assertThatThrownBy(() -> rows.getObject("b"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("b");
        }
    }

    /** While a table is being altered, the server does not describe statements on it. */
    @Test
    void parametersAreCountedWithoutWaitingForALock() throws SQLException {
        try (Connection locking = connect();
                Connection connection = connect()) {
            locking.createStatement().execute("CREATE TABLE locked (a text, b text)");
            locking.setAutoCommit(false);
            locking.createStatement().execute("LOCK TABLE locked IN ACCESS EXCLUSIVE MODE");
            connection.createStatement().execute("SET lock_timeout = 500");

            PreparedStatement query =
                    connection.prepareStatement("SELECT '?', a AS \"?\" FROM locked WHERE a = ? AND b LIKE ?");
            assertThat(query.getParameterMetaData().getParameterCount()).isEqualTo(2);
            assertThat(connection
                            .prepareStatement("SELECT a FROM locked")
                            .getParameterMetaData()
                            .getParameterCount())
                    .isZero();
        }
    }
}
