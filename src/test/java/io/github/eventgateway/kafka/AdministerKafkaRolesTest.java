package io.github.eventgateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.server.audit.AuditTrail;
import org.apache.camel.CamelContext;
import org.apache.camel.ServiceStatus;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.IndicatedHealthDescriptor;
import org.springframework.boot.resttestclient.TestRestTemplate;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureTestRestTemplate;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/** Tests an instance without the roles ingest and query, with Kafka switched off. */
@CamelSpringBootTest
@AutoConfigureTestRestTemplate
@SpringBootTest(classes = KafkaAdministration.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@DirtiesContext
class AdministerKafkaRolesTest {

    @MockitoBean
    private AuditTrail audit;

    @MockitoBean
    private JwtDecoder tokens;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        KafkaAdministration.settings(registry);
        registry.add("gateway.kafka.enabled", () -> "false");
        for (String role : new String[] {"ingest", "query"}) {
            registry.add("gateway.role." + role + ".on", () -> "false");
            registry.add("gateway.role." + role + ".off", () -> "true");
        }
    }

    @Autowired
    private TestRestTemplate http;

    @Autowired
    private CamelContext camel;

    @Autowired
    private HealthEndpoint health;

    @Test
    void theStatusIsServedWithoutTheseRoles() {
        assertThat(http.getForObject("/api/kafka/status", String.class)).contains("\"data\":{\"status\":\"disabled\"}");
    }

    @Test
    void callsOfOtherRolesAreNotFound() {
        assertThat(http.getForEntity("/api/kafka/topics", String.class)
                        .getStatusCode()
                        .value())
                .isEqualTo(404);
        assertThat(http.getForEntity("/api/kafka/topics/user_events", String.class)
                        .getStatusCode()
                        .value())
                .isEqualTo(404);
        assertThat(http.postForEntity("/api/kafka/test", "{}", String.class)
                        .getStatusCode()
                        .value())
                .isEqualTo(404);
        assertThat(camel.getRouteController().getRouteStatus("list-topics")).isEqualTo(ServiceStatus.Stopped);
    }

    @Test
    void aRouteOfAnotherRoleDoesNotAffectHealth() {
        assertThat(health.healthForPath("routes"))
                .isInstanceOfSatisfying(IndicatedHealthDescriptor.class, routes -> assertThat(routes.getDetails())
                        .containsOnlyKeys("not_stored"));
    }
}
