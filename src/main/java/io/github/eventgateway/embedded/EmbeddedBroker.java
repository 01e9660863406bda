package io.github.eventgateway.embedded;

import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.kafka.KafkaConnection;
import io.github.eventgateway.kafka.KafkaSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * A real KRaft broker in this process, used if no other broker is configured. It listens only on the loopback address,
 * starts before all users of Kafka, and stops after them.
 */
@Component
class EmbeddedBroker implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final int NODE = 1;
    private static final String HOST = "127.0.0.1";

    private final KafkaConnection connection;
    private final Path directory;
    private volatile KafkaRaftServer server;

    EmbeddedBroker(KafkaConnection connection, KafkaSettings settings) {
        this.connection = connection;
        this.directory = settings.embedded().directory().toAbsolutePath().normalize();
    }

    /** Returns when the broker accepts requests. Does nothing with external brokers. */
    @Override
    public synchronized void start() {
        if (!connection.isEmbedded() || server != null) {
            return;
        }
        int port = connection.embeddedPort();
        requireFree(port);
        try {
            Files.createDirectories(directory, OwnerOnly.folder());
            OwnerOnly.restrict(directory);
            KafkaConfig config = new KafkaConfig(properties(port, freePort()), false);
            if (!Files.exists(directory.resolve("meta.properties"))) {
                format();
            }
            KafkaRaftServer starting = new KafkaRaftServer(config, Time.SYSTEM);
            startUp(starting);
            server = starting;
            LOG.info("The embedded Kafka broker listens on {}:{} and keeps its data in {}", HOST, port, directory);
        } catch (Exception e) {
            throw new StartupException(
                    "The embedded Kafka broker cannot start with the folder " + directory + " (" + e
                            + "): repair or move that folder, or set KAFKA_BROKERS to use another broker",
                    e);
        }
    }

    private static void startUp(KafkaRaftServer starting) {
        try {
            starting.startup();
        } catch (RuntimeException e) {
            // The threads of a partial start would keep the process alive.
            starting.shutdown();
            throw e;
        }
    }

    @Override
    public synchronized void stop() {
        KafkaRaftServer stopping = server;
        server = null;
        if (stopping != null) {
            stopping.shutdown();
            stopping.awaitShutdown();
        }
    }

    @Override
    public boolean isRunning() {
        return server != null;
    }

    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }

    private void format() throws Exception {
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
                .setNodeId(NODE)
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(directory.toString())
                .setClusterId(Uuid.randomUuid().toString())
                .addDirectory(directory.toString())
                .run();
    }

    /**
     * Settings for one machine and a shared heap: few threads, small buffers, few partitions of the internal topics.
     */
    private Map<String, String> properties(int port, int controllerPort) {
        Map<String, String> made = new HashMap<>();
        made.put("process.roles", "broker,controller");
        made.put("node.id", String.valueOf(NODE));
        made.put("controller.quorum.voters", NODE + "@" + HOST + ":" + controllerPort);
        made.put("controller.listener.names", "CONTROLLER");
        made.put("listeners", "PLAINTEXT://%s:%d,CONTROLLER://%s:%d".formatted(HOST, port, HOST, controllerPort));
        made.put("advertised.listeners", "PLAINTEXT://%s:%d".formatted(HOST, port));
        made.put("log.dirs", directory.toString());
        // After a crash the controller accepts the broker again only after this time.
        made.put("broker.session.timeout.ms", "3000");
        made.put("broker.heartbeat.interval.ms", "500");
        made.put("auto.create.topics.enable", "false");
        made.put("message.max.bytes", "4194304");
        made.put("replica.fetch.max.bytes", "4194304");
        made.put("log.segment.bytes", "268435456");
        made.put("log.index.size.max.bytes", "1048576");
        made.put("log.cleaner.dedupe.buffer.size", "4194304");
        made.put("log.cleaner.io.buffer.size", "65536");
        made.put("num.network.threads", "2");
        made.put("num.io.threads", "4");
        made.put("background.threads", "2");
        made.put("num.recovery.threads.per.data.dir", "2");
        made.put("group.initial.rebalance.delay.ms", "0");
        made.put("offsets.topic.num.partitions", "5");
        made.put("offsets.topic.replication.factor", "1");
        made.put("transaction.state.log.num.partitions", "2");
        made.put("transaction.state.log.replication.factor", "1");
        made.put("transaction.state.log.min.isr", "1");
        return made;
    }

    private static void requireFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(HOST), port));
        } catch (IOException e) {
            throw new StartupException(
                    "Port " + port + " on " + HOST
                            + " for the embedded Kafka broker is in use: stop the process that uses it, "
                            + "set KAFKA_EMBEDDED_PORT to another port, or set KAFKA_BROKERS to "
                            + "use another broker",
                    e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        }
    }
}
