package io.github.eventgateway.bench;

import io.github.eventgateway.testing.BrokerProcess;
import io.github.eventgateway.testing.PostgresProcess;
import io.github.eventgateway.testing.Token;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Measures how many events the gateway accepts, compared with the maximum of its server and of Kafka. */
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
                "target",
                "requests/s",
                "POST in % of the target",
                "p50 ms",
                "p99 ms",
                "p99.9 ms",
                "requests per CPU-second");
        try (PlainController plain = new PlainController(options, broker.brokers())) {
            List<Integer> connections = options.quick() ? List.of(64) : List.of(64, 1, 16, 256);
            single("ingest", Speed.environment(broker, null), connections, plain);
        }
        // Without the controller, because the gateway would store its events too.
        try (PostgresProcess postgres = PostgresProcess.start()) {
            single("ingest,store,handle,query", Speed.environment(broker, postgres), List.of(64), null);
        }
    }

    private void single(
            String roles, Map<String, String> environment, List<Integer> connections, PlainController plain) {
        try (GatewayJar gateway = new GatewayJar(options, roles, environment).awaitReady()) {
            long atRest = gateway.memory("VmRSS");
            boolean cold = true;
            for (int count : connections) {
                Map<String, Target> targets = targets(gateway, plain, count);
                for (Target target : targets.values()) {
                    if (cold) {
                        target.wrk().warmUp(target.pid(), options);
                    } else {
                        target.wrk().run(target.pid(), 5);
                    }
                }
                cold = false;
                turns(roles, count, targets);
            }
            report.line("\nMemory with roles " + roles + ": " + atRest + " MiB at rest, maximum "
                    + gateway.memory("VmHWM") + " MiB.");
        }
    }

    /** A load and the process under it. */
    private record Target(Wrk wrk, long pid) {

        Wrk.Figures run(int seconds) {
            return wrk.run(pid, seconds);
        }
    }

    private Map<String, Target> targets(GatewayJar gateway, PlainController plain, int connections) {
        String token = Token.ofAllScopes();
        Map<String, Target> targets = new LinkedHashMap<>();
        targets.put(
                "POST /api/events",
                new Target(post(gateway.url("/api/events"), TAKEN, token, connections), gateway.pid()));
        targets.put(
                "a constant",
                new Target(post(gateway.url("/api/bench/constant"), CONSTANT, token, connections), gateway.pid()));
        targets.put(
                "a constant, no token",
                new Target(post(gateway.url("/api/bench/open"), CONSTANT, "-", connections), gateway.pid()));
        if (plain != null) {
            targets.put(
                    "a plain controller, no token, no schema",
                    new Target(post(plain.url("/events"), TAKEN, "-", connections), plain.pid()));
        }
        return targets;
    }

    private Wrk post(String url, String text, String token, int connections) {
        return new Wrk(url, connections, 202, text, token, "application/json", events, "lines", 0);
    }

    /**
     * The speed of a shared machine changes by more than the differences to measure. Therefore the turns are short and
     * many, only neighbouring turns are compared, and the result is the median of the ratios of the rounds.
     */
    private void turns(String roles, int count, Map<String, Target> targets) {
        Map<String, List<Wrk.Figures>> runs = new LinkedHashMap<>();
        for (int round = 0; round < 3 * options.rounds(); round++) {
            targets.forEach((name, target) -> runs.computeIfAbsent(name, key -> new ArrayList<>())
                    .add(target.run(Math.max(3, options.seconds() / 2))));
        }
        List<Wrk.Figures> ours = runs.values().iterator().next();
        runs.forEach((name, all) -> {
            List<Double> shares = IntStream.range(0, all.size())
                    .mapToObj(round ->
                            100 * ours.get(round).perSecond() / all.get(round).perSecond())
                    .toList();
            report.row(
                    roles,
                    count,
                    name,
                    Report.spread(all, Wrk.Figures::perSecond),
                    Report.spread(shares, each -> each) + " %",
                    Report.number(Report.median(all, Wrk.Figures::p50)),
                    Report.number(Report.median(all, Wrk.Figures::p99)),
                    Report.number(Report.median(all, Wrk.Figures::p999)),
                    Report.number(Report.median(all, each -> each.requests() / each.cpuSeconds())));
        });
    }

    void batches() {
        report.heading(
                "Batches of 180-byte events, all validated, compared with kafka-producer-perf-test",
                "form",
                "events per batch",
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
            report.line("\nMaximum memory: " + gateway.memory("VmHWM") + " MiB.");
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
        wrk.warmUp(gateway.pid(), options);
        List<Wrk.Figures> ours = new ArrayList<>();
        List<Double> limit = new ArrayList<>();
        for (int round = 0; round < options.rounds(); round++) {
            ours.add(wrk.run(gateway.pid(), options.seconds()));
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

    /** Runs the class behind Kafka's kafka-producer-perf-test in its own JVM; measures the last half of the run. */
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
