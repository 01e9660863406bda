package io.github.eventgateway.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.kafka.KafkaConnection;
import io.github.eventgateway.kafka.KafkaSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

class EmbeddedBrokerTest {

    @TempDir
    private Path folder;

    @Test
    void theRecordsOfOneRunAreThereInTheNext() throws Exception {
        try (Running first = start(0)) {
            try (Admin admin = Admin.create(first.connection().clientProperties())) {
                admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1)))
                        .all()
                        .get();
            }
            send(first.connection(), "kept", "still here");
        }
        Path data = Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Running second = start(0)) {
            assertThat(read(second.connection(), "kept")).containsExactly("still here");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
                    .as("others cannot enter the folder of an earlier version")
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void givenAKilledProcess_whenStartedAgain_thenItsRecordsAreThere() throws Exception {
        Process process = fork();
        try {
            KafkaConnection connection = connection(portOf(process));
            try (Admin admin = Admin.create(connection.clientProperties())) {
                admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1)))
                        .all()
                        .get();
            }
            send(connection, "kept", "acknowledged");
        } finally {
            process.destroyForcibly().waitFor();
        }

        try (Running again = start(0)) {
            assertThat(read(again.connection(), "kept")).containsExactly("acknowledged");
        }
    }

    @Test
    void itCreatesNoTopicAutomatically() throws Exception {
        try (Running broker = start(0);
                Admin admin = Admin.create(broker.connection().clientProperties());
                KafkaProducer<byte[], byte[]> producer = producer(broker.connection(), Map.of("max.block.ms", "500"))) {
            assertThatThrownBy(() -> producer.send(new ProducerRecord<>("typo", new byte[1]))
                            .get())
                    .hasMessageContaining("typo");
            assertThat(admin.listTopics().names().get()).doesNotContain("typo");
        }
    }

    @Test
    void givenATakenPort_thenTheStartFailsWithAMessage() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> start(taken.getLocalPort()))
                    .hasRootCauseInstanceOf(IOException.class)
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("Port " + taken.getLocalPort() + " on 127.0.0.1")
                    .hasMessageContaining("KAFKA_EMBEDDED_PORT");
        }
        assertThat(Files.exists(folder.resolve("meta.properties"))).isFalse();
    }

    @Test
    void givenExternalBrokers_thenNothingIsStarted() {
        EmbeddedBroker broker = broker(Map.of("gateway.kafka.brokers", "elsewhere:9092"));
        broker.start();
        assertThat(broker.isRunning()).isFalse();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void givenKafkaSwitchedOff_thenNothingIsStarted() {
        EmbeddedBroker broker = broker(Map.of("gateway.kafka.enabled", "false"));
        broker.start();
        assertThat(broker.isRunning()).isFalse();
    }

    /** The program of {@link #fork}: a broker that runs until it is killed. */
    static final class Forked {

        public static void main(String[] args) {
            EmbeddedBrokerTest test = new EmbeddedBrokerTest();
            test.folder = Path.of(args[0]);
            System.out.println("port " + test.start(0).connection().embeddedPort());
        }
    }

    private static int portOf(Process process) throws IOException {
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("port ")) {
                return Integer.parseInt(line.substring("port ".length()));
            }
        }
        throw new IOException("The forked broker ended before it listened");
    }

    private Process fork() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Forked.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
    }

    private record Running(EmbeddedBroker broker, KafkaConnection connection) implements AutoCloseable {

        @Override
        public void close() {
            broker.stop();
        }
    }

    private Running start(int port) {
        KafkaConnection connection = connection(port);
        EmbeddedBroker broker = new EmbeddedBroker(connection, settings(Map.of("gateway.kafka.embedded.port", port)));
        broker.start();
        return new Running(broker, connection);
    }

    private EmbeddedBroker broker(Map<String, ?> settings) {
        return new EmbeddedBroker(connection(settings), settings(settings));
    }

    private KafkaConnection connection(int port) {
        return connection(Map.of("gateway.kafka.embedded.port", port));
    }

    private KafkaConnection connection(Map<String, ?> settings) {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.registerBean(KafkaSettings.class, () -> settings(settings));
            context.register(KafkaConnection.class);
            context.refresh();
            return context.getBean(KafkaConnection.class);
        }
    }

    private KafkaSettings settings(Map<String, ?> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("gateway.kafka.embedded.directory", folder.toString());
        return new Binder(new MapConfigurationPropertySource(all))
                .bind("gateway.kafka", KafkaSettings.class)
                .get();
    }

    private static KafkaProducer<byte[], byte[]> producer(KafkaConnection connection, Map<String, String> more) {
        Map<String, Object> properties = new HashMap<>(connection.clientProperties());
        properties.putAll(more);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void send(KafkaConnection connection, String topic, String value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(connection, Map.of())) {
            producer.send(new ProducerRecord<>(topic, value.getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
    }

    private static List<String> read(KafkaConnection connection, String topic) {
        Map<String, Object> properties = new HashMap<>(connection.clientProperties());
        properties.put("auto.offset.reset", "earliest");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            List<String> values = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(10))) {
                values.add(new String(record.value(), StandardCharsets.UTF_8));
            }
            return values;
        }
    }
}
