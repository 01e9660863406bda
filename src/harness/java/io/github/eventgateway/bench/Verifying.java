package io.github.eventgateway.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.server.audit.AuditFill;
import io.github.eventgateway.testing.BrokerProcess;
import io.github.eventgateway.testing.PostgresProcess;
import io.github.eventgateway.testing.Token;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** Measures the verification of a long audit trail by a gateway with a small heap. */
final class Verifying {

    private static final String HEAP = "-Xmx256m";
    private static final String ALL = "SELECT * FROM audit_record ORDER BY sequence";
    private static final int LOOK_AGAIN_MILLIS = 500;
    private static final int LOOKS_BETWEEN_COLLECTIONS = 10;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Options options;
    private final Report report;
    private final BrokerProcess broker;
    private final int records;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Verifying(Options options, Report report, BrokerProcess broker, int records) {
        this.options = options;
        this.report = report;
        this.broker = broker;
        this.records = records;
    }

    void all() throws Exception {
        try (PostgresProcess postgres = PostgresProcess.start()) {
            new GatewayJar(options, "query", Speed.environment(broker, postgres))
                    .awaitReady()
                    .close();
            double filling = fill(postgres);
            try (GatewayJar gateway = new GatewayJar(
                            GatewayJar.THIS, options, HEAP, "query", Speed.environment(broker, postgres))
                    .awaitReady()) {
                measure(gateway, postgres, filling);
            }
        }
    }

    /** Prepares nothing on the server, like a gateway: its plans would not know how rare an action is. */
    private double fill(PostgresProcess postgres) throws Exception {
        long begin = System.nanoTime();
        String url = PostgresProcess.url(postgres.port()) + "?reWriteBatchedInserts=true&prepareThreshold=0";
        try (Connection connection = DriverManager.getConnection(url, "postgres", "")) {
            AuditFill.fill(new SingleConnectionDataSource(connection, true), Token.SECRET, records);
            connection.createStatement().execute("VACUUM ANALYZE audit_record, audit_personal");
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    private void measure(GatewayJar gateway, PostgresProcess postgres, double filling) throws Exception {
        List<Double> seconds = new ArrayList<>();
        List<Double> copies = new ArrayList<>();
        Path file = Files.createTempFile("audit", ".copy");
        try {
            for (int round = 0; round < options.rounds(); round++) {
                seconds.add(verify(gateway, null));
                copies.add(Psql.copy(postgres, ALL, file, ""));
            }
        } finally {
            Files.delete(file);
        }
        LiveHeap heap = new LiveHeap(options.java(), gateway.pid());
        verify(gateway, heap);
        report.heading(
                "Verification of %,d audit records, with %s".formatted(records, HEAP),
                "records/s",
                "seconds",
                "records/s of psql, which only copies them",
                "records/s while they were added",
                "heap before, MiB",
                "largest heap after a collection, MiB");
        report.row(
                Report.spread(seconds, each -> records / each),
                Report.spread(seconds, each -> each),
                Report.spread(copies, each -> records / each),
                Report.number(records / filling),
                Report.number(heap.before()),
                Report.number(heap.most()));
    }

    /** Returns the seconds until the verification is done. */
    private double verify(GatewayJar gateway, LiveHeap heap) throws Exception {
        long begin = System.nanoTime();
        HttpResponse<byte[]> answer = get(gateway.url("/api/audit/verify"));
        JsonNode verdict = JSON.readTree(answer.body()).path("data");
        if (answer.statusCode() == 202) {
            String job = answer.headers().firstValue("Location").orElseThrow();
            JsonNode state = JSON.readTree(get(gateway.url(job)).body()).path("data");
            for (int look = 1; state.path("state").asText().equals("running"); look++) {
                Thread.sleep(LOOK_AGAIN_MILLIS);
                if (heap != null && look % LOOKS_BETWEEN_COLLECTIONS == 0) {
                    heap.look();
                }
                state = JSON.readTree(get(gateway.url(job)).body()).path("data");
            }
            verdict = state.path("result");
        } else if (heap != null) {
            heap.look();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        if (!verdict.path("valid").asBoolean()
                || !verdict.path("complete").asBoolean()
                || verdict.path("records").asLong() < records) {
            throw new IllegalStateException(verdict.toString());
        }
        return seconds;
    }

    private HttpResponse<byte[]> get(String url) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + Token.ofAllScopes())
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }
}
