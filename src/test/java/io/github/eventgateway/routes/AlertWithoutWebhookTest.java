package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.testing.Polled;
import io.github.eventgateway.testing.RouteTest;
import java.util.Map;
import org.apache.camel.EndpointInject;
import org.apache.camel.Exchange;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

/** Tests routes/alert-on-errors.camel.yaml without a webhook. */
@MockEndpointsAndSkip("bean:webhooks*")
@TestPropertySource(properties = "gateway.alert.webhook-url=")
class AlertWithoutWebhookTest extends RouteTest {

    @EndpointInject("mock:bean:webhooks")
    private MockEndpoint webhook;

    @Test
    void givenAnError_thenItIsSkippedAndTheBatchIsCommitted() {
        Polled polled = new Polled()
                .add("system_logs", 0, 1, "{\"type\":\"system_error\",\"data\":{\"service\":\"s\",\"error\":\"e\"}}");

        Exchange exchange = send("direct:polled-alert-on-errors", polled.batch(), Map.of());

        assertThat(exchange.getException()).isNull();
        assertThat(webhook.getReceivedCounter()).isZero();
        assertThat(polled.committed("system_logs", 0)).hasValue(2);
    }
}
