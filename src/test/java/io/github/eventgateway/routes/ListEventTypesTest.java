package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.testing.RouteTest;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Tests routes/list-event-types.camel.yaml. */
class ListEventTypesTest extends RouteTest {

    @Autowired
    private ObjectMapper json;

    @Test
    void givenTheSettings_thenEachEventTypeIsListedWithItsTopicItsKeyAndItsSchema() {
        Object body =
                send("direct:list-event-types", null, Map.of()).getMessage().getBody();
        JsonNode items = json.valueToTree(body).path("items");

        assertThat(items).hasSize(7);
        JsonNode login = items.get(0);
        assertThat(login.path("type").asText()).isEqualTo("user_login");
        assertThat(login.path("topic").asText()).isEqualTo("user_events");
        assertThat(login.path("key").asText()).isEqualTo("/user_id");
        assertThat(login.at("/schema/properties/username/type").asText()).isEqualTo("string");
    }
}
