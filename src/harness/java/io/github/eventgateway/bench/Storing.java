package io.github.eventgateway.bench;

import io.github.eventgateway.testing.BrokerProcess;
import io.github.eventgateway.testing.PostgresProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.postgresql.PGConnection;

/** Measures how fast a full topic is stored, compared with COPY of the same rows into the same table. */
final class Storing {

    private static final String TOPIC = "user_events";
    private static final int PARTITIONS = 3;
    private static final String ROWS = "COPY (SELECT * FROM event WHERE kafka_partition = %d) TO STDOUT";

    private final Options options;
    private final Report report;
    private final BrokerProcess broker;
    private final int events;
    private int groups;

    /** @param events the number of events in the topic */
    Storing(Options options, Report report, BrokerProcess broker, int events) {
        this.options = options;
        this.report = report;
        this.broker = broker;
        this.events = events;
    }

    /** The rate in rows per second after the first fifth, and the CPU time of the gateways per row. */
    record Drain(double perSecond, double microsPerRow, long memory) {}

    void intoPostgres() throws Exception {
        fill();
        report.heading(
                "Store: %,d events, from Kafka into a table with its indexes".formatted(events),
                "target",
                "rows/s",
                "CPU of the gateway per row, µs",
                "of COPY, one session",
                "of COPY, three sessions",
                "maximum memory, MiB");
        try (PostgresProcess postgres = PostgresProcess.start()) {
            postgres(postgres);
        }
    }

    private void postgres(PostgresProcess postgres) throws Exception {
        List<Drain> one = new ArrayList<>();
        List<Drain> single = new ArrayList<>();
        List<Drain> two = new ArrayList<>();
        List<Double> copyOne = new ArrayList<>();
        List<Double> copyThree = new ArrayList<>();
        List<Path> rows = null;
        for (int round = 0; round < options.rounds(); round++) {
            one.add(drain(1, postgres));
            rows = rows == null ? copyOut(postgres) : rows;
            copyOne.add(copyIn(postgres, List.of(rows)));
            single.add(drain(1, postgres, "--gateway.store.consumers=1"));
            two.add(drain(2, postgres));
            copyThree.add(copyIn(postgres, rows.stream().map(List::of).toList()));
        }
        for (Path file : rows) {
            Files.delete(file);
        }
        row("PostgreSQL, one gateway", one, copyOne, copyThree);
        row("PostgreSQL, one gateway, gateway.store.consumers=1", single, copyOne, copyThree);
        row("PostgreSQL, two gateways", two, copyOne, copyThree);
        report.row("COPY, one session", Report.spread(copyOne, each -> each), "", "", "", "");
        report.row("COPY, three sessions", Report.spread(copyThree, each -> each), "", "", "", "");
    }

    private void row(String what, List<Drain> runs, List<Double> copyOne, List<Double> copyThree) {
        double rate = Report.median(runs, Drain::perSecond);
        report.row(
                what,
                Report.spread(runs, Drain::perSecond),
                Report.spread(runs, Drain::microsPerRow),
                Report.number(100 * rate / Report.median(copyOne)) + " %",
                Report.number(100 * rate / Report.median(copyThree)) + " %",
                Report.number(Report.median(runs, Drain::memory)));
    }

    private Drain drain(int count, PostgresProcess postgres, String... settings) throws Exception {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        }
        String group = "--gateway.store.group=speed-" + groups++;
        String[] all = Stream.concat(Stream.of(group), Stream.of(settings)).toArray(String[]::new);
        List<GatewayJar> gateways = IntStream.range(0, count)
                .mapToObj(i -> new GatewayJar(options, "store", Speed.environment(broker, postgres), all))
                .toList();
        try {
            Drain drain = measure(gateways, group.substring(group.indexOf('=') + 1));
            try (Connection connection = postgres.connect()) {
                checkAll(connection);
            }
            return drain;
        } finally {
            gateways.forEach(GatewayJar::close);
        }
    }

    Drain measure(List<GatewayJar> gateways, String group) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.brokers()))) {
            long first = await(admin, group, events / 5);
            long begin = System.nanoTime();
            double cpu = cpu(gateways);
            long last = await(admin, group, events);
            double seconds = (System.nanoTime() - begin) / 1e9;
            long memory = gateways.stream()
                    .mapToLong(each -> each.memory("VmHWM"))
                    .max()
                    .orElseThrow();
            return new Drain((last - first) / seconds, (cpu(gateways) - cpu) * 1e6 / (last - first), memory);
        }
    }

    private static double cpu(List<GatewayJar> gateways) {
        return gateways.stream()
                .mapToDouble(gateway -> ProcessorTime.seconds(gateway.pid()))
                .sum();
    }

    /** Waits until this number of records is committed; returns their number. */
    static long await(Admin admin, String group, long count) {
        return Awaitility.await("store")
                .atMost(Duration.ofMinutes(30))
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(
                        () ->
                                admin
                                        .listConsumerGroupOffsets(group)
                                        .partitionsToOffsetAndMetadata()
                                        .get()
                                        .values()
                                        .stream()
                                        .mapToLong(OffsetAndMetadata::offset)
                                        .sum(),
                        sum -> sum >= count);
    }

    void checkAll(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM event")) {
            count.next();
            if (count.getInt(1) != events) {
                throw new IllegalStateException(count.getInt(1) + " rows of " + events);
            }
        }
    }

    private static List<Path> copyOut(PostgresProcess postgres) throws Exception {
        List<Path> files = new ArrayList<>();
        try (Connection connection = postgres.connect()) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                Path file = Files.createTempFile("speed", ".copy");
                try (var out = Files.newOutputStream(file)) {
                    connection.unwrap(PGConnection.class).getCopyAPI().copyOut(ROWS.formatted(partition), out);
                }
                files.add(file);
            }
        }
        return files;
    }

    /**
     * Returns the rows per second of several sessions. Each session copies the files of one list one after the other.
     */
    private double copyIn(PostgresProcess postgres, List<List<Path>> sessions) throws Exception {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE event");
            statement.execute("CHECKPOINT");
        }
        long begin = System.nanoTime();
        List<CompletableFuture<Void>> all = sessions.stream()
                .map(files ->
                        CompletableFuture.runAsync(() -> copyIn(postgres, files), task -> new Thread(task).start()))
                .toList();
        all.forEach(CompletableFuture::join);
        return events / ((System.nanoTime() - begin) / 1e9);
    }

    private static Void copyIn(PostgresProcess postgres, Iterable<Path> files) {
        try (Connection connection = postgres.connect()) {
            for (Path file : files) {
                try (var in = Files.newInputStream(file)) {
                    connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY event FROM STDIN", in, 1 << 20);
                }
            }
            return null;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    void intoSqlite() throws Exception {
        fill();
        List<Drain> drains = new ArrayList<>();
        List<Double> copies = new ArrayList<>();
        List<Double> sizes = new ArrayList<>();
        List<Double> logs = new ArrayList<>();
        for (int round = 0; round < options.rounds(); round++) {
            String group = "speed-" + groups++;
            try (GatewayJar gateway = new GatewayJar(
                    options, "store", Speed.environment(broker, null), "--gateway.store.group=" + group)) {
                drains.add(measure(List.of(gateway), group));
                logs.add(Files.size(gateway.embeddedFile().resolveSibling("events.db-wal")) / 1048576.0);
                gateway.stop();
                sizes.add((double) Files.size(gateway.embeddedFile()) / events);
                copies.add(copySqlite(gateway.embeddedFile()));
            }
        }
        report.heading(
                "Store: %,d events, from Kafka into SQLite".formatted(events),
                "rows/s",
                "CPU of the gateway with SQLite per row, µs",
                "INSERT … SELECT into another file, rows/s",
                "of it",
                "bytes per row in the file",
                "write-ahead log, MiB",
                "maximum memory, MiB");
        double share = 100 * Report.median(drains, Drain::perSecond) / Report.median(copies);
        report.row(
                Report.spread(drains, Drain::perSecond),
                Report.spread(drains, Drain::microsPerRow),
                Report.spread(copies, each -> each),
                Report.number(share) + " %",
                Report.spread(sizes, each -> each),
                Report.spread(logs, each -> each),
                Report.number(Report.median(drains, Drain::memory)));
    }

    /** Returns the rows per second of one statement that copies the table with its indexes into a new file. */
    private double copySqlite(Path file) throws Exception {
        Path copy = file.resolveSibling("copy.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + copy);
                Statement statement = connection.createStatement()) {
            statement.execute("ATTACH '" + file + "' AS source");
            List<String> definitions = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(
                    "SELECT sql FROM source.sqlite_master WHERE tbl_name = 'event' AND sql IS NOT NULL")) {
                while (rows.next()) {
                    definitions.add(rows.getString(1));
                }
            }
            for (String definition : definitions) {
                statement.execute(definition);
            }
            long begin = System.nanoTime();
            statement.execute("INSERT INTO main.event SELECT * FROM source.event");
            double seconds = (System.nanoTime() - begin) / 1e9;
            checkAll(connection);
            return events / seconds;
        } finally {
            Files.delete(copy);
        }
    }

    void fill() throws Exception {
        Map<String, Object> client = Map.of("bootstrap.servers", broker.brokers());
        try (Admin admin = Admin.create(client)) {
            admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
        Map<String, Object> settings =
                Map.of("bootstrap.servers", broker.brokers(), "linger.ms", 20, "batch.size", 65_536);
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < events; i++) {
                byte[] key = String.valueOf(100_000 + Math.floorMod(i * 7919, 800_000))
                        .getBytes();
                producer.send(new ProducerRecord<>(TOPIC, key, Bodies.record(i)));
            }
        }
    }
}
