package io.github.eventgateway.bench;

import io.github.eventgateway.query.Cursor;
import io.github.eventgateway.testing.BrokerProcess;
import io.github.eventgateway.testing.PostgresProcess;
import io.github.eventgateway.testing.Token;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Measures pages of a table with many rows, and whether the database scanned the whole table for one. */
final class Querying {

    private static final String FILL = """
            INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at,
                               user_id, username, ip, action, service, level, payload)
            SELECT 'q-' || n,
                   CASE WHEN n %% 10 = 0 THEN 'system_error' WHEN n %% 10 = 1 THEN 'system_info'
                        WHEN n %% 10 < 7 THEN 'user_login' ELSE 'user_logout' END,
                   CASE WHEN n %% 10 < 2 THEN 'system_logs' ELSE 'user_events' END,
                   n %% 3, n / 3,
                   timestamptz '2026-01-01 00:00:00Z' + n * interval '1 second',
                   timestamptz '2026-01-01 00:00:00Z' + n * interval '1 second',
                   CASE WHEN n %% 10 > 1 THEN (n * 7919 %% 100000)::text END,
                   CASE WHEN n %% 10 > 1 THEN 'user-' || (n * 7919 %% 100000) END,
                   CASE WHEN n %% 10 > 1 THEN '10.0.' || (n / 256 %% 256) || '.' || (n %% 256) END,
                   CASE WHEN n %% 10 > 1 THEN 'login' END,
                   CASE WHEN n %% 10 < 2 THEN 'service-' || (n / 10 %% 50) END,
                   CASE WHEN n %% 10 < 2 THEN 'error' END,
                   '{"id":"q-' || n || '","type":"user_login","timestamp":"2026-01-01T00:00:00Z","data":{"user_id":'
                       || (n * 7919 %% 100000) || ',"username":"user-' || (n * 7919 %% 100000)
                       || '","ip":"10.0.0.1","action":"login","user_agent":"' || repeat('x', 60) || '"}}'
            FROM generate_series(1::bigint, %d) AS n""";
    private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");

    private final Options options;
    private final Report report;
    private final BrokerProcess broker;

    Querying(Options options, Report report, BrokerProcess broker) {
        this.options = options;
        this.report = report;
        this.broker = broker;
    }

    void all() throws Exception {
        try (PostgresProcess postgres = PostgresProcess.start();
                GatewayJar gateway =
                        new GatewayJar(options, "query", Speed.environment(broker, postgres)).awaitReady();
                Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            fill(connection, statement, options.rows());
            report.heading(
                    "Query: pages of 50, %,d rows in PostgreSQL, 4 connections".formatted(options.rows()),
                    "filter",
                    "page",
                    "pages/s",
                    "p50 ms",
                    "p99 ms",
                    "sequential scans");
            pages(gateway, i -> "", "").warmUp(gateway.pid(), options);
            for (Map.Entry<String, IntFunction<String>> filter : filters().entrySet()) {
                measure(gateway, statement, filter.getKey(), "first", filter.getValue(), "");
                String deep = "&cursor=" + new Cursor(FIRST.plusSeconds(options.rows() / 2), "q").encode();
                measure(gateway, statement, filter.getKey(), "deep inside", filter.getValue(), deep);
            }
        }
    }

    /** Inserts this number of events into the table. */
    static void fill(Connection connection, Statement statement, int rows) throws SQLException {
        statement.setQueryTimeout(0);
        connection.setNetworkTimeout(Runnable::run, 3_600_000);
        // Here the rows are inserted without their time of storing.
        statement.execute("ALTER TABLE event ALTER COLUMN stored_at SET DEFAULT now()");
        statement.execute(FILL.formatted(rows));
        statement.execute("VACUUM ANALYZE event");
    }

    private static Map<String, IntFunction<String>> filters() {
        Map<String, IntFunction<String>> all = new LinkedHashMap<>();
        all.put("none", i -> "");
        all.put("type", i -> "&type=" + (i % 2 == 0 ? "user_login" : "system_error"));
        all.put("topic", i -> "&topic=" + (i % 2 == 0 ? "user_events" : "system_logs"));
        all.put("user_id", i -> "&user_id=" + i * 91 % 100_000);
        all.put("username", i -> "&username=user-" + i * 91 % 100_000);
        all.put("ip", i -> "&ip=10.0." + i % 256 + ".7");
        all.put("service", i -> "&service=service-" + i % 50);
        all.put("level", i -> "&level=error");
        all.put("from, to", i -> "&from=2026-01-29T00:%02d:00Z&to=2026-01-30T00:%02d:00Z".formatted(i % 60, i % 60));
        all.put("type and user_id", i -> "&type=user_login&user_id=" + i * 91 % 100_000);
        all.put("q, a word of many", i -> "&q=LOGIN");
        return all;
    }

    private void measure(
            GatewayJar gateway,
            Statement statement,
            String filter,
            String page,
            IntFunction<String> parameters,
            String cursor)
            throws Exception {
        Wrk wrk = pages(gateway, parameters, cursor);
        wrk.run(gateway.pid(), 3);
        long scans = sequentialScans(statement);
        Wrk.Figures figures = wrk.run(gateway.pid(), Math.max(3, options.seconds() / 2));
        // The server publishes its counts with a delay.
        Thread.sleep(1500);
        report.row(
                filter,
                page,
                Report.number(figures.perSecond()),
                Report.number(figures.p50()),
                Report.number(figures.p99()),
                sequentialScans(statement) - scans);
    }

    private static Wrk pages(GatewayJar gateway, IntFunction<String> parameters, String cursor) {
        List<String> paths = IntStream.range(0, 1000)
                .mapToObj(i -> "/api/events?limit=50" + parameters.apply(i) + cursor)
                .toList();
        return new Wrk(
                gateway.url("/"), 4, 200, "\"items\":[", Token.ofAllScopes(), "-", Bodies.file(paths), "paths", 0);
    }

    private static long sequentialScans(Statement statement) throws SQLException {
        try (ResultSet row =
                statement.executeQuery("SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'event'")) {
            row.next();
            return row.getLong(1);
        }
    }
}
