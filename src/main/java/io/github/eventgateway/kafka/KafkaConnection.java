package io.github.eventgateway.kafka;

import io.github.eventgateway.api.RootCause;
import io.github.eventgateway.api.StartupException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.network.ConnectionMode;
import org.apache.kafka.common.security.ssl.SslFactory;
import org.springframework.stereotype.Component;

/** The connection settings that producers, consumers and admin clients share. Immutable; any thread. */
@Component
public class KafkaConnection {

    private static final List<String> PROTOCOLS = List.of("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL");
    private static final List<String> MECHANISMS = List.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512");

    /** After this time without an answer of the known brokers, a client uses the configured addresses again. */
    private static final long REBOOTSTRAP_MS = 10_000;

    private final boolean embedded;
    private final int embeddedPort;
    private final String brokers;
    private final Map<String, Object> properties;

    /**
     * @throws StartupException if a setting is missing or unknown, or names a file that cannot be read
     */
    KafkaConnection(KafkaSettings settings) {
        embedded = settings.enabled() && settings.brokers().isBlank();
        embeddedPort = settings.embedded().port() == 0
                ? freePort()
                : settings.embedded().port();
        brokers = settings.brokers().isBlank()
                ? "127.0.0.1:" + embeddedPort
                : settings.brokers().trim();
        Map<String, Object> made = new LinkedHashMap<>();
        made.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, brokers);
        // A client finds brokers that returned under other addresses through the configured names.
        made.put(CommonClientConfigs.METADATA_RECOVERY_STRATEGY_CONFIG, "rebootstrap");
        made.put(CommonClientConfigs.METADATA_RECOVERY_REBOOTSTRAP_TRIGGER_MS_CONFIG, REBOOTSTRAP_MS);
        if (!settings.brokers().isBlank()) {
            addSecurity(settings, made);
        }
        properties = Collections.unmodifiableMap(made);
    }

    /**
     * Returns the properties that every Kafka client of the gateway needs: brokers and credentials. Secrets are
     * {@link Password}s, which print as {@code [hidden]}, so do not convert them to text.
     */
    public Map<String, Object> clientProperties() {
        return properties;
    }

    /** Returns the configured brokers, {@code host:port,…}. */
    public String brokers() {
        return brokers;
    }

    /** Returns whether the broker is embedded in this process. */
    public boolean isEmbedded() {
        return embedded;
    }

    /** Returns the port of the embedded broker on the loopback address. */
    public int embeddedPort() {
        return embeddedPort;
    }

    @Override
    public String toString() {
        return "KafkaConnection" + properties;
    }

    private static void addSecurity(KafkaSettings settings, Map<String, Object> made) {
        String protocol = oneOf("KAFKA_SECURITY_PROTOCOL", settings.securityProtocol(), PROTOCOLS);
        made.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, protocol);
        if (protocol.startsWith("SASL")) {
            String mechanism = oneOf("KAFKA_SASL_MECHANISM", settings.saslMechanism(), MECHANISMS);
            made.put(SaslConfigs.SASL_MECHANISM, mechanism);
            made.put(SaslConfigs.SASL_JAAS_CONFIG, new Password(jaas(mechanism, settings)));
        }
        if (protocol.endsWith("SSL")) {
            addSsl(settings, made);
        }
    }

    private static String jaas(String mechanism, KafkaSettings settings) {
        if (settings.saslUsername().isEmpty() || settings.saslPassword().isEmpty()) {
            throw new StartupException("KAFKA_SECURITY_PROTOCOL is " + settings.securityProtocol()
                    + ", which needs KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD: set both");
        }
        String module = mechanism.equals("PLAIN")
                ? "org.apache.kafka.common.security.plain.PlainLoginModule"
                : "org.apache.kafka.common.security.scram.ScramLoginModule";
        return "%s required username=%s password=%s;"
                .formatted(module, quoted(settings.saslUsername()), quoted(settings.saslPassword()));
    }

    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static void addSsl(KafkaSettings settings, Map<String, Object> made) {
        made.put(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG, settings.sslEndpointIdentification());
        if (!settings.sslCaFile().isEmpty()) {
            made.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PEM");
            made.put(
                    SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG,
                    new Password(read("KAFKA_SSL_CA_FILE", settings.sslCaFile())));
        }
        if (settings.sslCertificateFile().isEmpty() != settings.sslKeyFile().isEmpty()) {
            throw new StartupException(
                    "KAFKA_SSL_CERTIFICATE_FILE and KAFKA_SSL_KEY_FILE belong together: set both, or neither");
        }
        if (!settings.sslCertificateFile().isEmpty()) {
            made.put(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, "PEM");
            made.put(
                    SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG,
                    new Password(read("KAFKA_SSL_CERTIFICATE_FILE", settings.sslCertificateFile())));
            made.put(
                    SslConfigs.SSL_KEYSTORE_KEY_CONFIG,
                    new Password(read("KAFKA_SSL_KEY_FILE", settings.sslKeyFile())));
            if (!settings.sslKeyPassword().isEmpty()) {
                made.put(SslConfigs.SSL_KEY_PASSWORD_CONFIG, new Password(settings.sslKeyPassword()));
            }
        }
        check(made);
    }

    /** Reports unusable settings at the start. A client would report them with a stack trace, again and again. */
    private static void check(Map<String, Object> made) {
        try (SslFactory factory = new SslFactory(ConnectionMode.CLIENT)) {
            factory.configure(new AdminClientConfig(made).values());
        } catch (KafkaException e) {
            throw new StartupException(
                    "The files in KAFKA_SSL_* are not usable: "
                            + RootCause.of(e).getMessage()
                            + ". KAFKA_SSL_CA_FILE and KAFKA_SSL_CERTIFICATE_FILE must be PEM files with "
                            + "certificates. KAFKA_SSL_KEY_FILE must be a PEM file with a PKCS "
                            + "#8 key; set KAFKA_SSL_KEY_PASSWORD if it is encrypted",
                    e);
        }
    }

    private static String oneOf(String name, String value, List<String> allowed) {
        if (!allowed.contains(value)) {
            throw new StartupException(name + " is '" + value + "': write one of " + String.join(", ", allowed));
        }
        return value;
    }

    private static String read(String name, String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException | RuntimeException e) {
            throw new StartupException(name + " is '" + file + "', which cannot be read: set it to a PEM file", e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
