package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.testing.RouteTest;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Tests routes/describe-routes.camel.yaml. */
class DescribeRoutesTest extends RouteTest {

    @Autowired
    private ObjectMapper json;

    @Test
    void givenRoutesThatRan_thenEachIsListedWithItsPlaceItsStateAndItsCounts() {
        send("direct:serve-contract", null, Map.of());
        send("direct:publish-event", "no event, secret=42 http://user:key@host/path");

        JsonNode served = route("serve-contract");
        assertThat(served.path("file").asText()).isEqualTo("serve-contract.camel.yaml");
        assertThat(served.path("line").asInt()).isEqualTo(13);
        assertThat(served.path("state").asText()).isEqualTo("started");
        assertThat(served.path("from").asText()).isEqualTo("direct:serve-contract");
        assertThat(served.path("description").asText()).startsWith("In - nothing. Out - the file");
        assertThat(served.path("total").asLong()).isEqualTo(1);
        assertThat(served.path("failed").asLong()).isZero();
        assertThat(served.path("inflight").asInt()).isZero();
        assertThat(served.path("last_completed_at").asText()).isNotEmpty();
        assertThat(served.has("last_error")).isFalse();

        JsonNode failed = route("publish-event");
        assertThat(failed.path("failed").asLong()).isEqualTo(1);
        assertThat(failed.at("/last_error/type").asText()).isNotEmpty();
        assertThat(failed.at("/last_error/at").asText()).isNotEmpty();
        assertThat(failed.toString()).doesNotContain("secret=42", "user:key");
        assertThat(route("post-event").path("from").asText()).isEqualTo("POST /api/events");
        assertThat(route("post-event").path("file").asText()).isEqualTo("publish-events.camel.yaml");
        assertThat(route("store-user-events").path("file").asText()).isEqualTo("store-events.camel.yaml");
    }

    @Test
    void givenTheRoutes_thenTheDiagramLeadsFromTheVerbsOverTheTopicsToTheEnds() {
        Exchange exchange = send("direct:draw-routes", null, Map.of());

        assertThat(exchange.getMessage().getHeader(Exchange.CONTENT_TYPE)).isEqualTo("text/vnd.mermaid");
        assertThat(exchange.getMessage().getBody(String.class))
                .startsWith("flowchart LR\n")
                .contains(
                        "route_post_event([\"POST /api/events\"])",
                        "route_post_event --> route_publish_event",
                        "route_send_event --> topic_user_events",
                        "route_store_user_events --> database",
                        "route_store_user_events --> route_dead_letter_records",
                        "route_dead_letter_records --> route_send_dead_letters",
                        "route_send_dead_letters --> topic_user_events_dlq",
                        "route_query_events --> database",
                        "route_alert_on_errors -. failure .-> route_dead_letter_event",
                        "route_send_alert --> end_gateway_alert_webhook_url")
                .doesNotContain("127.0.0.1");
    }

    private JsonNode route(String id) {
        Object body = send("direct:list-routes", null, Map.of()).getMessage().getBody();
        return StreamSupport.stream(json.valueToTree(body).path("items").spliterator(), false)
                .filter(route -> route.path("id").asText().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
