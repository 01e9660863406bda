package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.when;

import io.github.eventgateway.api.CallProperties;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.kafka.admin.KafkaStatus;
import io.github.eventgateway.kafka.admin.KafkaTopics;
import io.github.eventgateway.testing.RouteTest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/** Tests routes/administer-kafka.camel.yaml, with no Kafka behind its beans. */
@MockEndpointsAndSkip("kafka:*")
class AdministerKafkaTest extends RouteTest {

    @MockitoBean
    private KafkaStatus status;

    @MockitoBean
    private KafkaTopics topics;

    @Test
    void givenALateStatus_thenItIsTheAnswerForTheCallersScopes() {
        when(status.status(Set.of("events:read")))
                .thenReturn(CompletableFuture.supplyAsync(() -> Map.of("status", "enabled")));

        Exchange exchange = producer.send(
                "direct:report-kafka-status",
                ExchangeBuilder.anExchange(context)
                        .withProperty(CallProperties.SCOPES, Set.of("events:read"))
                        .build());

        assertThat(exchange.getMessage().getBody()).isEqualTo(Map.of("status", "enabled"));
    }

    @Test
    void givenTopics_thenTheyAreTheAnswer() {
        when(topics.list()).thenReturn(CompletableFuture.completedFuture(List.of("user_events")));
        when(topics.topic("user_events")).thenReturn(CompletableFuture.completedFuture("one"));

        assertThat(send("direct:list-topics", null, Map.of()).getMessage().getBody())
                .isEqualTo(List.of("user_events"));
        assertThat(send("direct:describe-topic", null, Map.of("name", "user_events"))
                        .getMessage()
                        .getBody())
                .isEqualTo("one");
    }

    @Test
    void givenTheTopicsCannotBeRead_thenTheReasonReachesTheCaller() {
        when(topics.list()).thenReturn(CompletableFuture.failedFuture(new GatewayException(Reason.KAFKA_UNAVAILABLE)));

        Exchange exchange = send("direct:list-topics", null, Map.of());

        assertThat(exchange.getException(GatewayException.class).reason()).isEqualTo(Reason.KAFKA_UNAVAILABLE);
    }
}
