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
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Converts the table {@code event} of an earlier version to the first partition without a rewrite: its ids are copied to
 * {@code event_key} in batches, and then the table is attached, which takes a moment. Several gateways can run all steps
 * at the same time, and can repeat them after an interruption. One thread at a time.
 */
final class PartitionConversion {

    /** The application name of connections of versions without partitions. */
    private static final String EARLIER = "event-gateway";

    private static final Logger LOG = LoggerFactory.getLogger(PartitionConversion.class);
    private static final int KEYS_AT_ONCE = 5_000;
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

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

    private final PartitionSettings settings;
    private long loggedAt;

    PartitionConversion(PartitionSettings settings) {
        this.settings = settings;
    }

    /** Partitions a table without events at once. */
    void convertIfEmpty(Connection connection) throws SQLException {
        boolean isEmpty = Sql.isTrue(connection, "SELECT NOT EXISTS (SELECT FROM event)");
        if (isEmpty && hasNoEarlierGateway(connection)) {
            convert(connection, Sql.now(connection));
        }
    }

    /** Does one step; returns true if the next step can follow at once. */
    boolean step(Connection connection) throws SQLException {
        if (fill(connection)) {
            return true;
        }
        createIndex(connection);
        return isDue(connection) && convert(connection);
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
        OffsetDateTime bound = settings.span().endOf(settings.span().ahead(Sql.now(connection)));
        Sql.executeUnlessBlocked(connection, "ALTER TABLE event DROP CONSTRAINT IF EXISTS event_before_bound");
        Sql.executeUnlessBlocked(
                connection,
                "ALTER TABLE event ADD CONSTRAINT event_before_bound CHECK (stored_at < '" + bound + "') NOT VALID");
        Sql.executeUnlessBlocked(connection, "ALTER TABLE event VALIDATE CONSTRAINT event_before_bound");
        convert(connection, bound);
        return true;
    }

    /**
     * @param bound the beginning of the following partitions
     */
    private void convert(Connection connection, OffsetDateTime bound) throws SQLException {
        OffsetDateTime now = Sql.now(connection);
        Sql.executeUnlessBlocked(
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
     * it. These statements cannot run in a transaction, and block no other session.
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

    private static String script(String name) {
        try (InputStream in = PartitionConversion.class.getResourceAsStream("/db/partitions/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
