package io.github.eventgateway.bench;

import io.github.eventgateway.testing.BrokerProcess;
import io.github.eventgateway.testing.PostgresProcess;
import io.github.eventgateway.testing.Token;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Measures how long normal callers wait while others misuse the gateway: some read large answers slowly or not at all,
 * and one sends queries that scan the whole table. It alternates with the gateway at rest.
 */
final class Attacked {

    private static final int READERS = 70;
    private static final int PIPELINED = 20;
    private static final int QUERIES = 80;
    private static final String LARGE_FILE = "/webjars/swagger-ui/swagger-ui-bundle.js";

    private final Options options;
    private final Report report;
    private final BrokerProcess broker;

    Attacked(Options options, Report report, BrokerProcess broker) {
        this.options = options;
        this.report = report;
        this.broker = broker;
    }

    void all() throws Exception {
        try (PostgresProcess postgres = PostgresProcess.start()) {
            Querying.filled(options, broker, postgres, options.rows() / 5);
            all(postgres);
        }
    }

    private void all(PostgresProcess postgres) throws Exception {
        try (GatewayJar gateway = new GatewayJar(
                        options,
                        "ingest,query",
                        Speed.environment(broker, postgres),
                        "--gateway.http.rate-limit.stranger.per-second=20")
                .awaitReady()) {
            Path events = Bodies.lines(1000);
            Map<String, Supplier<Runnable>> states = new LinkedHashMap<>();
            states.put("no attack", () -> () -> {});
            states.put(READERS + " slow readers of a file", () -> slowReaders(gateway, ""));
            states.put(READERS + " slow readers of pages", () -> slowReaders(gateway, Token.of("events:read")));
            states.put(QUERIES + " queries at a time", () -> queries(gateway));
            honest(gateway, events).warmUp(gateway.pid(), options);
            Map<String, List<Wrk.Figures>> runs = new LinkedHashMap<>();
            for (int round = 0; round < options.rounds(); round++) {
                for (Map.Entry<String, Supplier<Runnable>> state : states.entrySet()) {
                    Runnable end = state.getValue().get();
                    Thread.sleep(2000);
                    runs.computeIfAbsent(state.getKey(), key -> new ArrayList<>())
                            .add(honest(gateway, events).run(gateway.pid(), options.seconds()));
                    end.run();
                }
            }
            report.heading(
                    "Single POSTs of well-behaved clients, 4 connections", "attack", "requests/s", "p50 ms", "p99 ms");
            runs.forEach((state, all) -> report.row(
                    state,
                    Report.spread(all, Wrk.Figures::perSecond),
                    Report.spread(all, Wrk.Figures::p50),
                    Report.spread(all, Wrk.Figures::p99)));
        }
    }

    private static Wrk honest(GatewayJar gateway, Path events) {
        return new Wrk(
                gateway.url("/api/events"),
                4,
                202,
                "\"offset\":",
                Token.of("events:write"),
                "application/json",
                events,
                "lines",
                5);
    }

    /**
     * Starts slow readers at another address, each with several requests in a row whose answers it does not read;
     * returns an action that stops them.
     */
    private static Runnable slowReaders(GatewayJar gateway, String token) {
        String target = token.isEmpty() ? LARGE_FILE : "/api/events?limit=500";
        String head = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n"
                + (token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n") + "\r\n";
        byte[] requests = head.repeat(PIPELINED).getBytes(StandardCharsets.US_ASCII);
        return attack(READERS, stop -> {
            try (Socket socket = connect(gateway)) {
                socket.setReceiveBufferSize(4096);
                socket.getOutputStream().write(requests);
                while (stop.getCount() > 0 && socket.getInputStream().read(new byte[128]) >= 0) {
                    Thread.sleep(1000);
                }
            }
        });
    }

    /** Starts queries of one subject. None of them finds anything, so each reads all rows. */
    private static Runnable queries(GatewayJar gateway) {
        String request = "GET /api/events?q=nothing-has-this HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Authorization: Bearer " + Token.of("events:read") + "\r\n\r\n";
        byte[] bytes = request.getBytes(StandardCharsets.US_ASCII);
        return attack(QUERIES, stop -> {
            try (Socket socket = connect(gateway)) {
                socket.getOutputStream().write(bytes);
                socket.getInputStream().readAllBytes();
            }
            // A refused request is repeated five times a second.
            stop.await(200, TimeUnit.MILLISECONDS);
        });
    }

    private static Socket connect(GatewayJar gateway) throws IOException {
        return new Socket(
                InetAddress.getLoopbackAddress(),
                URI.create(gateway.url("/")).getPort(),
                InetAddress.getByName("127.0.0.2"),
                0);
    }

    /** The repeated action of one attacker. */
    private interface Deed {
        void once(CountDownLatch stop) throws IOException, InterruptedException;
    }

    private static Runnable attack(int attackers, Deed deed) {
        CountDownLatch stop = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < attackers; i++) {
            Thread thread = new Thread(() -> {
                while (stop.getCount() > 0) {
                    try {
                        deed.once(stop);
                    } catch (IOException e) {
                        // The connection was closed; the attacker connects again.
                    } catch (InterruptedException e) {
                        return;
                    }
                }
            });
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        return () -> {
            stop.countDown();
            threads.forEach(Thread::interrupt);
        };
    }
}
