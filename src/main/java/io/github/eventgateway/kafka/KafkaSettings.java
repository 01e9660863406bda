package io.github.eventgateway.kafka;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The connection to Kafka, and the topics that the gateway creates.
 *
 * @param enabled Whether routes use Kafka. With {@code false} no route uses it, and publishing is answered with 503.
 * @param brokers Brokers as {@code host:port,…}. If it is empty, a broker starts in this process.
 * @param securityProtocol {@code PLAINTEXT}, {@code SSL}, {@code SASL_PLAINTEXT} or {@code SASL_SSL}.
 * @param saslMechanism {@code PLAIN}, {@code SCRAM-SHA-256} or {@code SCRAM-SHA-512}. The two SASL protocols need it.
 * @param saslUsername User of the SASL protocols.
 * @param saslPassword Password of that user.
 * @param sslCaFile PEM file with the certificate authorities to trust. If it is empty, those of the JVM are trusted.
 * @param sslCertificateFile PEM file with the certificate chain of the gateway. If it is empty, the gateway presents no
 *     certificate.
 * @param sslKeyFile PEM file (PKCS #8) with the key of that certificate.
 * @param sslKeyPassword Password of that key if it is encrypted.
 * @param sslEndpointIdentification With {@code https} the name of a broker is compared with its certificate. An empty
 *     value switches this off.
 * @param topics settings of created topics
 * @param embedded the embedded broker
 */
@ConfigurationProperties("gateway.kafka")
public record KafkaSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("") String brokers,
        @DefaultValue("PLAINTEXT") String securityProtocol,
        @DefaultValue("") String saslMechanism,
        @DefaultValue("") String saslUsername,
        @DefaultValue("") String saslPassword,
        @DefaultValue("") String sslCaFile,
        @DefaultValue("") String sslCertificateFile,
        @DefaultValue("") String sslKeyFile,
        @DefaultValue("") String sslKeyPassword,
        @DefaultValue("https") String sslEndpointIdentification,
        @DefaultValue Topics topics,
        @DefaultValue Embedded embedded) {

    /**
     * Settings of the topics that the gateway creates.
     *
     * @param partitions Partitions of topics that the gateway creates. It creates missing topics at the start, and
     *     again if Kafka loses them. It never changes an existing topic.
     * @param replication Replicas of topics that the gateway creates, at most as many as there are brokers.
     * @param retention Time for which Kafka keeps events in topics that the gateway creates.
     * @param maxBytes Maximum size of a record in topics that the gateway creates. It must be smaller than
     *     {@code dead-letter-max-bytes}.
     * @param deadLetterRetention Time for which Kafka keeps dead letters.
     * @param deadLetterMaxBytes Maximum size of a record in dead-letter topics, which hold the record and the reason of
     *     its failure.
     * @param startWait Maximum time that the start waits for the topics. Then the gateway creates them in the
     *     background.
     */
    public record Topics(
            @DefaultValue("3") int partitions,
            @DefaultValue("1") short replication,
            @DefaultValue("7d") Duration retention,
            @DefaultValue("1048576") int maxBytes,
            @DefaultValue("90d") Duration deadLetterRetention,
            @DefaultValue("2097152") int deadLetterMaxBytes,
            @DefaultValue("10s") Duration startWait) {}

    /**
     * The embedded broker.
     *
     * @param directory Folder of the embedded broker.
     * @param port Port of the embedded broker on 127.0.0.1. {@code 0} uses a free port.
     */
    public record Embedded(
            @DefaultValue("data/kafka") Path directory,
            @DefaultValue("9092") int port) {}

    /** Settings are logged, so the text must not contain the passwords. */
    @Override
    public String toString() {
        return "KafkaSettings[enabled=%s, brokers=%s, securityProtocol=%s, saslMechanism=%s, saslUsername=%s]"
                .formatted(enabled, brokers, securityProtocol, saslMechanism, saslUsername);
    }
}
