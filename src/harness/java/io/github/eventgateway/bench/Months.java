package io.github.eventgateway.bench;

import io.github.eventgateway.testing.PostgresProcess;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Fills the partitioned table of events with as many rows in each of thirteen months, the current one included. The
 * rows are written before the indexes, because that is several times as fast.
 */
final class Months {

    static final int COUNT = 13;

    private static final int SESSIONS = 2;

    private static final String ROWS = """
            INSERT INTO %1$s (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, stored_at,
                              user_id, username, ip, action, service, level, payload, publisher)
            SELECT 'q-' || n,
                   CASE WHEN n %% 10 = 0 THEN 'system_error' WHEN n %% 10 = 1 THEN 'system_info'
                        WHEN n %% 10 < 7 THEN 'user_login' ELSE 'user_logout' END,
                   CASE WHEN n %% 10 < 2 THEN 'system_logs' ELSE 'user_events' END,
                   n %% 3, n / 3, at, at, at,
                   CASE WHEN n %% 10 > 1 THEN (n * 7919 %% 100000)::text END,
                   CASE WHEN n %% 10 > 1 THEN 'user-' || (n * 7919 %% 100000) END,
                   CASE WHEN n %% 10 > 1 THEN '10.0.' || (n / 256 %% 256) || '.' || (n %% 256) END,
                   CASE WHEN n %% 10 > 1 THEN 'login' END,
                   CASE WHEN n %% 10 < 2 THEN 'service-' || (n / 10 %% 50) END,
                   CASE WHEN n %% 10 < 2 THEN 'error' END,
                   '{"id":"q-' || n || '","type":"user_login","timestamp":"2026-01-01T00:00:00Z","data":{"user_id":'
                       || (n * 7919 %% 100000) || ',"username":"user-' || (n * 7919 %% 100000)
                       || '","ip":"10.0.0.1","action":"login","user_agent":"' || repeat('x', 60) || '"}}',
                   'publisher-' || n %% 20
            FROM (SELECT n, timestamptz '%2$s' + (n - %3$d) * interval '%4$d microseconds' AS at
                  FROM generate_series(%3$d::bigint, %5$d) AS n) AS numbered""";

    private final PostgresProcess postgres;
    private final long rowsAMonth;
    private final OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC);
    private final OffsetDateTime current = now.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1);

    /** @param rows the number of all rows, the same in each month */
    Months(PostgresProcess postgres, long rows) {
        this.postgres = postgres;
        this.rowsAMonth = rows / COUNT;
    }

    /** The first moment of a month; 0 is the oldest one. */
    OffsetDateTime begin(int month) {
        return current.minusMonths(COUNT - 1L - month);
    }

    /** Needs the partitions that a gateway made in an empty database, and no gateway that runs. */
    void fill() throws Exception {
        withoutLog();
        List<String> indexes;
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            indexes = indexes(statement);
            statement.execute("DROP TABLE " + name(current));
            statement.execute("ALTER TABLE event_key DROP CONSTRAINT event_key_pkey");
        }
        ExecutorService sessions = Executors.newFixedThreadPool(SESSIONS);
        try {
            all(sessions, IntStream.range(0, COUNT).mapToObj(month -> () -> month(month, indexes)));
        } finally {
            sessions.shutdownNow();
        }
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO event_key (id, stored_at) SELECT id, stored_at FROM event");
            statement.execute("ALTER TABLE event_key ADD PRIMARY KEY (id)");
            statement.execute("VACUUM ANALYZE event");
            statement.execute("VACUUM ANALYZE event_key");
            statement.execute("ALTER SYSTEM RESET ALL");
        }
        postgres.restart();
    }

    /** Tables that are filled in the transaction that creates them are then not written to the log. */
    private void withoutLog() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER SYSTEM SET wal_level = minimal");
            statement.execute("ALTER SYSTEM SET max_wal_senders = 0");
        }
        postgres.restart();
    }

    private Connection connect() throws SQLException {
        Connection connection = postgres.connect();
        connection.setNetworkTimeout(Runnable::run, (int) Duration.ofHours(2).toMillis());
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET maintenance_work_mem = '1GB'");
            statement.execute("SET synchronous_commit = off");
        }
        return connection;
    }

    private static void all(ExecutorService sessions, Stream<Callable<Void>> work) throws Exception {
        List<Future<Void>> running = work.map(sessions::submit).toList();
        for (Future<Void> one : running) {
            one.get();
        }
    }

    /** The definitions of the indexes of the partitioned table, for a partition whose name is to be filled in. */
    private static List<String> indexes(Statement statement) throws SQLException {
        List<String> found = new ArrayList<>(List.of("CREATE INDEX ON %s (id)"));
        try (ResultSet rows = statement.executeQuery(
                "SELECT regexp_replace(indexdef, 'INDEX .* ON ONLY [^ ]+ ', 'INDEX ON %s ') FROM pg_indexes WHERE tablename = 'event'")) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    private static String name(OffsetDateTime month) {
        return "event_%d_%02d".formatted(month.getYear(), month.getMonthValue());
    }

    private Void month(int month, List<String> indexes) throws SQLException {
        OffsetDateTime begin = begin(month);
        OffsetDateTime end = begin.plusMonths(1);
        String name = name(begin);
        String from = month == 0 ? "MINVALUE" : "'" + begin + "'";
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("CREATE TABLE " + name + " (LIKE event INCLUDING DEFAULTS INCLUDING CONSTRAINTS)");
            statement.execute(rows(name, month, end.isAfter(now) ? now : end));
            for (String index : indexes) {
                statement.execute(index.formatted(name));
            }
            connection.commit();
            statement.execute("ALTER TABLE event ATTACH PARTITION " + name + " FOR VALUES FROM (" + from + ") TO ('"
                    + end + "')");
            connection.commit();
        }
        return null;
    }

    private String rows(String name, int month, OffsetDateTime end) {
        OffsetDateTime begin = begin(month);
        long micros = Duration.between(begin, end).toNanos() / 1000 / rowsAMonth;
        return ROWS.formatted(name, begin, month * rowsAMonth + 1, micros, (month + 1) * rowsAMonth);
    }
}
