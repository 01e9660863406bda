package io.github.eventgateway.bench;

import io.github.eventgateway.bench.GatewayJar.Build;
import io.github.eventgateway.testing.BrokerProcess;
import io.github.eventgateway.testing.PostgresProcess;
import io.github.eventgateway.testing.Token;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Compares this build with another one in turns: throughput, storage and resources, as percentages of the other's. */
final class Builds {

    /** The default of each build: builds name their roles differently. */
    private static final String ALL_ROLES = "";

    private static final int BATCH = 1000;

    private final Options options;
    private final Report report;
    private final BrokerProcess broker;
    private final List<Build> builds;

    Builds(Options options, Report report, BrokerProcess broker) {
        if (options.beside().isEmpty()) {
            throw new IllegalArgumentException("Name the folder of the other build with --beside");
        }
        Path other = Path.of(options.beside());
        this.options = options;
        this.report = report;
        this.broker = broker;
        this.builds = List.of(GatewayJar.THIS, new Build("other", other.resolve("made.jar"), other));
    }

    void posts() {
        heading();
        Map<String, String> environment = Speed.environment(broker, null);
        try (GatewayJar ours = new GatewayJar(builds.get(0), options, "ingest", environment).awaitReady();
                GatewayJar theirs = new GatewayJar(builds.get(1), options, "ingest", environment).awaitReady()) {
            List<GatewayJar> both = List.of(ours, theirs);
            Path events = Bodies.lines(BATCH);
            turns("single POST, 64 connections", both, gateway -> single(gateway, events), 1);
            turns("batch of 1,000, NDJSON", both, gateway -> batch(gateway, events), BATCH);
        }
    }

    private void heading() {
        report.heading("This build compared with another", "figure", "this", "other", "this in % of the other");
    }

    private static Wrk single(GatewayJar gateway, Path events) {
        return new Wrk(
                gateway.url("/api/events"),
                64,
                202,
                "\"offset\":",
                Token.ofAllScopes(),
                "application/json",
                events,
                "lines",
                0);
    }

    private static Wrk batch(GatewayJar gateway, Path events) {
        return new Wrk(
                gateway.url("/api/events/batch"),
                4,
                202,
                "\"accepted\":" + BATCH + ",",
                Token.ofAllScopes(),
                "application/x-ndjson",
                events,
                "whole",
                0);
    }

    private void turns(String what, List<GatewayJar> gateways, Function<GatewayJar, Wrk> load, int events) {
        gateways.forEach(gateway -> load.apply(gateway).warmUp(gateway.pid(), options));
        Map<GatewayJar, List<Wrk.Figures>> runs = new LinkedHashMap<>();
        for (int round = 0; round < 3 * options.rounds(); round++) {
            for (GatewayJar gateway : gateways) {
                runs.computeIfAbsent(gateway, key -> new ArrayList<>())
                        .add(load.apply(gateway).run(gateway.pid(), Math.max(3, options.seconds() / 2)));
            }
        }
        List<Wrk.Figures> ours = runs.get(gateways.get(0));
        List<Wrk.Figures> theirs = runs.get(gateways.get(1));
        row(what + ", events/s", ours, theirs, each -> each.perSecond() * events);
        row(what + ", p99 ms", ours, theirs, Wrk.Figures::p99);
        row(
                what + ", events per CPU-second",
                ours,
                theirs,
                each -> each.requests() * (double) events / each.cpuSeconds());
    }

    private <T> void row(String what, List<T> ours, List<T> theirs, ToDoubleFunction<T> figure) {
        List<Double> shares = IntStream.range(0, ours.size())
                .mapToObj(
                        round -> 100 * figure.applyAsDouble(ours.get(round)) / figure.applyAsDouble(theirs.get(round)))
                .toList();
        report.row(
                what, Report.spread(ours, figure), Report.spread(theirs, figure), Report.spread(shares, each -> each));
    }

    private record Started(double seconds, double memory) {}

    void starts() throws Exception {
        heading();
        try (PostgresProcess postgres = PostgresProcess.start()) {
            starts(postgres);
        }
    }

    private void starts(PostgresProcess postgres) throws Exception {
        Map<Build, List<Started>> all = new LinkedHashMap<>();
        for (int round = 0; round < options.rounds(); round++) {
            for (Build build : builds) {
                clear(postgres);
                long begin = System.nanoTime();
                try (GatewayJar gateway =
                        new GatewayJar(build, options, ALL_ROLES, Speed.environment(broker, postgres)).awaitReady()) {
                    double seconds = (System.nanoTime() - begin) / 1e9;
                    Thread.sleep(10_000);
                    all.computeIfAbsent(build, key -> new ArrayList<>())
                            .add(new Started(seconds, gateway.memory("VmRSS")));
                }
            }
        }
        row("start to ready, s", all.get(builds.get(0)), all.get(builds.get(1)), Started::seconds);
        row("memory at rest, MiB", all.get(builds.get(0)), all.get(builds.get(1)), Started::memory);
    }

    private static void clear(PostgresProcess postgres) throws Exception {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        }
    }

    void store() throws Exception {
        heading();
        try (PostgresProcess postgres = PostgresProcess.start()) {
            store(postgres);
        }
    }

    private void store(PostgresProcess postgres) throws Exception {
        Storing storing = new Storing(options, report, broker, options.events() / 4);
        storing.fill();
        Map<Build, List<Storing.Drain>> all = new LinkedHashMap<>();
        for (int round = 0; round < options.rounds(); round++) {
            for (Build build : builds) {
                clear(postgres);
                String group = "builds-" + build.name() + "-" + round;
                try (GatewayJar gateway = new GatewayJar(
                        build,
                        options,
                        "store",
                        Speed.environment(broker, postgres),
                        "--gateway.store.group=" + group)) {
                    all.computeIfAbsent(build, key -> new ArrayList<>()).add(storing.measure(List.of(gateway), group));
                    try (Connection connection = postgres.connect()) {
                        storing.checkAll(connection);
                    }
                }
            }
        }
        drains("store into PostgreSQL", all);
    }

    private void drains(String what, Map<Build, List<Storing.Drain>> all) {
        List<Storing.Drain> ours = all.get(builds.get(0));
        List<Storing.Drain> theirs = all.get(builds.get(1));
        row(what + ", rows/s", ours, theirs, Storing.Drain::perSecond);
        row(what + ", CPU per row, µs", ours, theirs, Storing.Drain::microsPerRow);
        row(what + ", maximum memory, MiB", ours, theirs, Storing.Drain::memory);
    }

    void embedded() throws Exception {
        heading();
        int events = options.events() / 4;
        Storing storing = new Storing(options, report, broker, events);
        storing.fill();
        Map<Build, List<Storing.Drain>> all = new LinkedHashMap<>();
        Map<Build, List<Double>> sizes = new LinkedHashMap<>();
        for (int round = 0; round < options.rounds(); round++) {
            for (Build build : builds) {
                String group = "embedded-" + build.name() + "-" + round;
                try (GatewayJar gateway = new GatewayJar(
                        build, options, "store", Speed.environment(broker, null), "--gateway.store.group=" + group)) {
                    all.computeIfAbsent(build, key -> new ArrayList<>()).add(storing.measure(List.of(gateway), group));
                    gateway.stop();
                    sizes.computeIfAbsent(build, key -> new ArrayList<>())
                            .add((double) Files.size(gateway.embeddedFile()) / events);
                }
            }
        }
        drains("store into the embedded database", all);
        row(
                "embedded database, bytes per row in the file",
                sizes.get(builds.get(0)),
                sizes.get(builds.get(1)),
                each -> each);
    }
}
