package io.github.eventgateway.kafka;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where Kafka is, how to reach it, and how topics are made.
 *
 * @param enabled false: no route touches Kafka, and publishing is answered 503
 * @param brokers {@code host:port,…}; empty means a broker inside this process
 * @param securityProtocol PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL
 * @param saslMechanism PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512; needed by the two SASL protocols
 * @param saslUsername the user of the SASL protocols
 * @param saslPassword that user's password
 * @param sslCaFile a PEM file of the authorities to trust; empty trusts those of the JVM
 * @param sslCertificateFile a PEM file of the gateway's own certificate chain; empty shows none
 * @param sslKeyFile a PEM file (PKCS #8) of that certificate's key
 * @param sslKeyPassword the password of an encrypted key
 * @param sslEndpointIdentification {@code https} compares a broker's name with its certificate, empty does not
 * @param topics how topics are made that are missing
 * @param embedded the broker inside this process
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
     * How topics are made that are missing, at the start or since Kafka lost them; an existing topic is never altered.
     *
     * @param partitions the number of partitions
     * @param replication the number of copies; at most as many as there are brokers
     * @param retention how long events are kept
     * @param maxBytes the largest record of an event topic; smaller than that of a dead-letter topic
     * @param deadLetterRetention how long dead letters are kept
     * @param deadLetterMaxBytes the largest record of a dead-letter topic
     * @param startWait how long the start waits for them to be there
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
     * The broker inside this process.
     *
     * @param directory the folder of its logs
     * @param port its port on the loopback address; 0 takes a free one
     */
    public record Embedded(
            @DefaultValue("data/kafka") Path directory,
            @DefaultValue("9092") int port) {}

    /** Without the passwords, since settings end up in logs. */
    @Override
    public String toString() {
        return "KafkaSettings[enabled=%s, brokers=%s, securityProtocol=%s, saslMechanism=%s, saslUsername=%s]"
                .formatted(enabled, brokers, securityProtocol, saslMechanism, saslUsername);
    }
}
