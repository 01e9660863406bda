package io.github.eventgateway.bench;

import io.github.eventgateway.testing.BrokerProcess;
import io.github.eventgateway.testing.PostgresProcess;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The benchmark of bench/speed. It is not a test, because tests measure no times. */
class Speed {

    private static final String BROKER_JVM = "-Xmx1g -XX:+UseG1GC -XX:MaxGCPauseMillis=20";

    private final Options options = Options.fromProperties();
    private final Report report = new Report(Path.of("target/speed.md"));

    @Test
    void measure() throws Exception {
        report.line("Measured " + Instant.now() + " with " + options.java().getFileName() + " on "
                + Runtime.getRuntime().availableProcessors()
                + " processors, shared by gateway, broker, database and load; " + options.rounds()
                + " rounds; medians, with minimum and maximum in brackets.");
        for (String part : options.only()) {
            try (BrokerProcess broker = BrokerProcess.start(Map.of(
                    BrokerProcess.JVM_OPTIONS,
                    BROKER_JVM,
                    "auto.create.topics.enable",
                    "false",
                    "num.io.threads",
                    "8"))) {
                run(part, broker);
            }
        }
    }

    private void run(String part, BrokerProcess broker) throws Exception {
        switch (part) {
            case "start" -> start(broker);
            case "single" -> new Posting(options, report, broker).single();
            case "batch" -> new Posting(options, report, broker).batches();
            case "store" -> new Storing(options, report, broker, options.events()).intoPostgres();
            case "sqlite" -> new Storing(options, report, broker, options.events() / 4).intoSqlite();
            case "builds-post" -> new Builds(options, report, broker).posts();
            case "builds-start" -> new Builds(options, report, broker).starts();
            case "builds-store" -> new Builds(options, report, broker).store();
            case "builds-embedded" -> new Builds(options, report, broker).embedded();
            case "through" -> new Through(options, report, broker).all();
            case "query" -> new Querying(options, report, broker).all();
            case "attacked" -> new Attacked(options, report, broker).all();
            default -> throw new IllegalArgumentException("There is no part " + part);
        }
    }

    private void start(BrokerProcess broker) throws InterruptedException {
        try (PostgresProcess postgres = PostgresProcess.start()) {
            List<Double> seconds = new ArrayList<>();
            List<Double> memory = new ArrayList<>();
            for (int round = 0; round < options.rounds(); round++) {
                long begin = System.nanoTime();
                try (GatewayJar gateway = new GatewayJar(
                                options, "ingest,store,handle,query", environment(broker, postgres))
                        .awaitReady()) {
                    seconds.add((System.nanoTime() - begin) / 1e9);
                    Thread.sleep(10_000);
                    memory.add((double) gateway.memory("VmRSS"));
                }
            }
            report.heading("Start, all roles", "start to ready, s", "memory at rest, MiB");
            report.row(Report.spread(seconds, each -> each), Report.spread(memory, each -> each));
        }
    }

    static Map<String, String> environment(BrokerProcess broker, PostgresProcess postgres) {
        Map<String, String> all = new TreeMap<>(Map.of("KAFKA_BROKERS", broker.brokers()));
        if (postgres != null) {
            all.put("DATABASE_URL", PostgresProcess.url(postgres.port()));
            all.put("DATABASE_USER", "postgres");
        }
        return all;
    }
}
