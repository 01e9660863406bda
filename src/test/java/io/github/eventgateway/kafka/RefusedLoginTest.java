package io.github.eventgateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.testing.SecuredBroker;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Kafka rejects the login, or the gateway does not trust Kafka. The gateway reports it, and recovers later. */
@ExtendWith(OutputCaptureExtension.class)
class RefusedLoginTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static SecuredBroker broker;

    @BeforeAll
    static void start() {
        broker = SecuredBroker.start();
        broker.permit(Stream.of("orders", "orders.dlq")
                .flatMap(topic -> Stream.of(AclOperation.CREATE, AclOperation.READ, AclOperation.WRITE)
                        .map(operation -> new AclBinding(
                                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                                new AccessControlEntry(
                                        "User:" + SecuredBroker.USER, "*", operation, AclPermissionType.ALLOW))))
                .toList());
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(SecuredBroker.EXPIRED, Map.of(), "The certificate of the Kafka broker has expired"),
                Arguments.of(SecuredBroker.FOREIGN, Map.of(), "does not trust the certificate authority"),
                Arguments.of(SecuredBroker.MISNAMED, Map.of(), "for another host than the one in KAFKA_BROKERS"),
                Arguments.of(
                        SecuredBroker.SCRAM,
                        Map.of("KAFKA_SASL_PASSWORD", SecuredBroker.PASSWORD + "-wrong"),
                        "check KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD"),
                Arguments.of(
                        SecuredBroker.PLAIN,
                        Map.of("KAFKA_SASL_USERNAME", "nobody"),
                        "check KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD"),
                Arguments.of(
                        SecuredBroker.SCRAM,
                        Map.of("KAFKA_SASL_MECHANISM", "PLAIN"),
                        "does not support the mechanism in KAFKA_SASL_MECHANISM"),
                Arguments.of(
                        SecuredBroker.MUTUAL,
                        SecuredBroker.shown(broker.authority().expired(SecuredBroker.USER)),
                        "rejects the certificate of the gateway ("),
                Arguments.of(
                        SecuredBroker.MUTUAL,
                        SecuredBroker.shown(broker.stranger().identity(SecuredBroker.USER)),
                        "rejects the certificate of the gateway ("),
                Arguments.of(
                        SecuredBroker.MUTUAL,
                        Map.of("KAFKA_SSL_CERTIFICATE_FILE", "", "KAFKA_SSL_KEY_FILE", ""),
                        "rejects the certificate of the gateway ("));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void givenARefusal_thenHealthAndStatusGiveTheReason_andTheLogOnlyOnce(
            String listener, Map<String, String> wrong, String sentence, CapturedOutput output) {
        // A gateway of another test may have set a higher level.
        LoggingSystem.get(getClass().getClassLoader()).setLogLevel(KafkaWatch.class.getName(), LogLevel.WARN);
        Map<String, String> settings = broker.settings(listener);
        settings.putAll(wrong);
        try (Administration kafka = Administration.start(bound(settings), "orders")) {
            await().atMost(LIMIT).untilAsserted(() -> assertThat(
                            kafka.health.health().getDetails().toString())
                    .contains(sentence));
            assertThat(kafka.health.health().getStatus()).isEqualTo(Status.DOWN);
            assertThat(status(kafka, Set.of())).isEqualTo("{\"status\":\"unavailable\"}");
            assertThat(status(kafka, Set.of("events:read"))).contains("\"unavailable\"", sentence);
            assertThatThrownBy(kafka.availability::check).hasMessageContaining("KAFKA_UNAVAILABLE");
            assertThat(output.getAll().lines().filter(line -> line.contains("KafkaWatch") && line.contains(sentence)))
                    .hasSize(1);
            assertThat(output.getAll()).doesNotContain("w0rd");
        }
    }

    @Test
    void givenACertificateThatIsRenewed_thenEventsAreAcceptedWithoutARestart() {
        try (Administration kafka = Administration.start(bound(broker.settings(SecuredBroker.RENEWED)), "orders")) {
            assertThat(kafka.health.health().getStatus()).isEqualTo(Status.DOWN);
            broker.mend(SecuredBroker.RENEWED);
            await().atMost(LIMIT).untilAsserted(() -> {
                assertThat(kafka.health.health().getStatus()).isEqualTo(Status.UP);
                assertThatCode(kafka.availability::check).doesNotThrowAnyException();
            });
        }
    }

    private static String status(Administration kafka, Set<String> scopes) {
        return JSON.valueToTree(
                        kafka.status.status(scopes).toCompletableFuture().join())
                .toString();
    }

    /** Returns the settings that application.yaml makes of environment variables. */
    private static Map<String, String> bound(Map<String, String> variables) {
        Map<String, String> bound = new HashMap<>();
        variables.forEach((name, value) -> bound.put(
                "gateway.kafka."
                        + name.substring("KAFKA_".length())
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '-'),
                value));
        bound.put("gateway.kafka.embedded.port", "0");
        return bound;
    }
}
