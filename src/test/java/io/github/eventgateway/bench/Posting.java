package io.github.eventgateway.bench;

import io.github.eventgateway.testing.BrokerProcess;
import io.github.eventgateway.testing.PostgresProcess;
import io.github.eventgateway.testing.Token;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many events the gateway takes, beside what its server, or Kafka, can do at most. */
final class Posting {

    private static final String TAKEN = "\"offset\":";
    private static final String CONSTANT = "offset\\\":";
    private static final Pattern RECORDS_A_SECOND = Pattern.compile(" ([0-9.]+) records/sec");

    private final Options options;
    private final Report report;
    private final BrokerProcess broker;
    private final Path events = Bodies.lines(1000);

    Posting(Options options, Report report, BrokerProcess broker) {
        this.options = options;
        this.report = report;
        this.broker = broker;
    }

    void single() {
        report.heading(
                "Single POST, 180 bytes, token and schema checked",
                "roles",
                "connections",
                "what",
                "requests/s",
                "of the limit",
                "p50 ms",
                "p99 ms",
                "p99.9 ms",
                "requests per CPU-second");
        single("ingest", Speed.environment(broker, null), options.quick() ? List.of(64) : List.of(64, 1, 16, 256));
        try (PostgresProcess postgres = PostgresProcess.start()) {
            single("ingest,store,alert,query", Speed.environment(broker, postgres), List.of(64));
        }
    }

    private void single(String roles, Map<String, String> environment, List<Integer> connections) {
        try (GatewayJar gateway = new GatewayJar(options, roles, environment).awaitReady()) {
            long atRest = gateway.memory("VmRSS");
            boolean cold = true;
            for (int count : connections) {
                Map<String, Wrk> targets = new TreeMap<>();
                targets.put("1 POST /api/events", post(gateway, "/api/events", TAKEN, Token.ofAllScopes(), count));
                targets.put("2 a constant", post(gateway, "/api/bench/constant", CONSTANT, Token.ofAllScopes(), count));
                targets.put("3 a constant, no token", post(gateway, "/api/bench/open", CONSTANT, "-", count));
                for (Wrk target : targets.values()) {
                    if (cold) {
                        target.warmUp(gateway, options);
                    } else {
                        target.run(gateway, 5);
                    }
                }
                cold = false;
                turns(gateway, roles, count, targets);
            }
            report.line("\nMemory with roles " + roles + ": " + atRest + " MiB at rest, " + gateway.memory("VmHWM")
                    + " MiB at most.");
        }
    }

    private Wrk post(GatewayJar gateway, String path, String text, String token, int connections) {
        return new Wrk(gateway.url(path), connections, 202, text, token, "application/json", events, "lines", 0);
    }

    private void turns(GatewayJar gateway, String roles, int connections, Map<String, Wrk> targets) {
        Map<String, List<Wrk.Figures>> runs = new TreeMap<>();
        for (int round = 0; round < options.rounds(); round++) {
            targets.forEach((name, target) ->
                    runs.computeIfAbsent(name, key -> new ArrayList<>()).add(target.run(gateway, options.seconds())));
        }
        double ours = Report.median(runs.values().iterator().next(), Wrk.Figures::perSecond);
        runs.forEach((name, all) -> report.row(
                roles,
                connections,
                name.substring(2),
                Report.spread(all, Wrk.Figures::perSecond),
                Report.number(100 * ours / Report.median(all, Wrk.Figures::perSecond)) + " %",
                Report.number(Report.median(all, Wrk.Figures::p50)),
                Report.number(Report.median(all, Wrk.Figures::p99)),
                Report.number(Report.median(all, Wrk.Figures::p999)),
                Report.number(Report.median(all, each -> each.requests() / each.cpuSeconds()))));
    }

    void batches() {
        report.heading(
                "Batches of 180-byte events, each validated, against kafka-producer-perf-test",
                "form",
                "events a batch",
                "events/s",
                "kafka-producer-perf-test, records/s",
                "of the limit",
                "p50 ms",
                "p99 ms",
                "events per CPU-second");
        try (GatewayJar gateway = new GatewayJar(options, "ingest", Speed.environment(broker, null)).awaitReady()) {
            for (int size : options.quick() ? List.of(1000) : List.of(1000, 100, 10_000)) {
                batch(gateway, "NDJSON", size, "application/x-ndjson", Bodies.lines(size));
                batch(gateway, "JSON array", size, "application/json", Bodies.array(size));
            }
            report.line("\nMemory: " + gateway.memory("VmHWM") + " MiB at most.");
        }
    }

    private void batch(GatewayJar gateway, String form, int size, String mediaType, Path body) {
        Wrk wrk = new Wrk(
                gateway.url("/api/events/batch"),
                size == 100 ? 16 : 4,
                202,
                "\"accepted\":" + size + ",",
                Token.ofAllScopes(),
                mediaType,
                body,
                "whole",
                0);
        wrk.warmUp(gateway, options);
        List<Wrk.Figures> ours = new ArrayList<>();
        List<Double> limit = new ArrayList<>();
        for (int round = 0; round < options.rounds(); round++) {
            ours.add(wrk.run(gateway, options.seconds()));
            limit.add(producerPerformance());
        }
        double rate = Report.median(ours, Wrk.Figures::perSecond) * size;
        report.row(
                form,
                size,
                Report.spread(ours, each -> each.perSecond() * size),
                Report.spread(limit, each -> each),
                Report.number(100 * rate / Report.median(limit)) + " %",
                Report.number(Report.median(ours, Wrk.Figures::p50)),
                Report.number(Report.median(ours, Wrk.Figures::p99)),
                Report.number(Report.median(ours, each -> each.requests() * size / each.cpuSeconds())));
    }

    /** The class behind Kafka's kafka-producer-perf-test, in a JVM of its own; the last half of its run. */
    private double producerPerformance() {
        String output = Wrk.output(List.of(
                options.java().resolve("bin/java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "org.apache.kafka.tools.ProducerPerformance",
                "--topic",
                "system_logs",
                "--num-records",
                options.quick() ? "500000" : "5000000",
                "--record-size",
                String.valueOf(Bodies.record(1).length),
                "--throughput",
                "-1",
                "--producer-props",
                "acks=all",
                "bootstrap.servers=" + broker.brokers()));
        Matcher rates = RECORDS_A_SECOND.matcher(output);
        double last = 0;
        while (rates.find()) {
            last = Double.parseDouble(rates.group(1));
        }
        if (last == 0) {
            throw new IllegalStateException(output);
        }
        return last;
    }
}
