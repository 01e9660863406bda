package io.github.eventgateway.bench;

import io.github.eventgateway.testing.BrokerProcess;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The benchmark of bench/record. It is not a test, because tests measure no times. */
class TheRecord {

    private static final int AUDIT_RECORDS = Integer.getInteger("record.audit", 2_000_000);
    private static final int ROWS = Integer.getInteger("record.rows", 1_000_000);
    private static final int ROWS_OF_MONTH = Integer.getInteger("record.month", 400_000);

    private final Options options = new Options(
            List.of(System.getProperty("record.only", "verify,export,drop").split(",")),
            false,
            Integer.getInteger("record.rounds", 3),
            Path.of(System.getProperty("java.home")),
            "",
            ROWS,
            "");
    private final Report report = new Report(Path.of("target/record.md"));

    @Test
    void measure() throws Exception {
        report.line("Measured " + Instant.now() + " with Java "
                + Runtime.version().feature() + " on "
                + Runtime.getRuntime().availableProcessors() + " processors, shared by gateway, database and load; "
                + options.rounds() + " rounds; medians, with minimum and maximum in brackets.");
        for (String part : options.only()) {
            try (BrokerProcess broker = BrokerProcess.start(Map.of("auto.create.topics.enable", "false"))) {
                run(part, broker);
            }
        }
    }

    private void run(String part, BrokerProcess broker) throws Exception {
        switch (part) {
            case "verify" -> new Verifying(options, report, broker, AUDIT_RECORDS).all();
            case "export" -> new Exporting(options, report, broker).all();
            case "drop" -> new Dropping(options, report, broker, ROWS_OF_MONTH).all();
            default -> throw new IllegalArgumentException("There is no part " + part);
        }
    }
}
