package io.github.eventgateway.testing;

import io.github.eventgateway.GatewayApplication;
import io.github.eventgateway.contract.Contract;
import io.github.eventgateway.kafka.KafkaConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A complete gateway in this JVM, on free ports, with {@code application.yaml} and {@code routes/} of the working
 * directory, and with the given settings. Every answer to this class is compared with the contract.
 */
public final class Gateway implements AutoCloseable {

    private static final Contract CONTRACT = Contract.load();
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(90);

    private final ConfigurableApplicationContext context;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final int port;
    private final int managementPort;

    private Gateway(ConfigurableApplicationContext context) {
        this.context = context;
        this.port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
        this.managementPort = context.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
    }

    /**
     * Starts a gateway; returns when it serves.
     *
     * @param data the folder of what it keeps itself
     * @param settings environment variables such as {@code KAFKA_BROKERS}, or keys of application.yaml
     */
    public static Gateway start(Path data, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>();
        all.put("GATEWAY_DATA_DIRECTORY", data.toString());
        all.put("HTTP_PORT", "0");
        all.put("MANAGEMENT_PORT", "0");
        all.put("KAFKA_EMBEDDED_PORT", "0");
        all.put("JWT_SECRET", Token.SECRET);
        all.put("AUDIT_SECRET", Token.SECRET);
        all.put("LOG_LEVEL", "warn");
        all.putAll(settings);
        String[] arguments = all.entrySet().stream()
                .map(entry -> "--" + entry.getKey() + "=" + entry.getValue())
                .toArray(String[]::new);
        return new Gateway(new SpringApplication(GatewayApplication.class).run(arguments));
    }

    /** A request to the API, with a token of all scopes unless it is told another. */
    public Call call(String method, String path) {
        return new Call(this, method, path, port);
    }

    public Reply get(String path) {
        return call("GET", path).send();
    }

    public Reply post(String path, String json) {
        return call("POST", path).json(json).send();
    }

    /** Health and metrics, where they are served apart from the API. */
    public Reply observe(String path) {
        return new Call(this, "GET", path, managementPort).token(null).send();
    }

    /** Health as a whole, which the contract leaves to those who operate the gateway. */
    public Reply health() {
        return new Call(this, "GET", "/observe/health", managementPort)
                .token(null)
                .sendUnheld();
    }

    /** The port of the API. */
    public int port() {
        return port;
    }

    /** The port of health and metrics. */
    public int managementPort() {
        return managementPort;
    }

    /** The records of the broker that this gateway uses. */
    public Records records() {
        return new Records(context.getBean(KafkaConnection.class).brokers());
    }

    /** The database that this gateway uses. */
    public JdbcTemplate database() {
        return context.getBean(JdbcTemplate.class);
    }

    /** A bean of the gateway, for what cannot be seen from outside. */
    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** Whether it is there to be stopped: false once it has been. */
    public boolean isRunning() {
        return context.isRunning();
    }

    @Override
    public void close() {
        context.close();
    }

    HttpClient client() {
        return client;
    }

    HttpRequest.Builder request(int to, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + to + path))
                .timeout(ANSWER_LIMIT);
    }

    Reply held(String method, String path, Reply reply) {
        CONTRACT.check(
                method,
                path,
                reply.status(),
                reply.header("Content-Type"),
                reply.headers().map(),
                reply.body());
        return reply;
    }
}
