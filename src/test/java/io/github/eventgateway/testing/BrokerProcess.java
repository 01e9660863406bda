package io.github.eventgateway.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.awaitility.Awaitility;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * A KRaft broker in its own JVM. A test can freeze, kill and restart it on the same port with the same data. It ends
 * with the JVM that started it.
 */
public final class BrokerProcess implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    /** Only for the formatting process; the broker does not know this setting. */
    private static final String CLUSTER_ID = "test.cluster.id";

    /** A setting for {@link #start(Map)}: JVM options of the broker, separated by blanks. */
    public static final String JVM_OPTIONS = "test.jvm.options";

    /** A setting for {@link #start(Map)}: the class path of another Kafka version, including this class. */
    public static final String CLASS_PATH = "test.class.path";

    /** These options make the start fast. For high throughput set others. */
    private static final String SMALL =
            System.getProperty("broker.jvm.options", "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1");

    private final Path folder;
    private int port;
    private int directPort;
    private final Map<String, Integer> more;
    private final Thread atExit = new Thread(this::kill);
    private String jvmOptions = SMALL;
    private String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    private Process process;

    private BrokerProcess(Path folder, int port, int directPort, Map<String, Integer> more) {
        this.folder = folder;
        this.port = port;
        this.directPort = directPort;
        this.more = more;
    }

    /** Starts a broker on free ports of the loopback address, and waits until it is ready. */
    public static BrokerProcess start() {
        return start(Map.of());
    }

    /** Starts a broker as {@link #start()} does, with further settings. */
    public static BrokerProcess start(Map<String, String> settings) {
        BrokerProcess broker = prepare(settings);
        broker.restart();
        return broker;
    }

    /** Starts a broker as {@link #start(Map)} does, with further listeners: names and security protocols. */
    public static BrokerProcess start(Map<String, String> settings, Map<String, String> listeners) {
        BrokerProcess broker =
                prepare(1, settings, listeners, IntUnaryOperator.identity()).get(0);
        broker.restart();
        return broker;
    }

    /** Prepares a broker; {@link #restart} starts it. */
    public static BrokerProcess prepare(Map<String, String> settings) {
        return prepare(1, settings, Map.of(), IntUnaryOperator.identity()).get(0);
    }

    /**
     * Starts a cluster of brokers that are also controllers.
     *
     * @param settings further broker settings
     * @param advertised returns the port that a broker tells its clients for the port that it listens on, for example
     *     the port of a proxy
     */
    public static List<BrokerProcess> cluster(int size, Map<String, String> settings, IntUnaryOperator advertised) {
        List<BrokerProcess> cluster = prepare(size, settings, Map.of(), advertised);
        cluster.forEach(BrokerProcess::launch);
        cluster.forEach(BrokerProcess::awaitReady);
        return cluster;
    }

    private static List<BrokerProcess> prepare(
            int size, Map<String, String> settings, Map<String, String> listeners, IntUnaryOperator advertised) {
        int each = 3 + listeners.size();
        List<Integer> ports = freePorts(each * size);
        String voters = IntStream.range(0, size)
                .mapToObj(node -> (node + 1) + "@127.0.0.1:" + ports.get(each * node + 2))
                .collect(Collectors.joining(","));
        String cluster = Uuid.randomUuid().toString();
        return IntStream.range(0, size)
                .mapToObj(node -> {
                    Map<String, String> own = new TreeMap<>(settings);
                    own.put("node.id", String.valueOf(node + 1));
                    own.put("controller.quorum.voters", voters);
                    own.put(CLUSTER_ID, cluster);
                    return prepare(ports.subList(each * node, each * node + each), own, listeners, advertised);
                })
                .toList();
    }

    private static BrokerProcess prepare(
            List<Integer> ports,
            Map<String, String> settings,
            Map<String, String> listeners,
            IntUnaryOperator advertised) {
        try {
            Path folder = Files.createTempDirectory("broker-process");
            int port = advertised.applyAsInt(ports.get(0));
            Map<String, Integer> more = new TreeMap<>();
            listeners.keySet().forEach(name -> more.put(name, ports.get(3 + more.size())));
            BrokerProcess broker = new BrokerProcess(folder, port, ports.get(1), more);
            broker.jvmOptions = settings.getOrDefault(JVM_OPTIONS, SMALL);
            broker.classPath = settings.getOrDefault(CLASS_PATH, broker.classPath);
            broker.configure(ports, settings, listeners);
            Runtime.getRuntime().addShutdownHook(broker.atExit);
            return broker;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the address for clients, {@code host:port}. */
    public String brokers() {
        return "127.0.0.1:" + port;
    }

    /** Returns the address of a listener without a proxy, {@code host:port}. */
    public String direct() {
        return "127.0.0.1:" + directPort;
    }

    /** Returns the address of a further listener, {@code host:port}. */
    public String brokers(String listener) {
        return "127.0.0.1:" + more.get(listener);
    }

    /** Freezes it: it accepts connections but does not answer until {@link #thaw}. */
    public void freeze() {
        signal("STOP");
    }

    public void thaw() {
        signal("CONT");
    }

    /** Kills it with SIGKILL; the data remains. */
    public void kill() {
        if (process != null) {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    /** Starts it after {@link #kill} or for the first time, and waits until it is ready. */
    public void restart() {
        kill();
        launch();
        awaitReady();
    }

    /** Kills it and changes its client ports; {@link #restart} starts it there. */
    public void move() {
        kill();
        List<Integer> ports = freePorts(2);
        change(properties -> {
            for (String name : List.of("listeners", "advertised.listeners")) {
                properties.setProperty(
                        name,
                        properties
                                .getProperty(name)
                                .replace(":" + port, ":" + ports.get(0))
                                .replace(":" + directPort, ":" + ports.get(1)));
            }
        });
        port = ports.get(0);
        directPort = ports.get(1);
    }

    /**
     * Kills it and changes the port that it tells its clients, which leads to its own port; {@link #restart} starts it.
     */
    public void advertise(int next) {
        kill();
        change(properties -> properties.setProperty(
                "advertised.listeners",
                properties.getProperty("advertised.listeners").replace(":" + port, ":" + next)));
        port = next;
    }

    /** Kills it and deletes its data; {@link #restart} starts a broker of a new cluster instead. */
    public void loseData() {
        kill();
        try {
            FileSystemUtils.deleteRecursively(folder.resolve("data"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        change(properties ->
                properties.setProperty(CLUSTER_ID, Uuid.randomUuid().toString()));
    }

    private void change(Consumer<Properties> change) {
        Path file = folder.resolve("broker.properties");
        Properties properties = new Properties();
        try {
            try (var in = Files.newInputStream(file)) {
                properties.load(in);
            }
            change.accept(properties);
            try (OutputStream out = Files.newOutputStream(file)) {
                properties.store(out, null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the port for clients. */
    public int port() {
        return port;
    }

    private void launch() {
        try {
            Files.deleteIfExists(ready());
            process = new ProcessBuilder(command())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitReady() {
        Awaitility.await("broker")
                .atMost(START_LIMIT)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException("The broker ended: " + Files.readString(folder.resolve("log")));
                    }
                    return Files.exists(ready());
                });
    }

    /** Stops it and deletes its data. */
    public void stop() {
        try {
            if (process != null && process.isAlive()) {
                thaw();
                process.getOutputStream().close();
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    kill();
                }
            }
            Runtime.getRuntime().removeShutdownHook(atExit);
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
    }

    private void signal(String name) {
        try {
            int exit = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("kill -" + name + " ended with " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Path ready() {
        return folder.resolve("ready");
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(jvmOptions.split(" ")));
        command.addAll(List.of("-cp", classPath, BrokerProcess.class.getName(), folder.toString()));
        return command;
    }

    private void configure(List<Integer> ports, Map<String, String> settings, Map<String, String> protocols)
            throws IOException {
        StringBuilder listeners = new StringBuilder("PLAINTEXT://127.0.0.1:%d,DIRECT://127.0.0.1:%d");
        StringBuilder map = new StringBuilder("PLAINTEXT:PLAINTEXT,DIRECT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        more.forEach((name, at) ->
                listeners.append(',').append(name).append("://127.0.0.1:").append(at));
        protocols.forEach(
                (name, protocol) -> map.append(',').append(name).append(':').append(protocol));
        Map<String, String> all = new TreeMap<>();
        all.put("process.roles", "broker,controller");
        all.put("controller.listener.names", "CONTROLLER");
        all.put("inter.broker.listener.name", "DIRECT");
        all.put("listener.security.protocol.map", map.toString());
        all.put("listeners", (listeners + ",CONTROLLER://127.0.0.1:%d").formatted(ports.toArray()));
        all.put("advertised.listeners", listeners.toString().formatted(port, directPort));
        all.put("log.dirs", folder.resolve("data").toString());
        all.put("group.initial.rebalance.delay.ms", "0");
        all.put("offsets.topic.num.partitions", "3");
        all.put("offsets.topic.replication.factor", "1");
        all.put("transaction.state.log.replication.factor", "1");
        all.put("transaction.state.log.min.isr", "1");
        all.put("log.cleaner.dedupe.buffer.size", "4194304");
        all.put("num.io.threads", "4");
        all.putAll(settings);
        Properties properties = new Properties();
        properties.putAll(all);
        try (OutputStream out = Files.newOutputStream(folder.resolve("broker.properties"))) {
            properties.store(out, null);
        }
    }

    /**
     * Returns free ports below the range for clients. A client that tries to reach a stopped broker could otherwise get
     * the port of the broker itself.
     */
    static List<Integer> freePorts(int count) {
        return ThreadLocalRandom.current()
                .ints(20_000, 32_000)
                .filter(BrokerProcess::isFree)
                .distinct()
                .limit(count)
                .boxed()
                .toList();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** The main method of the broker's JVM: it runs until its standard input ends. */
    public static void main(String[] arguments) throws Exception {
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
        Path folder = Path.of(arguments[0]);
        Properties properties = new Properties();
        try (var in = Files.newInputStream(folder.resolve("broker.properties"))) {
            properties.load(in);
        }
        String data = properties.getProperty("log.dirs");
        Files.createDirectories(Path.of(data));
        if (!Files.exists(Path.of(data, "meta.properties"))) {
            format(properties, data);
        }
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        server.startup();
        Files.createFile(folder.resolve("ready"));
        while (System.in.read() >= 0) {
            // Nothing is written to it; its end is the signal.
        }
        server.shutdown();
        Runtime.getRuntime().halt(0);
    }

    private static void format(Properties properties, String data) throws Exception {
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
                .setNodeId(Integer.parseInt(properties.getProperty("node.id")))
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(data)
                .setClusterId(properties.getProperty(CLUSTER_ID))
                .addDirectory(data)
                .run();
    }
}
