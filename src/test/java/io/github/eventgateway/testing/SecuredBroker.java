package io.github.eventgateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.config.ConfigResource;
import org.springframework.util.FileSystemUtils;

/**
 * A broker that requires a password or a certificate, and permits only what an ACL permits. It has a listener for each
 * login method, valid or invalid. Its certificates are created at the start. Only the direct listener for the test is
 * open, and its users may do everything.
 */
public final class SecuredBroker implements AutoCloseable {

    /** The listeners with a working login. */
    public static final String SCRAM = "SCRAM";

    public static final String PLAIN = "PLAIN";
    public static final String MUTUAL = "MUTUAL";

    /** As {@link #SCRAM}, with an invalid certificate. */
    public static final String EXPIRED = "EXPIRED";

    /** As {@link #EXPIRED}, for a test that {@linkplain #mend mends} it: the broker applies a change later. */
    public static final String RENEWED = "RENEWED";

    public static final String FOREIGN = "FOREIGN";
    public static final String MISNAMED = "MISNAMED";

    public static final String USER = "event-gateway";

    /** No other text in the output of a gateway looks like it. */
    public static final String PASSWORD = "p4ss\"w0rd\\of-the-gateway";

    private static final int ITERATIONS = 4096;

    private final Path folder;
    private final Authority authority;
    private final Authority stranger;
    private final BrokerProcess process;
    private final Admin admin;

    private SecuredBroker(Path folder) {
        this.folder = folder;
        this.authority = new Authority(folder, "authority");
        this.stranger = new Authority(folder, "stranger");
        this.process = BrokerProcess.start(settings(), listeners());
        this.admin = Admin.create(Map.of("bootstrap.servers", process.direct()));
        password(PASSWORD);
    }

    /** Starts it with the user {@link #USER}, who has no permissions yet. */
    public static SecuredBroker start() {
        try {
            return new SecuredBroker(Files.createTempDirectory("secured-broker"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> listeners() {
        Map<String, String> listeners = new TreeMap<>();
        List.of(SCRAM, PLAIN, EXPIRED, RENEWED, FOREIGN, MISNAMED).forEach(name -> listeners.put(name, "SASL_SSL"));
        listeners.put(MUTUAL, "SSL");
        return listeners;
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        settings.put("super.users", "User:ANONYMOUS");
        settings.put("auto.create.topics.enable", "false");
        Authority.Identity good = authority.identity("broker");
        Map.of(
                        SCRAM,
                        good,
                        PLAIN,
                        good,
                        MUTUAL,
                        good,
                        EXPIRED,
                        authority.expired("broker"),
                        RENEWED,
                        authority.expired("broker"),
                        FOREIGN,
                        stranger.identity("broker"),
                        MISNAMED,
                        authority.misnamed("broker"))
                .forEach((listener, shown) -> settings.putAll(certificate(listener, shown)));
        List.of(SCRAM, EXPIRED, RENEWED, FOREIGN, MISNAMED).forEach(listener -> {
            settings.put(prefix(listener) + "sasl.enabled.mechanisms", "SCRAM-SHA-512");
            settings.put(
                    prefix(listener) + "scram-sha-512.sasl.jaas.config",
                    "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        });
        settings.put(prefix(PLAIN) + "sasl.enabled.mechanisms", "PLAIN");
        settings.put(
                prefix(PLAIN) + "plain.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required user_" + USER + "=\""
                        + PASSWORD.replace("\\", "\\\\").replace("\"", "\\\"") + "\";");
        settings.put(prefix(MUTUAL) + "ssl.client.auth", "required");
        settings.put(prefix(MUTUAL) + "ssl.truststore.type", "PEM");
        settings.put(
                prefix(MUTUAL) + "ssl.truststore.location",
                authority.certificate().toString());
        settings.put(prefix(MUTUAL) + "ssl.principal.mapping.rules", "RULE:^CN=([^,]+)$/$1/");
        return settings;
    }

    private static Map<String, String> certificate(String listener, Authority.Identity shown) {
        return Map.of(
                prefix(listener) + "ssl.keystore.type",
                "PEM",
                prefix(listener) + "ssl.keystore.location",
                shown.both().toString());
    }

    private static String prefix(String listener) {
        return "listener.name." + listener.toLowerCase(java.util.Locale.ROOT) + ".";
    }

    /** Returns the settings of a gateway for this listener, as the user {@link #USER}. */
    public Map<String, String> settings(String listener) {
        Map<String, String> settings = new HashMap<>();
        // A refused consumer cannot leave its group, and the consumers of the next test would wait for it.
        settings.put("KAFKA_SESSION_TIMEOUT_MS", "10000");
        settings.put("KAFKA_BROKERS", process.brokers(listener));
        settings.put("KAFKA_SSL_CA_FILE", authority.certificate().toString());
        if (listener.equals(MUTUAL)) {
            settings.put("KAFKA_SECURITY_PROTOCOL", "SSL");
            settings.putAll(shown(authority.identity(USER)));
        } else {
            settings.put("KAFKA_SECURITY_PROTOCOL", "SASL_SSL");
            settings.put("KAFKA_SASL_MECHANISM", listener.equals(PLAIN) ? "PLAIN" : "SCRAM-SHA-512");
            settings.put("KAFKA_SASL_USERNAME", USER);
            settings.put("KAFKA_SASL_PASSWORD", PASSWORD);
        }
        return settings;
    }

    /** Returns the settings of a gateway that shows this certificate. */
    public static Map<String, String> shown(Authority.Identity identity) {
        return Map.of(
                "KAFKA_SSL_CERTIFICATE_FILE",
                identity.certificate().toString(),
                "KAFKA_SSL_KEY_FILE",
                identity.key().toString());
    }

    /** Returns the authority that broker and gateways trust. */
    public Authority authority() {
        return authority;
    }

    /** Returns an authority that neither trusts. */
    public Authority stranger() {
        return stranger;
    }

    /** Sets the password of {@link #USER}. */
    public void password(String password) {
        password(USER, password);
    }

    /** Sets the password of this user, and creates the user if necessary. */
    public void password(String user, String password) {
        done(admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                        user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS), password)))
                .all());
    }

    /** Makes this listener show a valid certificate from now on, without a restart. */
    public void mend(String listener) {
        ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
        done(admin.incrementalAlterConfigs(Map.of(
                        broker,
                        certificate(listener, authority.identity("broker")).entrySet().stream()
                                .map(setting -> new AlterConfigOp(
                                        new ConfigEntry(setting.getKey(), setting.getValue()),
                                        AlterConfigOp.OpType.SET))
                                .collect(Collectors.toList())))
                .all());
    }

    public void permit(List<AclBinding> bindings) {
        done(admin.createAcls(bindings).all());
    }

    public void forbid(List<AclBinding> bindings) {
        done(admin.deleteAcls(bindings.stream().map(AclBinding::toFilter).toList())
                .all());
    }

    /** Returns all permissions. */
    public List<AclBinding> permitted() {
        return List.copyOf(done(admin.describeAcls(AclBindingFilter.ANY).values()));
    }

    /** Returns the names of all topics except Kafka's own. */
    public List<String> topics() {
        return done(admin.listTopics().names()).stream().sorted().toList();
    }

    /** Returns the records as a user with all permissions reads them. */
    public Records records() {
        return Records.of(process.direct());
    }

    public BrokerProcess process() {
        return process;
    }

    public Admin admin() {
        return admin;
    }

    private static <T> T done(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        admin.close();
        process.close();
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
