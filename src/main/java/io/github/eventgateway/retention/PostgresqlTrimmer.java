package io.github.eventgateway.retention;

import io.github.eventgateway.database.AdvisoryLock;
import io.github.eventgateway.database.ExclusiveWork;
import io.github.eventgateway.database.Sql;
import io.github.eventgateway.deadletter.UnusedCauses;
import io.github.eventgateway.server.audit.AuditTrail;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes whole partitions of the events in PostgreSQL. It marks a partition, detaches it while others read and write,
 * and drops it. If a gateway stops in between, another one continues. Ages are measured by the clock of the database.
 */
final class PostgresqlTrimmer implements Trimmer {

    /**
     * The comment of a partition that is dropped after it is detached. A partition that an operator detached does not
     * have it.
     */
    static final String MARK = "event-gateway removes this partition";

    /** The comment of a restored partition. With it the partition is never removed. */
    static final String RESTORED = "event-gateway restored this partition";

    private static final Logger LOG = LoggerFactory.getLogger(PostgresqlTrimmer.class);
    private static final int AT_ONCE = 500;

    /** A statement that waits longer for a query is cancelled and tried again later. */
    private static final int STATEMENT_TIMEOUT_SECONDS = 60;

    private static final String IS_PARTITIONED = "SELECT relkind = 'p' FROM pg_class WHERE oid = to_regclass('event')";
    private static final String IS_OWNED =
            "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('event')";

    private static final String UPPER =
            "(regexp_match(pg_get_expr(part.relpartbound, part.oid), 'TO \\(''([^'']+)''\\)'))[1]::timestamptz";
    private static final String LOWER =
            "(regexp_match(pg_get_expr(part.relpartbound, part.oid), 'FROM \\(''([^'']+)''\\)'))[1]::timestamptz";
    private static final String ATTACHED =
            " FROM pg_inherits JOIN pg_class part ON part.oid = inhrelid WHERE inhparent = 'event'::regclass ";
    private static final String PENDING = "SELECT part.relname" + ATTACHED + "AND inhdetachpending";
    private static final String DUE = "SELECT part.relname" + ATTACHED
            + "AND obj_description(part.oid, 'pg_class') IS DISTINCT FROM '" + RESTORED + "' AND " + UPPER
            + " <= now() - ? * interval '1 second' ORDER BY " + UPPER + " LIMIT 1";
    private static final String MARKED_TOO_EARLY = "SELECT part.relname" + ATTACHED
            + "AND NOT inhdetachpending AND obj_description(part.oid, 'pg_class') = '" + MARK + "' AND " + UPPER
            + " > now() - ? * interval '1 second'";
    private static final String DETACHED = """
            SELECT part.relname FROM pg_class part
            WHERE relkind = 'r' AND obj_description(oid, 'pg_class') = '%s'
              AND relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'event'::regclass)
              AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = part.oid)""".formatted(MARK);
    private static final String ALL = "SELECT part.relname" + ATTACHED + "AND NOT inhdetachpending ORDER BY " + UPPER;

    private static final String LETTERS = """
            WITH old AS (
                SELECT id FROM dead_letter
                WHERE failed_at < now() - ? * interval '1 second' AND received_at < now() - ? * interval '1 second'
                  AND status <> 'replaying'
                ORDER BY failed_at LIMIT %d FOR UPDATE SKIP LOCKED),
            history AS (DELETE FROM dead_letter_history USING old WHERE dead_letter_id = old.id)
            DELETE FROM dead_letter USING old WHERE dead_letter.id = old.id""".formatted(AT_ONCE);

    /** Ids of existing partitions are kept. Otherwise their events could be stored again. */
    private static final String KEYS = "DELETE FROM event_key USING (SELECT id FROM event_key WHERE stored_at < least("
            + "now() - ? * interval '1 second', (SELECT CASE WHEN count(*) = count(" + LOWER + ") THEN min(" + LOWER
            + ") ELSE '-infinity' END" + ATTACHED + ")) LIMIT " + 10 * AT_ONCE
            + ") AS old WHERE event_key.id = old.id";

    private static final String COUNTED_SINCE = "date_trunc('minute', now() - ? * interval '1 second')";
    private static final String COUNTS = """
            WITH since AS (UPDATE event_count_since SET at = %1$s WHERE at < %1$s),
            old AS (
                SELECT minute, kafka_partition, type, level, publisher FROM event_count
                WHERE minute < %1$s ORDER BY minute LIMIT %2$d FOR UPDATE SKIP LOCKED)
            DELETE FROM event_count AS count USING old
            WHERE (count.minute, count.kafka_partition, count.type, count.level, count.publisher)
                = (old.minute, old.kafka_partition, old.type, old.level, old.publisher)""".formatted(COUNTED_SINCE, AT_ONCE);

    private final DataSource owner;
    private final ExclusiveWork exclusive;
    private final EventArchive archive;
    private final AuditTrail audit;

    /**
     * @param owner connections of the account that owns the tables
     * @param archive the archive for the events of a partition; null for none
     */
    PostgresqlTrimmer(DataSource owner, EventArchive archive, AuditTrail audit) {
        this.owner = owner;
        this.exclusive = new ExclusiveWork(owner, AdvisoryLock.RETENTION);
        this.archive = archive;
        this.audit = audit;
    }

    /** A step on a connection that commits each statement. */
    private interface Step {
        boolean run(Connection connection) throws SQLException, IOException;
    }

    /** Runs the step unless another gateway removes data. */
    private boolean alone(Step step) throws SQLException, IOException {
        return exclusive.tryToRun(() -> {
            try (Connection connection = owner.getConnection()) {
                return step.run(connection);
            }
        });
    }

    @Override
    public boolean events(Duration age) throws SQLException, IOException {
        return alone(connection -> isMine(connection) && partition(connection, age.toSeconds()));
    }

    private static boolean isMine(Connection connection) throws SQLException {
        if (!Sql.isTrue(connection, IS_PARTITIONED)) {
            return false;
        }
        if (!Sql.isTrue(connection, IS_OWNED)) {
            throw new SQLException(
                    "the account of DATABASE_USER does not own the table event: set DATABASE_MIGRATION_USER and"
                            + " DATABASE_MIGRATION_PASSWORD to the account that does",
                    "42501");
        }
        return true;
    }

    private boolean partition(Connection connection, long age) throws SQLException, IOException {
        for (String name : names(connection, MARKED_TOO_EARLY, age)) {
            execute(connection, "COMMENT ON TABLE " + quoted(name) + " IS NULL");
        }
        for (String name : names(connection, PENDING)) {
            execute(connection, "ALTER TABLE event DETACH PARTITION " + quoted(name) + " FINALIZE");
            LOG.info("Detached the partition {}. An earlier run had begun to detach it", name);
        }
        for (String name : names(connection, DETACHED)) {
            remove(connection, name);
        }
        for (String name : names(connection, DUE, age)) {
            if (archive != null) {
                archive.requireWritable();
            }
            execute(connection, "COMMENT ON TABLE " + quoted(name) + " IS '" + MARK + "'");
            execute(connection, "ALTER TABLE event DETACH PARTITION " + quoted(name) + " CONCURRENTLY");
            remove(connection, name);
            return true;
        }
        return false;
    }

    /** The partition is detached, so it gets no more rows. */
    private void remove(Connection connection, String name) throws SQLException, IOException {
        Map<String, Object> detail = archive == null
                ? Map.of("archived", false)
                : archive(connection, name).detail();
        audit.recordOwn("retention", Map.of("partition", name), detail);
        execute(connection, "DROP TABLE " + quoted(name));
        LOG.info("Removed the partition {}: its events are older than gateway.retention.events", name);
    }

    private EventArchive.Written archive(Connection connection, String name) throws SQLException, IOException {
        // Only in a transaction the driver fetches the rows in small portions.
        connection.setAutoCommit(false);
        try (PreparedStatement rows =
                connection.prepareStatement("SELECT * FROM " + quoted(name) + " ORDER BY stored_at, id")) {
            EventArchive.Written written = archive.write(name, rows);
            LOG.info("Wrote {} events of the partition {} to {}", written.rows(), name, written.file());
            return written;
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    @Override
    public boolean deadLetters(Duration age) throws SQLException, IOException {
        return alone(connection -> update(connection, LETTERS, age.toSeconds(), age.toSeconds()) == AT_ONCE);
    }

    @Override
    public boolean causes() throws SQLException, IOException {
        return alone(UnusedCauses::removeFromPostgresql);
    }

    @Override
    public boolean counts(Duration age) throws SQLException, IOException {
        long seconds = age.toSeconds();
        return alone(connection -> update(connection, COUNTS, seconds, seconds, seconds) == AT_ONCE);
    }

    @Override
    public boolean keys(Duration age) throws SQLException, IOException {
        return alone(connection -> isMine(connection) && update(connection, KEYS, age.toSeconds()) == 10 * AT_ONCE);
    }

    @Override
    public void whileNothingIsRemoved(Work work) throws SQLException, IOException {
        alone(connection -> {
            work.run();
            return false;
        });
    }

    /** Rows are only appended, so the first row of a partition is one of its oldest. */
    @Override
    public OptionalDouble oldestSeconds() throws SQLException {
        try (Connection connection = owner.getConnection()) {
            if (!Sql.isTrue(connection, IS_PARTITIONED)) {
                return OptionalDouble.empty();
            }
            for (String name : names(connection, ALL)) {
                List<String> seconds = names(
                        connection, "SELECT extract(epoch FROM now() - stored_at) FROM " + quoted(name) + " LIMIT 1");
                if (!seconds.isEmpty()) {
                    return OptionalDouble.of(Double.parseDouble(seconds.get(0)));
                }
            }
            return OptionalDouble.empty();
        }
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(STATEMENT_TIMEOUT_SECONDS);
            statement.execute(sql);
        }
    }

    private static int update(Connection connection, String sql, long... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            set(statement, values);
            return statement.executeUpdate();
        }
    }

    private static List<String> names(Connection connection, String query, long... values) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            set(statement, values);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
        }
        return names;
    }

    private static void set(PreparedStatement statement, long... values) throws SQLException {
        statement.setQueryTimeout(STATEMENT_TIMEOUT_SECONDS);
        for (int at = 0; at < values.length; at++) {
            statement.setLong(at + 1, values[at]);
        }
    }
}
