package io.github.eventgateway.bench;

import io.github.eventgateway.testing.BrokerProcess;
import io.github.eventgateway.testing.PostgresProcess;
import io.github.eventgateway.testing.Token;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Measures the export of many events over HTTP, in turns with psql. */
final class Exporting {

    private static final String EVENTS = """
            SELECT id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, publisher, repaired_by, user_id,
            username, ip, action, service, level, payload FROM event ORDER BY occurred_at DESC, id DESC""".replace('\n', ' ');
    private static final long BETWEEN_COLLECTIONS = TimeUnit.SECONDS.toNanos(3);
    private static final int BUFFER = 1 << 16;

    private final Options options;
    private final Report report;
    private final BrokerProcess broker;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Exporting(Options options, Report report, BrokerProcess broker) {
        this.options = options;
        this.report = report;
        this.broker = broker;
    }

    void all() throws Exception {
        try (PostgresProcess postgres = PostgresProcess.start()) {
            Querying.filled(options, broker, postgres, options.rows());
            try (GatewayJar gateway =
                    new GatewayJar(options, "query", Speed.environment(broker, postgres)).awaitReady()) {
                report.heading(
                        "Export over HTTP, with -Xmx512m",
                        "format",
                        "rows",
                        "rows/s",
                        "rows/s of psql",
                        "% of psql",
                        "heap before, MiB",
                        "largest heap after a collection, MiB");
                measure(gateway, postgres, "ndjson", "");
                measure(gateway, postgres, "csv", "WITH (FORMAT csv, HEADER)");
            }
        }
    }

    private void measure(GatewayJar gateway, PostgresProcess postgres, String format, String ofCopy) throws Exception {
        Path file = Files.createTempFile("export", "." + format);
        try {
            List<Double> seconds = new ArrayList<>();
            List<Double> copies = new ArrayList<>();
            for (int round = 0; round < options.rounds(); round++) {
                long begin = System.nanoTime();
                export(gateway, format, file, null);
                seconds.add((System.nanoTime() - begin) / 1e9);
                copies.add(Psql.copy(postgres, EVENTS, file, ofCopy));
            }
            LiveHeap heap = new LiveHeap(options.java(), gateway.pid());
            long rows = export(gateway, format, file, heap);
            double share = 100 * Report.median(copies) / Report.median(seconds);
            report.row(
                    format,
                    "%,d".formatted(rows),
                    Report.spread(seconds, each -> rows / each),
                    Report.spread(copies, each -> rows / each),
                    Report.number(share),
                    Report.number(heap.before()),
                    Report.number(heap.most()));
        } finally {
            Files.delete(file);
        }
    }

    /** Returns the number of exported rows. */
    private long export(GatewayJar gateway, String format, Path file, LiveHeap heap) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(gateway.url("/api/events/export?format=" + format)))
                .header("Authorization", "Bearer " + Token.ofAllScopes())
                .build();
        HttpResponse<InputStream> answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        long lines = 0;
        long lookAt = System.nanoTime();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = answer.body();
                OutputStream out = Files.newOutputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                lines += newLines(buffer, read);
                if (heap != null && System.nanoTime() > lookAt) {
                    heap.look();
                    lookAt = System.nanoTime() + BETWEEN_COLLECTIONS;
                }
            }
        }
        long rows = format.equals("csv") ? lines - 1 : lines;
        if (answer.statusCode() != 200 || rows < options.rows() - Months.COUNT) {
            throw new IOException(answer.statusCode() + ", " + rows + " rows");
        }
        return rows;
    }

    private static long newLines(byte[] buffer, int length) {
        long count = 0;
        for (int at = 0; at < length; at++) {
            count += buffer[at] == '\n' ? 1 : 0;
        }
        return count;
    }
}
