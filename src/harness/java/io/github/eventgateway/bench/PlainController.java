package io.github.eventgateway.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.testing.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.Environment;
import org.springframework.http.ResponseEntity;
import org.springframework.util.FileSystemUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * A hand-written comparison without any checks: a Spring controller and a Kafka producer in its own process, with the
 * same heap as the gateway.
 */
final class PlainController implements AutoCloseable {

    private final Path folder;
    private final int port = ChildProcess.freePort();
    private final ChildProcess process;

    PlainController(Options options, String brokers) {
        try {
            folder = Files.createTempDirectory("plain-controller");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process = ChildProcess.start(
                List.of(
                        options.java().resolve("bin/java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Application.class.getName(),
                        "--spring.profiles.active=" + Application.PROFILE,
                        "--server.port=" + port,
                        "--server.address=127.0.0.1",
                        "--logging.level.root=warn",
                        "--brokers=" + brokers),
                folder,
                Map.of());
        Awaitility.await("controller").atMost(Duration.ofMinutes(1)).until(this::isReady);
    }

    private boolean isReady() {
        if (!process.isAlive()) {
            throw new IllegalStateException("The controller ended: " + process.output());
        }
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url("/ready")).toURL().openConnection();
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.kill();
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ImportAutoConfiguration({
        TomcatServletWebServerAutoConfiguration.class,
        DispatcherServletAutoConfiguration.class,
        WebMvcAutoConfiguration.class,
        HttpMessageConvertersAutoConfiguration.class,
        JacksonAutoConfiguration.class
    })
    @Profile(Application.PROFILE)
    @RestController
    static class Application {

        /** Without this profile the gateway of a test, which scans these packages, would find the controller. */
        private static final String PROFILE = "plain-controller";

        private final ObjectMapper json;
        private final KafkaProducer<byte[], byte[]> producer;

        Application(ObjectMapper json, Environment environment) {
            this.json = json;
            this.producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", environment.getRequiredProperty("brokers"), "acks", "all"),
                    new ByteArraySerializer(),
                    new ByteArraySerializer());
        }

        public static void main(String[] arguments) {
            SpringApplication.run(Application.class, arguments);
        }

        @GetMapping("/ready")
        String ready() {
            return "yes";
        }

        @PostMapping("/events")
        CompletableFuture<ResponseEntity<Map<String, Object>>> take(@RequestBody JsonNode event)
                throws JsonProcessingException {
            CompletableFuture<ResponseEntity<Map<String, Object>>> answer = new CompletableFuture<>();
            byte[] key = event.at("/data/user_id").asText().getBytes(StandardCharsets.UTF_8);
            producer.send(new ProducerRecord<>("user_events", key, json.writeValueAsBytes(event)), (at, failure) -> {
                if (failure == null) {
                    answer.complete(
                            ResponseEntity.accepted().body(Map.of("partition", at.partition(), "offset", at.offset())));
                } else {
                    answer.completeExceptionally(failure);
                }
            });
            return answer;
        }
    }
}
