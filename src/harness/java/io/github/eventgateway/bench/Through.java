package io.github.eventgateway.bench;

import io.github.eventgateway.testing.BrokerProcess;
import io.github.eventgateway.testing.PostgresProcess;
import io.github.eventgateway.testing.Token;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Measures the time from the request to the visible row, under half of the maximum load. */
final class Through {

    private static final int CONNECTIONS = 64;

    private final Options options;
    private final Report report;
    private final BrokerProcess broker;
    private final HttpClient client = HttpClient.newHttpClient();

    Through(Options options, Report report, BrokerProcess broker) {
        this.options = options;
        this.report = report;
        this.broker = broker;
    }

    void all() throws Exception {
        try (PostgresProcess postgres = PostgresProcess.start();
                Connection connection = postgres.connect();
                GatewayJar gateway = new GatewayJar(
                                options, "ingest,store,handle,query", Speed.environment(broker, postgres))
                        .awaitReady()) {
            Wrk.Figures most = load(gateway, 0).run(gateway.pid(), warmedUp(gateway));
            Thread.sleep(10_000);
            int delay = (int) Math.round(1000 * CONNECTIONS / (most.perSecond() / 2) - most.p50() / 2);
            int seconds = 3 * options.seconds();
            Wrk half = load(gateway, Math.max(1, delay));
            CompletableFuture<Wrk.Figures> load = CompletableFuture.supplyAsync(() -> half.run(gateway.pid(), seconds));
            List<Double> times = new ArrayList<>();
            long end = System.nanoTime() + (seconds - 2) * 1_000_000_000L;
            while (System.nanoTime() < end) {
                times.add(time(gateway, connection));
                Thread.sleep(20);
            }
            report.heading(
                    "From the POST to the visible row, all roles",
                    "load, requests/s",
                    "of the highest load",
                    "measured events",
                    "p50 ms",
                    "p99 ms",
                    "maximum ms");
            Collections.sort(times);
            double rate = load.join().perSecond();
            report.row(
                    Report.number(rate),
                    Report.number(100 * rate / most.perSecond()) + " %",
                    times.size(),
                    Report.number(times.get(times.size() / 2)),
                    Report.number(times.get((int) (times.size() * 0.99))),
                    Report.number(times.get(times.size() - 1)));
        }
    }

    private int warmedUp(GatewayJar gateway) {
        load(gateway, 0).warmUp(gateway.pid(), options);
        return options.seconds();
    }

    private static Wrk load(GatewayJar gateway, int delay) {
        return new Wrk(
                gateway.url("/api/events"),
                CONNECTIONS,
                202,
                "\"offset\":",
                Token.ofAllScopes(),
                "application/json",
                Bodies.lines(1000),
                "lines",
                delay);
    }

    private double time(GatewayJar gateway, Connection connection) throws Exception {
        String id = UUID.randomUUID().toString();
        String body =
                "{\"id\":\"" + id + "\"," + Bodies.event(id.hashCode() >>> 8).substring(1);
        HttpRequest request = HttpRequest.newBuilder(URI.create(gateway.url("/api/events")))
                .header("Authorization", "Bearer " + Token.ofAllScopes())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        long begin = System.nanoTime();
        client.send(request, BodyHandlers.ofString());
        while (!isThere(connection, id)) {
            Thread.sleep(1);
        }
        return (System.nanoTime() - begin) / 1e6;
    }

    private static boolean isThere(Connection connection, String id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT 1 FROM event WHERE id = ?")) {
            statement.setString(1, id);
            return statement.executeQuery().next();
        }
    }
}
