package io.github.eventgateway.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Manages the partitions of the table {@code event} in PostgreSQL. The table of an earlier version becomes the first
 * partition without a rewrite: its ids are copied to {@code event_key} in batches, and then the table is attached,
 * which takes a moment. Several gateways can run all steps at the same time, and can repeat them after an interruption.
 * One thread at a time.
 */
final class EventPartitions {

    /** The application name of connections of this version. Versions without partitions use {@link #EARLIER}. */
    static final String APPLICATION = "event-gateway-2";

    private static final String EARLIER = "event-gateway";
    private static final Logger LOG = LoggerFactory.getLogger(EventPartitions.class);
    private static final int KEYS_AT_ONCE = 5_000;
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

    /** A partition receives rows for a while after its end, from transactions that began before. */
    private static final Duration CLOSED_AFTER = Duration.ofDays(1);

    private static final String KIND = "SELECT relkind FROM pg_class WHERE oid = to_regclass('event')";
    private static final String OWNED =
            "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('event')";
    /** Properties that the partitioned table does not have. A table with them cannot become a partition. */
    private static final String OBSTACLES = """
            SELECT EXISTS (SELECT FROM pg_trigger
                           WHERE tgrelid = 'event'::regclass AND NOT tgisinternal AND tgname <> 'event_enters_key')
                OR EXISTS (SELECT FROM pg_policy WHERE polrelid = 'event'::regclass)
                OR EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND 'event'::regclass IN (conrelid, confrelid))""";

    private static final String INDEX_IS_MISSING = """
            SELECT NOT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('event_publisher') AND indisvalid)
               AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index WHERE relid = 'event'::regclass)""";

    private static final String EARLIER_GATEWAYS =
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = '"
                    + EARLIER + "'";

    /** Copies the next ids. The count includes ids that existed already. */
    private static final String FILL = """
            WITH next AS MATERIALIZED (
                SELECT id, stored_at FROM event WHERE id > ? ORDER BY id LIMIT ?),
            entered AS (
                INSERT INTO event_key (id, stored_at) SELECT id, stored_at FROM next ORDER BY id ON CONFLICT DO NOTHING)
            SELECT count(*), max(id) FROM next""";

    private static final String PARTITIONS = """
            SELECT part.relname,
                   (regexp_match(pg_get_expr(part.relpartbound, part.oid), 'FROM \\(''([^'']+)''\\)'))[1]::timestamptz AS lower,
                   (regexp_match(pg_get_expr(part.relpartbound, part.oid), 'TO \\(''([^'']+)''\\)'))[1]::timestamptz AS upper,
                   EXISTS (SELECT FROM pg_constraint
                           WHERE conrelid = part.oid AND conname = part.relname || '_closed' AND convalidated) AS closed
            FROM pg_inherits JOIN pg_class part ON part.oid = inhrelid
            WHERE inhparent = 'event'::regclass AND NOT inhdetachpending ORDER BY upper""";

    private final DataSource owner;
    private final PartitionSettings settings;
    private long loggedAt;

    EventPartitions(DataSource owner, PartitionSettings settings) {
        this.owner = owner;
        this.settings = settings;
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
            if (state(connection) == State.PLAIN && isEmpty(connection) && hasNoEarlierGateway(connection)) {
                convert(connection, now(connection));
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
                case PLAIN -> {
                    if (fill(connection)) {
                        yield true;
                    }
                    createIndex(connection);
                    yield isDue(connection) && convert(connection);
                }
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

    /** Copies the next ids; returns whether there may be more. */
    private boolean fill(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try {
            boolean more = fillInTransaction(connection);
            connection.commit();
            return more;
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private boolean fillInTransaction(Connection connection) throws SQLException {
        String last;
        long before;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT last_id, entered FROM event_key_filling WHERE NOT done FOR UPDATE SKIP LOCKED")) {
            if (!rows.next()) {
                return false;
            }
            last = rows.getString(1);
            before = rows.getLong(2);
        }
        try (PreparedStatement fill = connection.prepareStatement(FILL);
                PreparedStatement progress = connection.prepareStatement(
                        "UPDATE event_key_filling SET last_id = ?, entered = ?, done = ?")) {
            fill.setString(1, last);
            fill.setInt(2, KEYS_AT_ONCE);
            try (ResultSet rows = fill.executeQuery()) {
                rows.next();
                int count = rows.getInt(1);
                boolean done = count == 0;
                progress.setString(1, done ? last : rows.getString(2));
                progress.setLong(2, before + count);
                progress.setBoolean(3, done);
                progress.executeUpdate();
                logProgress(before + count, done);
                return !done;
            }
        }
    }

    private void logProgress(long entered, boolean done) {
        if (done ? entered > 0 : System.nanoTime() - loggedAt > BETWEEN_LINES.toNanos()) {
            loggedAt = System.nanoTime();
            LOG.info(
                    done
                            ? "Copied the ids of all {} events to event_key. The table becomes a partition later"
                            : "Copied the ids of {} events to event_key. More follow",
                    entered);
        }
    }

    /** Returns whether all gateways support partitions, and the time for a return to the earlier version has passed. */
    private boolean isDue(Connection connection) throws SQLException {
        boolean waited = Sql.isTrue(
                connection,
                "SELECT done AND since + interval '1 second' * "
                        + settings.after().toSeconds() + " <= now() FROM event_key_filling");
        return waited && hasNoEarlierGateway(connection);
    }

    private static boolean hasNoEarlierGateway(Connection connection) throws SQLException {
        return "0".equals(Sql.text(connection, EARLIER_GATEWAYS));
    }

    /** Makes the table the first partition. The long work is done before and blocks nobody. */
    private boolean convert(Connection connection) throws SQLException {
        if (Sql.isTrue(connection, OBSTACLES)) {
            throw new SQLException(
                    "The table event has triggers, policies or foreign keys of your own: drop them, so that it can become"
                            + " a partition, and create them again on the partitioned table",
                    "55000");
        }
        OffsetDateTime bound = settings.span().endOf(settings.span().ahead(now(connection)));
        execute(connection, "ALTER TABLE event DROP CONSTRAINT IF EXISTS event_before_bound");
        execute(
                connection,
                "ALTER TABLE event ADD CONSTRAINT event_before_bound CHECK (stored_at < '" + bound + "') NOT VALID");
        execute(connection, "ALTER TABLE event VALIDATE CONSTRAINT event_before_bound");
        convert(connection, bound);
        return true;
    }

    /**
     * @param bound the beginning of the following partitions
     */
    private void convert(Connection connection, OffsetDateTime bound) throws SQLException {
        OffsetDateTime now = now(connection);
        execute(
                connection,
                script("switch.sql")
                        .replace("%bound%", bound.toString())
                        .replace("%firstBound%", settings.span().endOf(now).toString())
                        .replace("%first%", settings.span().name(now)));
        LOG.info(
                "The table event is now partitioned, with one partition per {}",
                settings.span().name().toLowerCase(Locale.ROOT));
    }

    /**
     * The migration does not create this index on a large table, because it takes long. Another gateway may be creating
     * it.
     */
    private static void createIndex(Connection connection) throws SQLException {
        if (Sql.isTrue(connection, INDEX_IS_MISSING)) {
            Sql.execute(connection, "DROP INDEX CONCURRENTLY IF EXISTS event_publisher");
            Sql.execute(
                    connection,
                    "CREATE INDEX CONCURRENTLY event_publisher ON event (publisher, occurred_at DESC, id DESC)"
                            + " WHERE publisher IS NOT NULL");
        }
    }

    /** Creates the future partitions, each in a transaction that blocks nobody. */
    private void createFuture(Connection connection) throws SQLException {
        if (!"p".equals(Sql.text(connection, KIND)) || !isOwned(connection)) {
            return;
        }
        OffsetDateTime until = settings.span().ahead(now(connection));
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
        execute(connection, """
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
        OffsetDateTime now = now(connection);
        for (Partition one : partitions(connection)) {
            if (!one.isClosed() && one.upper().plus(CLOSED_AFTER).isBefore(now)) {
                String closed = one.name() + "_closed";
                String times = Sql.text(
                        connection,
                        "SELECT CASE WHEN count(*) > 0 THEN format('occurred_at >= %L AND occurred_at <= %L', min(occurred_at),"
                                + " max(occurred_at)) ELSE 'false' END FROM " + one.name());
                execute(connection, "ALTER TABLE " + one.name() + " DROP CONSTRAINT IF EXISTS " + closed);
                execute(
                        connection,
                        "ALTER TABLE " + one.name() + " ADD CONSTRAINT " + closed + " CHECK (" + times + ") NOT VALID");
                execute(connection, "ALTER TABLE " + one.name() + " VALIDATE CONSTRAINT " + closed);
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
            OffsetDateTime now = now(connection);
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

    /** Returns all partitions, the oldest first; empty if the table is not partitioned. */
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

    private static OffsetDateTime now(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT now()")) {
            rows.next();
            return rows.getObject(1, OffsetDateTime.class);
        }
    }

    private static boolean isEmpty(Connection connection) throws SQLException {
        return Sql.isTrue(connection, "SELECT NOT EXISTS (SELECT FROM event)");
    }

    private static boolean isOwned(Connection connection) throws SQLException {
        return Sql.isTrue(connection, OWNED);
    }

    /**
     * Runs in a transaction. It gives up if a lock takes too long, so that nobody waits behind it; the work itself has
     * no timeout. Settings apply only to the transaction, because a connection pooler may give the session to others
     * afterwards.
     */
    private static void execute(Connection connection, String sql) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = '2s'");
            statement.execute("SET LOCAL statement_timeout = 0");
            statement.execute(sql);
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static String script(String name) {
        try (InputStream in = EventPartitions.class.getResourceAsStream("/db/partitions/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
