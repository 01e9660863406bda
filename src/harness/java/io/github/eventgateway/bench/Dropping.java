package io.github.eventgateway.bench;

import io.github.eventgateway.faults.OldMonths;
import io.github.eventgateway.testing.BrokerProcess;
import io.github.eventgateway.testing.PostgresProcess;
import io.github.eventgateway.testing.Token;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Measures inserts while a full month is removed, and without that, at 1,000 events a second. */
final class Dropping {

    private static final int BATCH = 100;
    private static final int BATCH_MILLIS = 100;
    private static final int PROBE_MILLIS = 10;
    private static final int CALM_SECONDS = 20;
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final String INTERVAL = "--gateway.retention.interval=20s";

    /** Nothing of it is kept. */
    private static final String INSERT = """
            INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, payload, stored_at)
            VALUES ('probe', 'user_login', 'user_events', 0, 0, now(), now(), '{}', now())""";

    private final Options options;
    private final Report report;
    private final BrokerProcess broker;
    private final int rows;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicLong accepted = new AtomicLong();

    /** @param rows the rows of the month */
    Dropping(Options options, Report report, BrokerProcess broker, int rows) {
        this.options = options;
        this.report = report;
        this.broker = broker;
        this.rows = rows;
    }

    /** The times of the inserts in one phase, in milliseconds. */
    private record Phase(String name, double seconds, List<Double> inserts, long sent) {}

    void all() throws Exception {
        ScheduledExecutorService load = Executors.newSingleThreadScheduledExecutor();
        ExecutorService probing = Executors.newSingleThreadExecutor();
        Map<String, String> environment = new TreeMap<>();
        try (PostgresProcess postgres = PostgresProcess.start()) {
            environment.putAll(Speed.environment(broker, postgres));
            environment.put("RETENTION_EVENTS", "365d");
            try (GatewayJar gateway =
                    new GatewayJar(options, "ingest,store,query", environment, INTERVAL).awaitReady()) {
                JdbcTemplate jdbc = new JdbcTemplate(
                        new DriverManagerDataSource(PostgresProcess.url(postgres.port()), "postgres", ""));
                OldMonths months = new OldMonths(jdbc);
                months.makeRoom();
                load.scheduleAtFixedRate(() -> post(gateway), 0, BATCH_MILLIS, TimeUnit.MILLISECONDS);
                Phase calm =
                        phase("no partition is removed", probing, postgres, () -> TimeUnit.SECONDS.sleep(CALM_SECONDS));
                months.attach(YearMonth.of(2010, 1), rows);
                jdbc.execute("CHECKPOINT");
                Phase removal = phase(
                        "a month of %,d events is removed".formatted(rows), probing, postgres, () -> Awaitility.await()
                                .atMost(LIMIT)
                                .until(() -> months.left().isEmpty()));
                load.shutdown();
                load.awaitTermination(1, TimeUnit.MINUTES);
                awaitStored(jdbc);
                tell(List.of(calm, removal));
            }
        } finally {
            load.shutdownNow();
            probing.shutdownNow();
        }
    }

    private void tell(List<Phase> phases) {
        report.heading(
                "Inserts while events are accepted, each of them stored",
                "phase",
                "events/s",
                "inserts",
                "median, ms",
                "p99, ms",
                "longest, ms");
        for (Phase phase : phases) {
            List<Double> sorted = phase.inserts.stream().sorted().toList();
            report.row(
                    phase.name,
                    Report.number(phase.sent / phase.seconds),
                    sorted.size(),
                    Report.number(Report.median(sorted)),
                    Report.number(sorted.get(sorted.size() * 99 / 100)),
                    Report.number(sorted.get(sorted.size() - 1)));
        }
    }

    /** Something that blocks. */
    private interface Work {
        void run() throws Exception;
    }

    private Phase phase(String name, ExecutorService probing, PostgresProcess postgres, Work work) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        long sent = accepted.get();
        long begin = System.nanoTime();
        Future<List<Double>> inserts = probing.submit(() -> insert(postgres, over));
        work.run();
        over.set(true);
        return new Phase(name, (System.nanoTime() - begin) / 1e9, inserts.get(), accepted.get() - sent);
    }

    private static List<Double> insert(PostgresProcess postgres, AtomicBoolean over) throws Exception {
        List<Double> millis = new ArrayList<>();
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (!over.get()) {
                long begin = System.nanoTime();
                statement.execute(INSERT);
                millis.add((System.nanoTime() - begin) / 1e6);
                connection.rollback();
                TimeUnit.MILLISECONDS.sleep(PROBE_MILLIS);
            }
        }
        return millis;
    }

    private void post(GatewayJar gateway) {
        long first = accepted.get();
        String lines = IntStream.range(0, BATCH)
                .mapToObj(i -> """
                        {"id":"d-%d","type":"user_login","data":{"user_id":"%d","username":"now","ip":"10.0.0.1","action":"login"}}""".formatted(first + i, i))
                .collect(Collectors.joining("\n"));
        HttpRequest request = HttpRequest.newBuilder(URI.create(gateway.url("/api/events/batch")))
                .header("Authorization", "Bearer " + Token.ofAllScopes())
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(lines))
                .build();
        try {
            if (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 202) {
                accepted.addAndGet(BATCH);
            }
        } catch (IOException e) {
            // The next batch has the same ids.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitStored(JdbcTemplate jdbc) {
        Awaitility.await("all accepted events")
                .atMost(LIMIT)
                .until(() -> jdbc.queryForObject("SELECT count(*) FROM event WHERE username = 'now'", Long.class)
                        >= accepted.get());
    }
}
