package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.testing.RouteTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.camel.EndpointInject;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Tests routes/test-kafka.camel.yaml. */
@MockEndpointsAndSkip("kafka:*")
class TestKafkaTest extends RouteTest {

    @EndpointInject("mock:kafka:topic-of-each-event")
    private MockEndpoint kafka;

    @Autowired
    private ObjectMapper json;

    @BeforeEach
    void kafkaAcknowledges() {
        kafka.reset();
        kafka.whenAnyExchangeReceived(exchange -> exchange.getMessage()
                .setHeader(
                        KafkaConstants.KAFKA_RECORD_META,
                        List.of(new RecordMetadata(new TopicPartition("system_logs", 2), 41, 0, 0, 0, 0))));
    }

    @Test
    void givenATestMessage_thenItIsPublishedLikeEveryEvent() throws Exception {
        Exchange exchange = send(
                "direct:send-test-message",
                "{\"message\":\"你好\"}".getBytes(StandardCharsets.UTF_8),
                Map.of("kafka.OVERRIDE_TOPIC", "evil"));

        Message sent = kafka.getExchanges().get(0).getMessage();
        JsonNode event = json.readTree(sent.getBody(byte[].class));
        assertThat(sent.getHeader(KafkaConstants.OVERRIDE_TOPIC)).isEqualTo("system_logs");
        assertThat(event.get("type").asText()).isEqualTo("system_info");
        assertThat(event.at("/data/message").asText()).isEqualTo("你好");
        assertThat(exchange.getMessage().getHeaders()).isEqualTo(Map.of(Exchange.HTTP_RESPONSE_CODE, "200"));
        assertThat(exchange.getProperty("message")).isEqualTo("kafka.test.sent");
        JsonNode data = json.valueToTree(exchange.getMessage().getBody());
        assertThat(data.get("id")).isEqualTo(event.get("id"));
        assertThat(data.get("offset").asInt()).isEqualTo(41);
    }

    @Test
    void givenAnInvalidRequest_thenNothingIsSent() {
        Exchange exchange = send("direct:send-test-message", "{\"message\":\"\"}");

        assertThat(exchange.getException(GatewayException.class).reason()).isEqualTo(Reason.REQUEST_INVALID);
        assertThat(kafka.getReceivedCounter()).isZero();
    }
}
