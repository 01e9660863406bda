package io.github.eventgateway.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Manages the partitions of the table {@code event} in PostgreSQL. Several gateways can run all steps at the same time,
 * and can repeat them after an interruption. One thread at a time.
 */
final class EventPartitions {

    /** The application name of connections of this version. Versions without partitions have another one. */
    static final String APPLICATION = "event-gateway-2";

    private static final Logger LOG = LoggerFactory.getLogger(EventPartitions.class);

    /** A partition receives rows for a while after its end, from transactions that began before. */
    private static final Duration CLOSED_AFTER = Duration.ofDays(1);

    private static final String KIND = "SELECT relkind FROM pg_class WHERE oid = to_regclass('event')";
    private static final String OWNED =
            "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('event')";
    private static final String PARTITIONS = """
            SELECT part.relname,
                   (regexp_match(pg_get_expr(part.relpartbound, part.oid), 'FROM \\(''([^'']+)''\\)'))[1]::timestamptz AS lower,
                   (regexp_match(pg_get_expr(part.relpartbound, part.oid), 'TO \\(''([^'']+)''\\)'))[1]::timestamptz AS upper,
                   EXISTS (SELECT FROM pg_constraint
                           WHERE conrelid = part.oid AND conname = part.relname || '_closed' AND convalidated) AS closed
            FROM pg_inherits JOIN pg_class part ON part.oid = inhrelid
            WHERE inhparent = 'event'::regclass AND NOT inhdetachpending
                  AND pg_get_expr(part.relpartbound, part.oid) <> 'DEFAULT'
            ORDER BY upper""";

    private final DataSource owner;
    private final PartitionSettings settings;
    private final PartitionConversion conversion;

    EventPartitions(DataSource owner, PartitionSettings settings) {
        this.owner = owner;
        this.settings = settings;
        this.conversion = new PartitionConversion(settings);
    }

    /**
     * One partition.
     *
     * @param lower its beginning; null if it has all older rows
     * @param upper its end, exclusive
     * @param isClosed whether a constraint bounds the times of its events
     */
    record Partition(String name, OffsetDateTime lower, OffsetDateTime upper, boolean isClosed) {}

    /** The remaining work. */
    enum State {
        /** Nothing: there is no table, or another account owns it. */
        NONE,
        /** The ids are being copied, or the table waits for its time. */
        PLAIN,
        PARTITIONED
    }

    /** Partitions a table without events, at the first start. */
    void begin() throws SQLException {
        try (Connection connection = owner.getConnection()) {
            if (state(connection) == State.PLAIN) {
                conversion.convertIfEmpty(connection);
            }
            createFuture(connection);
        }
    }

    /** Does one step of the migration; returns true if the next step can follow at once. */
    boolean step() throws SQLException {
        try (Connection connection = owner.getConnection()) {
            return switch (state(connection)) {
                case NONE -> false;
                case PARTITIONED -> {
                    createFuture(connection);
                    boundTimes(connection);
                    yield false;
                }
                case PLAIN -> conversion.step(connection);
            };
        }
    }

    private static State state(Connection connection) throws SQLException {
        String kind = Sql.text(connection, KIND);
        if (kind == null || !isOwned(connection)) {
            return State.NONE;
        }
        return kind.equals("p") ? State.PARTITIONED : State.PLAIN;
    }

    /** Creates the future partitions, each in a transaction that blocks nobody. */
    private void createFuture(Connection connection) throws SQLException {
        if (!"p".equals(Sql.text(connection, KIND)) || !isOwned(connection)) {
            return;
        }
        OffsetDateTime until = settings.span().ahead(Sql.now(connection));
        List<Partition> all = partitions(connection);
        OffsetDateTime end = all.get(all.size() - 1).upper();
        while (!end.isAfter(until)) {
            OffsetDateTime next = settings.span().endOf(end);
            create(connection, settings.span().name(end), end, next);
            end = next;
        }
    }

    private static void create(Connection connection, String name, OffsetDateTime begin, OffsetDateTime end)
            throws SQLException {
        Sql.executeUnlessBlocked(connection, """
                DO $$
                BEGIN
                    PERFORM set_config('lock_timeout', '1s', true);
                    PERFORM %4$s;
                    IF to_regclass('%1$s') IS NULL THEN
                        CREATE TABLE %1$s (LIKE event INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE);
                        CREATE INDEX ON %1$s (id);
                        ALTER TABLE event ATTACH PARTITION %1$s FOR VALUES FROM ('%2$s') TO ('%3$s');
                    END IF;
                END
                $$""".formatted(name, begin, end, AdvisoryLock.PARTITION.call()));
        LOG.info("Created the partition {} for events stored from {} on", name, begin);
    }

    /**
     * A partition without further rows gets the earliest and latest time of its events as a constraint. Queries for
     * other times then skip it.
     */
    private void boundTimes(Connection connection) throws SQLException {
        OffsetDateTime now = Sql.now(connection);
        for (Partition one : partitions(connection)) {
            if (!one.isClosed() && one.upper().plus(CLOSED_AFTER).isBefore(now)) {
                String closed = one.name() + "_closed";
                String times = Sql.text(
                        connection,
                        "SELECT CASE WHEN count(*) > 0 THEN format('occurred_at >= %L AND occurred_at <= %L', min(occurred_at),"
                                + " max(occurred_at)) ELSE 'false' END FROM " + one.name());
                Sql.executeUnlessBlocked(
                        connection, "ALTER TABLE " + one.name() + " DROP CONSTRAINT IF EXISTS " + closed);
                Sql.executeUnlessBlocked(
                        connection,
                        "ALTER TABLE " + one.name() + " ADD CONSTRAINT " + closed + " CHECK (" + times + ") NOT VALID");
                Sql.executeUnlessBlocked(connection, "ALTER TABLE " + one.name() + " VALIDATE CONSTRAINT " + closed);
            }
        }
    }

    /**
     * The partitions at one time.
     *
     * @param isOwned whether this account may create partitions
     * @param count the number of partitions; 0 if the table is not partitioned
     * @param end the end of the last partition; null if the table is not partitioned
     * @param now the time of the database's clock
     * @param isEndNear whether the next partition is overdue
     */
    record Present(boolean isOwned, int count, OffsetDateTime end, OffsetDateTime now, boolean isEndNear) {}

    Present present() throws SQLException {
        try (Connection connection = owner.getConnection()) {
            OffsetDateTime now = Sql.now(connection);
            boolean isOwned = isOwned(connection);
            if (!"p".equals(Sql.text(connection, KIND))) {
                return new Present(isOwned, 0, null, now, false);
            }
            List<Partition> all = partitions(connection);
            OffsetDateTime end = all.get(all.size() - 1).upper();
            return new Present(
                    isOwned, all.size(), end, now, !end.isAfter(settings.span().ahead(now)));
        }
    }

    /**
     * Returns the partitions, the oldest first; empty if the table is not partitioned. An operator can add a default
     * partition, which has no times and does not count.
     */
    private static List<Partition> partitions(Connection connection) throws SQLException {
        List<Partition> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(PARTITIONS)) {
            while (rows.next()) {
                found.add(new Partition(
                        rows.getString(1),
                        rows.getObject(2, OffsetDateTime.class),
                        rows.getObject(3, OffsetDateTime.class),
                        rows.getBoolean(4)));
            }
        }
        return found;
    }

    private static boolean isOwned(Connection connection) throws SQLException {
        return Sql.isTrue(connection, OWNED);
    }
}
