package io.github.eventgateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.testing.Authority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class KafkaConnectionTest {

    private static final Map<String, String> SASL = Map.of(
            "brokers", "a:9092,b:9092",
            "security-protocol", "SASL_PLAINTEXT",
            "sasl-mechanism", "SCRAM-SHA-512",
            "sasl-username", "gateway",
            "sasl-password", "pass\"word\\");

    @TempDir
    private Path folder;

    @Test
    void withNothingSetItIsTheEmbeddedBroker() {
        KafkaConnection connection = new KafkaConnection(settings(Map.of("embedded.port", "9192")));
        assertThat(connection.isEmbedded()).isTrue();
        assertThat(connection.clientProperties())
                .isEqualTo(Map.of(
                        "bootstrap.servers",
                        "127.0.0.1:9192",
                        "metadata.recovery.strategy",
                        "rebootstrap",
                        "metadata.recovery.rebootstrap.trigger.ms",
                        10_000L));
    }

    @Test
    void saslBecomesAJaasLineWithItsPasswordQuoted() {
        Map<String, Object> properties = new KafkaConnection(settings(SASL)).clientProperties();
        assertThat(properties)
                .containsEntry("bootstrap.servers", "a:9092,b:9092")
                .containsEntry("security.protocol", "SASL_PLAINTEXT")
                .containsEntry("sasl.mechanism", "SCRAM-SHA-512");
        assertThat(((Password) properties.get("sasl.jaas.config")).value())
                .isEqualTo("org.apache.kafka.common.security.scram.ScramLoginModule required"
                        + " username=\"gateway\" password=\"pass\\\"word\\\\\";");
    }

    @Test
    void nothingPrintsAPassword() {
        assertThat(settings(SASL).toString()).contains("gateway").doesNotContain("pass\"");
        assertThat(new KafkaConnection(settings(SASL)).toString())
                .contains("[hidden]")
                .doesNotContain("pass\"", "pass\\");
    }

    @Test
    void pemFilesAreReadIntoTheProperties() throws Exception {
        Authority authority = new Authority(folder, "authority");
        Authority.Identity identity = authority.identity("event-gateway");
        Path ca = authority.certificate();
        Path certificate = identity.certificate();
        Path key = identity.key();
        Map<String, Object> properties = new KafkaConnection(settings(Map.of(
                        "brokers", "a:9092",
                        "security-protocol", "SSL",
                        "ssl-ca-file", ca.toString(),
                        "ssl-certificate-file", certificate.toString(),
                        "ssl-key-file", key.toString())))
                .clientProperties();
        assertThat(properties)
                .containsEntry("ssl.truststore.type", "PEM")
                .containsEntry("ssl.truststore.certificates", new Password(Files.readString(ca)))
                .containsEntry("ssl.keystore.type", "PEM")
                .containsEntry("ssl.keystore.certificate.chain", new Password(Files.readString(certificate)))
                .containsEntry("ssl.keystore.key", new Password(Files.readString(key)))
                .containsEntry("ssl.endpoint.identification.algorithm", "https")
                .doesNotContainKey("ssl.key.password");
    }

    @Test
    void missingAndUnknownSettingsAreNamed() throws Exception {
        refused(Map.of("security-protocol", "TLS"), "KAFKA_SECURITY_PROTOCOL is 'TLS': write one of PLAINTEXT");
        refused(Map.of("security-protocol", "SASL_SSL"), "KAFKA_SASL_MECHANISM is ''");
        refused(Map.of("security-protocol", "SASL_SSL", "sasl-mechanism", "PLAIN"), "KAFKA_SASL_USERNAME");
        refused(
                Map.of("security-protocol", "SSL", "ssl-ca-file", "/no/such.pem"),
                "KAFKA_SSL_CA_FILE is '/no/such.pem'");
        refused(Map.of("security-protocol", "SSL", "ssl-key-file", "key.pem"), "belong together");
        Path noPem = Files.writeString(folder.resolve("no.pem"), "no certificate");
        refused(Map.of("security-protocol", "SSL", "ssl-ca-file", noPem.toString()), "KAFKA_SSL_* are not usable");
    }

    private static void refused(Map<String, String> some, String sentence) {
        Map<String, String> all = new HashMap<>(some);
        all.put("brokers", "a:9092");
        assertThatThrownBy(() -> new KafkaConnection(settings(all)))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining(sentence);
    }

    private static KafkaSettings settings(Map<String, String> some) {
        Map<String, String> all = new HashMap<>();
        some.forEach((name, value) -> all.put("k." + name, value));
        return new Binder(new MapConfigurationPropertySource(all)).bindOrCreate("k", KafkaSettings.class);
    }
}
