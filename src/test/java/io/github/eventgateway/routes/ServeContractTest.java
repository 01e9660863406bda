package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.testing.RouteTest;
import java.io.InputStream;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;

/** Tests routes/serve-contract.camel.yaml. */
class ServeContractTest extends RouteTest {

    @Test
    void givenAnyRequest_thenTheAnswerIsTheContractByteForByteAsYaml() throws Exception {
        Exchange exchange = send("direct:serve-contract", null, Map.of());

        try (InputStream file = ServeContractTest.class.getResourceAsStream("/openapi.yaml")) {
            assertThat(exchange.getMessage().getBody(byte[].class)).isEqualTo(file.readAllBytes());
        }
        assertThat(exchange.getMessage().getHeaders()).isEqualTo(Map.of(Exchange.CONTENT_TYPE, "application/yaml"));
    }
}
