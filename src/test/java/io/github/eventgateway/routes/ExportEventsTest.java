package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.StreamedAnswer;
import io.github.eventgateway.testing.RouteTest;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** Tests routes/export-events.camel.yaml. */
@MockEndpointsAndSkip("kafka:*")
class ExportEventsTest extends RouteTest {

    private static final OffsetDateTime TIME = OffsetDateTime.of(2026, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

    @Autowired
    private ObjectMapper json;

    @Autowired
    private JdbcTemplate jdbc;

    @BeforeEach
    void empty() {
        jdbc.update("DELETE FROM event");
    }

    private void store(String id, int second, String type, String username) {
        String payload = "{\"id\":\"%s\",\"type\":\"%s\",\"timestamp\":\"%s\",\"data\":{\"message\":\"m, \\\"%s\\\"\"}}"
                .formatted(id, type, TIME.plusSeconds(second).toInstant(), id);
        jdbc.update(
                "INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, username, payload)"
                        + " VALUES (?, ?, 'system_logs', 0, 0, ?, ?, ?, ?)",
                id,
                type,
                TIME.plusSeconds(second),
                TIME,
                username,
                payload);
    }

    private StreamedAnswer export(Map<String, Object> asked) {
        Exchange exchange = send("direct:export-events", null, new HashMap<>(asked));
        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getHeaders()).isEmpty();
        return exchange.getMessage().getBody(StreamedAnswer.class);
    }

    private static String read(StreamedAnswer answer) {
        StringBuilder all = new StringBuilder();
        for (byte[] piece = answer.next(); piece != null; piece = answer.next()) {
            all.append(new String(piece, StandardCharsets.UTF_8));
        }
        return all.toString();
    }

    private List<JsonNode> lines(String text) throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : text.split("\n")) {
            lines.add(json.readTree(line));
        }
        return lines;
    }

    @Test
    void manyPagesAreExportedInOrder_andContinueAfterAnyEvent() throws Exception {
        List<String> newestFirst = new ArrayList<>();
        IntStream.range(0, 1203).forEach(i -> {
            // Three events have the same time, and differ in their ids.
            store("e%05d".formatted(i), i / 3, "system_info", null);
            newestFirst.add(0, "e%05d".formatted(i));
        });
        StreamedAnswer answer = export(Map.of());

        List<JsonNode> lines = lines(read(answer));
        List<JsonNode> rest =
                lines(read(export(Map.of("cursor", lines.get(600).get("cursor").asText()))));

        assertThat(answer.contentType()).isEqualTo("application/x-ndjson");
        assertThat(lines).extracting(line -> line.get("id").asText()).containsExactlyElementsOf(newestFirst);
        assertThat(lines.get(0).at("/data/message").asText()).isEqualTo("m, \"e01202\"");
        assertThat(rest).isEqualTo(lines.subList(601, 1203));
        assertThat(answer.audited())
                .containsEntry("items", 1203L)
                .containsEntry("complete", true)
                .containsEntry("last_cursor", lines.get(1202).get("cursor").asText());
    }

    @Test
    void anIncompleteExportIsAuditedAsIncomplete() {
        IntStream.range(0, 600).forEach(i -> store("e" + i, i, "system_info", null));
        StreamedAnswer answer = export(Map.of());

        answer.next();

        assertThat(answer.audited()).containsEntry("items", 500L).containsEntry("complete", false);
    }

    @Test
    void theFiltersOfTheQueryApply() throws Exception {
        store("a", 1, "system_info", null);
        store("b", 2, "system_error", null);
        store("c", 3, "system_error", null);

        assertThat(lines(read(export(Map.of("type", "system_error", "to", "2026-01-01T00:00:03Z")))))
                .extracting(line -> line.get("id").asText())
                .containsExactly("b");
        assertThat(read(export(Map.of("type", "user_login")))).isEmpty();
    }

    @Test
    void csvHasAHeading_andNoFormulas() {
        store("a", 1, "system_info", "=HYPERLINK(\"http://x\")");
        store("b", 2, "system_info", "+1");
        store("c", 3, "system_info", "-1");
        store("d", 4, "system_info", "@a");
        store("e", 5, "system_info", "\tx");
        store("g", 7, "system_info", "\nx");
        store("h", 8, "system_info", "＝1");
        store("f", 6, "system_info", "plain, \"quoted\"\nline");
        StreamedAnswer answer = export(Map.of("format", "csv"));

        String csv = read(answer);

        assertThat(answer.contentType()).isEqualTo("text/csv; charset=UTF-8");
        assertThat(answer.headers()).containsEntry("Content-Disposition", "attachment; filename=\"events.csv\"");
        assertThat(csv.lines().findFirst().orElseThrow())
                .startsWith("id,type,topic,")
                .endsWith(",data,cursor");
        assertThat(csv)
                .contains(",\"'=HYPERLINK(\"\"http://x\"\")\",")
                .contains(",'+1,")
                .contains(",'-1,")
                .contains(",'@a,")
                .contains(",'\tx,")
                .contains(",\"'\nx\",")
                .contains(",'＝1,")
                .contains(",\"plain, \"\"quoted\"\"\nline\",")
                .contains("\"{\"\"message\"\":\"\"m, \\\"\"a\\\"\"\"\"}\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " =1",
                "\u00a0+1",
                "\u3000-1",
                "\ufeff@a",
                "\u200b=1",
                "\u0001=1",
                "\ufe66",
                "\ufe62",
                "\ufe63",
                "\ufe6b",
                "\rx"
            })
    void csvHasNoFormulasAfterCharactersThatProgramsTrim(String username) {
        store("a", 1, "system_info", username);

        assertThat(read(export(Map.of("format", "csv")))).contains("'" + username);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=b", " a", "a;=1", "\u3000"})
    void csvKeepsOtherCellsUnchanged(String username) {
        store("a", 1, "system_info", username);

        assertThat(read(export(Map.of("format", "csv")))).contains(username).doesNotContain("'");
    }

    @Test
    void givenNothingToExport_thenCsvHasItsHeading() {
        assertThat(read(export(Map.of("format", "csv"))).lines()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"format,xml", "cursor,here", "from,yesterday", "type,''"})
    void givenAnInvalidFilter_thenItIsRefused(String name, String value) {
        Exchange exchange = send("direct:export-events", null, Map.of(name, value));

        assertThat(exchange.getException()).isInstanceOf(GatewayException.class);
        assertThat(((GatewayException) exchange.getException()).reason()).isEqualTo(Reason.INVALID_PARAMETER);
    }
}
