package io.github.eventgateway.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.testing.RouteTest;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.component.jdbc.JdbcConstants;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.test.context.TestPropertySource;

/** Pages end early if their rows are long, and the cursor continues after them. */
@TestPropertySource(properties = "gateway.query.page-bytes=1048576")
class LongPagesTest extends RouteTest {

    private static final int MIB = 1 << 20;
    private static final int ROW = 300_000;
    private static final OffsetDateTime TIME = OffsetDateTime.of(2026, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private ObjectMapper json;

    @Autowired
    private EventQuery events;

    @BeforeEach
    void empty() {
        jdbc.update("DELETE FROM event");
        jdbc.update("DELETE FROM dead_letter_history");
        jdbc.update("DELETE FROM dead_letter");
    }

    private void store(String id, int second, String text) {
        String payload = "{\"id\":\"%s\",\"type\":\"system_info\",\"timestamp\":\"%s\",\"data\":{\"message\":\"%s\"}}"
                .formatted(id, TIME.plusSeconds(second).toInstant(), text);
        jdbc.update(
                "INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, payload)"
                        + " VALUES (?, 'system_info', 'system_logs', 0, 0, ?, ?, ?)",
                id,
                TIME.plusSeconds(second),
                TIME,
                payload);
    }

    private Exchange ask(String endpoint, int limit, String cursor) {
        Map<String, Object> headers = new HashMap<>(Map.of("limit", limit));
        if (cursor != null) {
            headers.put("cursor", cursor);
        }
        Exchange exchange = send(endpoint, null, headers);
        assertThat(exchange.getException()).isNull();
        return exchange;
    }

    /** Follows the cursors to the end, and returns the items of each page. */
    private List<JsonNode> pages(String endpoint, int limit) throws Exception {
        List<JsonNode> pages = new ArrayList<>();
        String cursor = null;
        do {
            byte[] answer = json.writeValueAsBytes(
                    ask(endpoint, limit, cursor).getMessage().getBody());
            JsonNode page = json.readTree(answer);
            assertThat(answer.length).isLessThan(MIB + ROW + 10_000);
            assertThat(page.get("items")).isNotEmpty();
            pages.add(page.get("items"));
            cursor = page.get("next_cursor").textValue();
        } while (cursor != null);
        return pages;
    }

    private static List<String> seen(List<JsonNode> pages, String name) {
        return pages.stream()
                .flatMap(items -> items.findValuesAsText(name).stream())
                .toList();
    }

    @Test
    void givenLongEvents_thenAPageEndsWithItsCursor_andEachIsShownOnce() throws Exception {
        List<String> newestFirst = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            // Two rows have the same time, and differ in their ids.
            store("e" + i, i / 2, "x".repeat(ROW));
            newestFirst.add(0, "e" + i);
        }

        List<JsonNode> pages = pages("direct:query-events", 500);
        List<JsonNode> shorter = pages("direct:query-events", 3);

        assertThat(pages).extracting(JsonNode::size).containsExactly(4, 4, 2);
        assertThat(seen(pages, "id")).isEqualTo(newestFirst);
        assertThat(pages.get(0).get(0).at("/data/message").textValue()).hasSize(ROW);
        assertThat(shorter).extracting(JsonNode::size).containsExactly(3, 3, 3, 1);
        assertThat(seen(shorter, "id")).isEqualTo(newestFirst);
    }

    @Test
    void givenLongEvents_thenTheDatabaseReturnsNoneAfterThePage() {
        for (int i = 0; i < 10; i++) {
            store("e" + i, i, "x".repeat(ROW));
        }
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setHeader("limit", "500");

        events.prepare(exchange);

        @SuppressWarnings("unchecked")
        Map<String, Object> parameters = exchange.getMessage().getHeader(JdbcConstants.JDBC_PARAMETERS, Map.class);
        String sql = exchange.getMessage().getBody(String.class).replace(":?", ":");
        assertThat(new NamedParameterJdbcTemplate(jdbc).queryForList(sql, parameters))
                .hasSize(4);
    }

    @Test
    void givenEventsThatAreLongerThanAPage_thenEachHasAPage() throws Exception {
        for (int i = 0; i < 3; i++) {
            store("e" + i, i, "磁".repeat(MIB / 3));
        }

        assertThat(seen(pages("direct:query-events", 2), "id")).containsExactly("e2", "e1", "e0");
    }

    @Test
    void givenLongDeadLetters_thenAPageEndsWithItsCursor_andEachIsShownOnce() throws Exception {
        List<Object[]> rows = IntStream.range(0, 450)
                .mapToObj(i -> new Object[] {
                    "00000000-0000-0000-0000-%012d".formatted(i),
                    "信".repeat(255),
                    "信".repeat(255),
                    "信".repeat(500),
                    new byte[1],
                    TIME.plusSeconds(i),
                    TIME
                })
                .toList();
        jdbc.batchUpdate(
                "INSERT INTO dead_letter (id, dlq_topic, dlq_partition, dlq_offset, source_topic, source_partition,"
                        + " source_offset, source_timestamp, origin, consumer_group, reason, message, attempts, replays,"
                        + " record_headers, status, failed_at, received_at)"
                        + " VALUES (?, 't', 0, 0, ?, 0, 0, 0, 'o', ?, 'r', ?, 1, 0, ?, 'open', ?, ?)",
                rows);

        List<JsonNode> pages = pages("direct:list-dead-letters", 500);

        assertThat(pages).hasSize(2);
        assertThat(seen(pages, "id"))
                .hasSize(450)
                .doesNotHaveDuplicates()
                .isSortedAccordingTo((a, b) -> b.compareTo(a));
    }

    @Test
    void givenLongAuditRecords_thenAPageEndsWithItsCursor_andEachIsShownOnce() throws Exception {
        String target = "{\"q\":\"" + "查".repeat(3990) + "\"}";
        List<Object[]> rows = IntStream.range(0, 150)
                .mapToObj(i -> new Object[] {10_000 + i, TIME, target})
                .toList();
        jdbc.batchUpdate(
                "INSERT INTO audit_record (sequence, at, outcome, action, target, calls, detail, mac)"
                        + " VALUES (?, ?, 'done', 'GET /api/events', ?, 1, '{}', '')",
                rows);

        List<JsonNode> pages = pages("direct:find-audit-records", 500);

        assertThat(pages).hasSize(2);
        assertThat(seen(pages, "sequence"))
                .startsWith("10149")
                .doesNotHaveDuplicates()
                .hasSizeGreaterThanOrEqualTo(150);
    }

    @Test
    void byDefault_aPageEndsAtEightMebibytes() {
        PageSettings pages =
                new Binder(new MapConfigurationPropertySource()).bindOrCreate("gateway.query", PageSettings.class);

        assertThat(pages.pageBytes()).isEqualTo(8 * MIB);
    }
}
