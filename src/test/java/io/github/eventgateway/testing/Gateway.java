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
     * Starts a gateway, and waits until it is ready.
     *
     * @param data the data folder
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

    /**
     * Starts a gateway as {@link #start} does, for tests of pages in a browser. It stores each record at once, and asks
     * Kafka less often for new ones, because six consumers that ask 20 times a second take CPU time from the browser.
     */
    public static Gateway startForPages(Path data, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("gateway.store.consumers", "1");
        all.put("gateway.store.fetch-min-bytes", "1");
        all.put("gateway.store.fetch-max-wait-ms", "500");
        return start(data, all);
    }

    /** Returns a request to the API, with a token of all scopes unless the test sets another one. */
    public Call call(String method, String path) {
        return new Call(this, method, path, port);
    }

    public Reply get(String path) {
        return call("GET", path).send();
    }

    public Reply post(String path, String json) {
        return call("POST", path).json(json).send();
    }

    /** Requests health or metrics from the management port. */
    public Reply observe(String path) {
        return new Call(this, "GET", path, managementPort).token(null).send();
    }

    /** Requests the complete health, which is not part of the contract. */
    public Reply health() {
        return new Call(this, "GET", "/observe/health", managementPort)
                .token(null)
                .sendUnheld();
    }

    /** Returns the port of the API. */
    public int port() {
        return port;
    }

    /** Returns the management port. */
    public int managementPort() {
        return managementPort;
    }

    /** Returns the records of its broker. */
    public Records records() {
        return new Records(context.getBean(KafkaConnection.class).brokers());
    }

    /** Returns its database. */
    public JdbcTemplate database() {
        return context.getBean(JdbcTemplate.class);
    }

    /** Returns a bean, for state that is not visible from outside. */
    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** Returns whether it still runs. */
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
