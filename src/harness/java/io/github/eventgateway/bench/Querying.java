package io.github.eventgateway.bench;

import io.github.eventgateway.query.Cursor;
import io.github.eventgateway.testing.BrokerProcess;
import io.github.eventgateway.testing.PostgresProcess;
import io.github.eventgateway.testing.Token;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;

/** Measures pages of a table with many rows, and whether the database scanned the whole table for one. */
final class Querying {

    private final Options options;
    private final Report report;
    private final BrokerProcess broker;

    Querying(Options options, Report report, BrokerProcess broker) {
        this.options = options;
        this.report = report;
        this.broker = broker;
    }

    void all() throws Exception {
        try (PostgresProcess postgres = PostgresProcess.start()) {
            Months months = filled(options, broker, postgres, options.rows());
            try (GatewayJar gateway =
                            new GatewayJar(options, "query", Speed.environment(broker, postgres)).awaitReady();
                    Connection connection = postgres.connect();
                    Statement statement = connection.createStatement()) {
                awaitClosed(statement);
                pages(months, gateway, statement);
            }
            sentAgain(postgres);
        }
    }

    /** Fills the table of events, which a gateway created and partitioned before. */
    static Months filled(Options options, BrokerProcess broker, PostgresProcess postgres, long rows) throws Exception {
        new GatewayJar(options, "query", Speed.environment(broker, postgres))
                .awaitReady()
                .close();
        Months months = new Months(postgres, rows);
        months.fill();
        return months;
    }

    /** The gateway bounds the times of the closed partitions itself. */
    private static void awaitClosed(Statement statement) {
        Awaitility.await("bounds of the closed partitions")
                .atMost(Duration.ofMinutes(30))
                .until(() -> number(
                                statement,
                                "SELECT count(*) FROM pg_constraint WHERE conname LIKE 'event_%_closed' AND convalidated")
                        >= Months.COUNT - 1);
    }

    private void pages(Months months, GatewayJar gateway, Statement statement) throws Exception {
        report.heading(
                "Query: pages of 50, %,d rows in %d monthly partitions of PostgreSQL"
                        .formatted(options.rows(), Months.COUNT),
                "filter",
                "page",
                "1 connection: p50 ms",
                "p99 ms",
                "4 connections: pages/s",
                "p50 ms",
                "p99 ms",
                "partitions read by an index",
                "sequential scans");
        pages(gateway, 4, i -> "", "").warmUp(gateway.pid(), options);
        OffsetDateTime half = months.begin(Months.COUNT / 2);
        for (Map.Entry<String, IntFunction<String>> filter : filters(half).entrySet()) {
            measure(gateway, statement, filter.getKey(), "first", filter.getValue(), "");
            Instant inside = filter.getKey().startsWith("from")
                    ? half.plusDays(11).plusHours(12).toInstant()
                    : half.toInstant();
            String deep = "&cursor=" + new Cursor(inside, "q").encode();
            measure(gateway, statement, filter.getKey(), "deep inside", filter.getValue(), deep);
        }
    }

    /** The id of the oldest row is sent once more, and consumed: the row must stay the only one. */
    private void sentAgain(PostgresProcess postgres) throws Exception {
        String event = """
                {"id":"q-3","type":"user_login","timestamp":"2026-01-01T00:00:00Z","data":\
                {"user_id":1,"username":"again","ip":"10.0.0.1","action":"login","user_agent":"again"}}""";
        String group = "sent-again";
        try (GatewayJar gateway = new GatewayJar(
                                options,
                                "ingest,store",
                                Speed.environment(broker, postgres),
                                "--gateway.store.group=" + group)
                        .awaitReady();
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.brokers()));
                Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            HttpRequest post = HttpRequest.newBuilder(URI.create(gateway.url("/api/events")))
                    .header("Authorization", "Bearer " + Token.ofAllScopes())
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(event))
                    .build();
            HttpResponse<String> answer = HttpClient.newHttpClient().send(post, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 202) {
                throw new IllegalStateException(answer.body());
            }
            Storing.await(admin, group, 1);
            report.line("");
            report.line("An event that was stored %d months ago and is sent again has %d row(s)."
                    .formatted(Months.COUNT - 1, number(statement, "SELECT count(*) FROM event WHERE id = 'q-3'")));
        }
    }

    private static Map<String, IntFunction<String>> filters(OffsetDateTime half) {
        Map<String, IntFunction<String>> all = new LinkedHashMap<>();
        all.put("none", i -> "");
        all.put("type", i -> "&type=" + (i % 2 == 0 ? "user_login" : "system_error"));
        all.put("topic", i -> "&topic=" + (i % 2 == 0 ? "user_events" : "system_logs"));
        all.put("user_id", i -> "&user_id=" + i * 91 % 100_000);
        all.put("username", i -> "&username=user-" + i * 91 % 100_000);
        all.put("ip", i -> "&ip=10.0." + i % 256 + ".7");
        all.put("service", i -> "&service=service-" + i % 50);
        all.put("level", i -> "&level=error");
        all.put("from, to", i -> "&from=%1$s-%2$02dT00:%3$02d:00Z&to=%1$s-%4$02dT00:%3$02d:00Z"
                .formatted(half.toLocalDate().toString().substring(0, 7), 11, i % 60, 12));
        all.put("type and user_id", i -> "&type=user_login&user_id=" + i * 91 % 100_000);
        all.put("publisher", i -> "&publisher=publisher-" + i % 20);
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
        int seconds = Math.max(3, options.seconds() / 2);
        Wrk four = pages(gateway, 4, parameters, cursor);
        // Each run begins with the first address. A shorter one would leave the rows of the last addresses on the disk.
        four.run(gateway.pid(), options.quick() ? 3 : 15);
        Map<String, Scans> before = scans(statement);
        Wrk.Figures alone = pages(gateway, 1, parameters, cursor).run(gateway.pid(), seconds);
        Wrk.Figures figures = four.run(gateway.pid(), seconds);
        // The server publishes its counts with a delay.
        Thread.sleep(1500);
        Map<String, Scans> after = scans(statement);
        report.row(
                filter,
                page,
                Report.number(alone.p50()),
                Report.number(alone.p99()),
                Report.number(figures.perSecond()),
                Report.number(figures.p50()),
                Report.number(figures.p99()),
                after.entrySet().stream()
                        .filter(each -> each.getValue().byIndex > before.get(each.getKey()).byIndex)
                        .count(),
                after.entrySet().stream()
                        .mapToLong(each -> each.getValue().sequential - before.get(each.getKey()).sequential)
                        .sum());
    }

    private static Wrk pages(GatewayJar gateway, int connections, IntFunction<String> parameters, String cursor) {
        List<String> paths = IntStream.range(0, 1000)
                .mapToObj(i -> "/api/events?limit=50" + parameters.apply(i) + cursor)
                .toList();
        return new Wrk(
                gateway.url("/"),
                connections,
                200,
                "\"items\":[",
                Token.ofAllScopes(),
                "-",
                Bodies.file(paths),
                "paths",
                0);
    }

    /** How often a partition was read, by index and from its beginning to its end. */
    private record Scans(long byIndex, long sequential) {}

    /** Of the partitions with rows. */
    private static Map<String, Scans> scans(Statement statement) throws SQLException {
        Map<String, Scans> found = new LinkedHashMap<>();
        try (ResultSet rows = statement.executeQuery("""
                SELECT stat.relname, stat.idx_scan, stat.seq_scan
                FROM pg_stat_user_tables AS stat
                    JOIN pg_inherits ON inhrelid = relid AND inhparent = 'event'::regclass
                    JOIN pg_class ON pg_class.oid = relid AND reltuples > 0""")) {
            while (rows.next()) {
                found.put(rows.getString(1), new Scans(rows.getLong(2), rows.getLong(3)));
            }
        }
        return found;
    }

    private static long number(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
