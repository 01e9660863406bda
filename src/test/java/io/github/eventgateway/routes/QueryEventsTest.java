package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.testing.Polled;
import io.github.eventgateway.testing.RouteTest;
import io.github.eventgateway.testing.Threads;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Tests routes/query-events.camel.yaml. */
class QueryEventsTest extends RouteTest {

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private ObjectMapper json;

    @Autowired
    private PlatformTransactionManager transactions;

    @BeforeEach
    void storeSome() {
        jdbc.update("DELETE FROM event");
        Polled users = new Polled();
        for (int i = 0; i < 5; i++) {
            users.add("user_events", 0, i, """
                    {"id":"u%d","type":"user_%s","timestamp":"2026-01-01T00:00:0%dZ",
                     "data":{"user_id":%d,"username":"name%d","ip":"10.0.0.%d","action":"x","note":"50%% off_%d"}}""".formatted(i, i == 0 ? "login" : "logout", i, i % 2 + 1, i, i + 1, i));
        }
        send("direct:polled-store-user-events", users.batch(), Map.of());
        Polled logs = new Polled().add("system_logs", 0, 0, """
                {"id":"e1","type":"system_error","timestamp":"2026-01-01T00:00:04Z",
                 "data":{"service":"billing","error":"Disk FULL","level":"fatal"}}""");
        send("direct:polled-store-system-logs", logs.batch(), Map.of());
    }

    private Exchange query(String... parameters) {
        Map<String, Object> headers = new HashMap<>();
        for (int i = 0; i < parameters.length; i += 2) {
            headers.put(parameters[i], parameters[i + 1]);
        }
        return send("direct:query-events", null, headers);
    }

    private List<String> found(String... parameters) {
        Exchange exchange = query(parameters);
        assertThat(exchange.getException()).isNull();
        JsonNode page = json.valueToTree(exchange.getMessage().getBody());
        return page.get("items").findValuesAsText("id");
    }

    /** By default camel-jdbc begins a transaction for each query, and the embedded database has only one writer. */
    @Test
    void givenAnotherWrites_thenAQueryDoesNotWaitForIt() {
        new TransactionTemplate(transactions).executeWithoutResult(status -> {
            jdbc.update("DELETE FROM event WHERE id = 'u0'");
            assertThat(CompletableFuture.supplyAsync(() -> found("username", "name0"), Threads.ONE_EACH)
                            .orTimeout(5, TimeUnit.SECONDS)
                            .join())
                    .containsExactly("u0");
            status.setRollbackOnly();
        });
    }

    @Test
    void givenNoFilter_thenAllAreFoundNewestFirst() {
        assertThat(found()).containsExactly("u4", "e1", "u3", "u2", "u1", "u0");
    }

    @Test
    void givenAFilter_thenOnlyMatchesAreFound() {
        assertThat(found("type", "user_login")).containsExactly("u0");
        assertThat(found("topic", "system_logs")).containsExactly("e1");
        assertThat(found("user_id", "2")).containsExactly("u3", "u1");
        assertThat(found("username", "name3")).containsExactly("u3");
        assertThat(found("ip", "10.0.0.1")).containsExactly("u0");
        assertThat(found("service", "billing")).containsExactly("e1");
        assertThat(found("level", "fatal")).containsExactly("e1");
        assertThat(found("q", "disk full")).containsExactly("e1");
        assertThat(found("q", "off_3")).containsExactly("u3");
        assertThat(found("q", "%")).hasSize(5);
        assertThat(found("from", "2026-01-01T00:00:03Z")).containsExactly("u4", "e1", "u3");
        assertThat(found("to", "2026-01-01T02:00:01+02:00")).containsExactly("u0");
        assertThat(found("user_id", "1", "type", "user_logout", "from", "2026-01-01T00:00:03Z"))
                .containsExactly("u4");
        assertThat(found("username", "' OR 1=1 --")).isEmpty();
    }

    @Test
    void givenPages_thenTheCursorsShowEachItemOnce() {
        assertThat(all("limit", "4")).containsExactly("u4", "e1", "u3", "u2", "u1", "u0");
    }

    @Test
    void givenATextAndPages_thenTheCursorsShowEachMatchOnce() {
        assertThat(all("q", "off_", "limit", "2")).containsExactly("u4", "u3", "u2", "u1", "u0");
        assertThat(all("q", "off_", "limit", "1", "to", "2026-01-01T00:00:02Z")).containsExactly("u1", "u0");
        assertThat(all("q", "nobody", "limit", "2")).isEmpty();
    }

    private List<String> all(String... parameters) {
        List<String> all = new ArrayList<>();
        String cursor = null;
        do {
            List<String> next = new ArrayList<>(List.of(parameters));
            if (cursor != null) {
                next.addAll(List.of("cursor", cursor));
            }
            Exchange exchange = query(next.toArray(String[]::new));
            JsonNode page = json.valueToTree(exchange.getMessage().getBody());
            all.addAll(page.get("items").findValuesAsText("id"));
            cursor = page.get("next_cursor").textValue();
        } while (cursor != null);
        return all;
    }

    @Test
    void givenWrongParametersOfASearch_thenEachIsNamed() {
        Exchange exchange = query("limit", "0", "cursor", "!", "q", "");

        assertThat(exchange.getException()).isInstanceOfSatisfying(GatewayException.class, refusal -> {
            assertThat(refusal.reason()).isEqualTo(Reason.INVALID_PARAMETER);
            assertThat(refusal.details()).extracting("path").containsExactly("q", "cursor", "limit");
        });
    }

    @Test
    void givenWrongParameters_thenEachIsNamed() {
        Exchange exchange = query("limit", "501", "from", "yesterday", "cursor", "!", "type", "");

        assertThat(exchange.getException()).isInstanceOfSatisfying(GatewayException.class, refusal -> {
            assertThat(refusal.reason()).isEqualTo(Reason.INVALID_PARAMETER);
            assertThat(refusal.details()).extracting("path").containsExactly("type", "from", "cursor", "limit");
        });
    }

    @Test
    void givenAnId_thenTheWholeEventIsFound() {
        Exchange exchange = send("direct:show-event", null, Map.of("id", "e1"));

        JsonNode event = json.valueToTree(exchange.getMessage().getBody());
        assertThat(event.at("/data/error").asText()).isEqualTo("Disk FULL");
        assertThat(event.at("/timestamp").asText()).isEqualTo("2026-01-01T00:00:04Z");
        assertThat(event.at("/received_at").asText()).isEqualTo("2023-11-14T22:13:20Z");
    }

    @Test
    void givenAnUnknownId_thenItIsNotFound() {
        Exchange exchange = send("direct:show-event", null, Map.of("id", "nobody"));

        assertThat(exchange.getException())
                .isInstanceOfSatisfying(GatewayException.class, refusal -> assertThat(refusal.reason())
                        .isEqualTo(Reason.NOT_FOUND));
    }
}
