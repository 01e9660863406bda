package io.github.eventgateway.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.fuzz.Wire.Answer;
import io.github.eventgateway.testing.BrokerProcess;
import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.Reply;
import io.github.eventgateway.testing.Token;
import io.micrometer.core.instrument.MeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.internal.CompressionRatioEstimator;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends hostile requests and records to a complete gateway with its own PostgreSQL and a broker that creates every
 * requested topic. It collects forbidden effects, and finally searches the topics and tables for them.
 */
final class FuzzRun {

    private static final int CONNECTIONS = 6;

    /** The number of requests for each record. */
    private static final int RECORDS_EVERY = 10;

    private static final int MOST_PROBLEMS = 50;

    /** The server itself has 64 threads. */
    private static final int MOST_THREADS_OF_A_NAME = 70;

    /** The longest time until an answer, on a busy machine. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(25);

    private static final Duration DRAIN_LIMIT = Duration.ofMinutes(3);
    private static final Set<String> TOPICS =
            Set.of("user_events", "user_events.dlq", "system_logs", "system_logs.dlq");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HostileRequests requests;
    private final HostileRecords records;
    private final long seed;
    private final long inputs;
    private final AtomicLong next = new AtomicLong();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<String> written = ConcurrentHashMap.newKeySet();
    private final Map<String, Map<String, AtomicLong>> counts = new ConcurrentSkipListMap<>();
    private final ConcurrentLinkedQueue<String> problems = new ConcurrentLinkedQueue<>();
    private final AtomicLong slowest = new AtomicLong();
    private final Duration slow = Duration.ofSeconds(Long.getLong("fuzz.slow", ANSWER_LIMIT.toSeconds()));
    /** Other tests in the same JVM may have left servers with threads of the same names. */
    private final Map<String, Long> threadsBefore = threads();

    private SlowReaders slowReaders;
    private int port;

    FuzzRun(long seed, long inputs) {
        this.seed = seed;
        this.inputs = inputs;
        this.requests = new HostileRequests(seed, HostileRequests.Tokens.ofNow());
        this.records = new HostileRecords(seed);
    }

    /** Returns the forbidden effects that occurred, each with the number of its input. */
    List<String> run(Path data) throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(Map.of("auto.create.topics.enable", "true"));
                EmbeddedPostgres postgres = EmbeddedPostgres.start();
                Gateway gateway = Gateway.start(data, settings(broker, postgres))) {
            port = gateway.port();
            ExecutorService workers = Executors.newFixedThreadPool(CONNECTIONS + 1);
            for (int i = 0; i < CONNECTIONS; i++) {
                workers.execute(this::sendRequests);
            }
            workers.execute(() -> sendRecords(broker.brokers()));
            slowReaders = new SlowReaders(port, Token.ofAllScopes(), seed);
            Thread slowly = new Thread(slowReaders, "slow-readers");
            slowly.start();
            workers.shutdown();
            workers.awaitTermination(1, TimeUnit.HOURS);
            slowReaders.stop();
            slowly.join();
            awaitHealthyEvents(gateway);
            checkNothingIsHeld(gateway);
            checkDatabase(gateway);
            checkTopics(gateway, broker.brokers());
        }
        return List.copyOf(problems);
    }

    private static Map<String, String> settings(BrokerProcess broker, EmbeddedPostgres postgres) {
        return Map.of(
                "KAFKA_BROKERS", broker.brokers(),
                "DATABASE_URL", postgres.getJdbcUrl("postgres", "postgres").replaceFirst("\\?.*", ""),
                "DATABASE_USER", "postgres",
                "DATABASE_PASSWORD", "postgres",
                "RATE_LIMIT_STRANGER", "0",
                "gateway.audit.refused-changes", String.valueOf(Integer.MAX_VALUE),
                "LOG_LEVEL", "error");
    }

    // --- Requests
    // -----------------------------------------------------------------------------------------------------

    private void sendRequests() {
        Wire wire = null;
        for (long number = next.getAndIncrement(); number < inputs; number = next.getAndIncrement()) {
            if (number % RECORDS_EVERY == 0) {
                continue;
            }
            Input input = requests.make(number);
            long started = System.nanoTime();
            try {
                if (input.ending()) {
                    sendAlone(number, input);
                } else {
                    wire = wire == null ? new Wire(port, ANSWER_LIMIT) : wire;
                    wire = send(wire, number, input);
                }
            } catch (SocketTimeoutException e) {
                problem(number, input, "no answer within " + ANSWER_LIMIT);
                wire = closed(wire);
            } catch (IOException | RuntimeException e) {
                problem(number, input, e.toString());
                wire = closed(wire);
            }
            long took = System.nanoTime() - started;
            slowest.accumulateAndGet(took, Math::max);
            if (took > slow.toNanos()) {
                problem(number, input, "it took " + Duration.ofNanos(took).toMillis() + " ms");
            }
        }
        closed(wire);
    }

    /** Uses a connection that earlier and later inputs share. */
    private Wire send(Wire wire, long number, Input input) throws IOException {
        if (wire.hasMore()) {
            problem(number, input, "there was an answer before it");
        }
        Answer answer;
        try {
            wire.send(input.bytes());
            answer = wire.answer(hasBody(input));
        } catch (IOException e) {
            if (e instanceof SocketTimeoutException) {
                throw e;
            }
            // The server refused early, and closed the connection during the transfer of the body.
            count(input.kind(), "hung up");
            return closed(wire);
        }
        if (answer == null) {
            count(input.kind(), "hung up");
            return closed(wire);
        }
        judge(number, input, answer);
        return answer.closes() ? closed(wire) : wire;
    }

    /** Uses a separate connection, and reads it to the end. */
    private void sendAlone(long number, Input input) throws IOException {
        try (Wire wire = new Wire(port, ANSWER_LIMIT)) {
            int answers = 0;
            try {
                wire.send(input.bytes());
                wire.end();
                for (Answer answer = wire.answer(hasBody(input)); answer != null; answer = wire.answer(true)) {
                    judge(number, input, answer);
                    answers++;
                }
            } catch (SocketTimeoutException e) {
                throw e;
            } catch (java.net.SocketException e) {
                // The server closed the connection during the transfer.
                answers = Math.max(answers, 0);
            }
            if (answers == 0) {
                count(input.kind(), "hung up");
            }
        }
    }

    private static Wire closed(Wire wire) {
        try {
            if (wire != null) {
                wire.close();
            }
        } catch (IOException e) {
            // The connection is closed in any case.
        }
        return null;
    }

    private static boolean hasBody(Input input) {
        byte[] bytes = input.bytes();
        return !new String(bytes, 0, Math.min(5, bytes.length), ISO_8859_1).equals("HEAD ");
    }

    private void judge(long number, Input input, Answer answer) {
        String text = answer.text();
        boolean isBare = answer.status() >= 400 && answer.body().length == 0;
        count(input.kind(), isBare ? answer.status() + " bare" : String.valueOf(answer.status()));
        if (answer.status() >= 500 && answer.status() != 503 || answer.status() < 200) {
            problem(number, input, "status " + answer.status() + " " + text);
        }
        for (String name : answer.headers().keySet()) {
            if (HostileRequests.HOSTILE_NAMES.contains(name.toLowerCase(Locale.ROOT))
                    || name.equalsIgnoreCase("Set-Cookie")
                    || name.equalsIgnoreCase("Server")
                    || name.equalsIgnoreCase("X-Powered-By")) {
                problem(number, input, "answered with the header " + name);
            }
        }
        if (text.contains(HostileRequests.MARKER) || answer.headers().toString().contains(HostileRequests.MARKER)) {
            problem(number, input, "a header's value came back: " + answer.headers() + text);
        }
        if (answer.status() >= 400 && !isBare) {
            judgeRefusal(number, input, answer, text);
        } else if (isBare && hasBody(input) && answer.status() != 400) {
            problem(number, input, "a bare " + answer.status());
        } else if (answer.status() == 202 || answer.status() == 207 || answer.status() == 200) {
            remember(input, answer);
        }
    }

    private void judgeRefusal(long number, Input input, Answer answer, String text) {
        if (text.matches(
                "(?s).*(Exception|\\bat (java|org|io)\\.|org\\.apache\\.|io\\.github\\.eventgateway|Tomcat).*")) {
            problem(number, input, "it tells of the inside: " + text);
        }
        try {
            JsonNode json = JSON.readTree(answer.body());
            if (json.path("code").asInt() != answer.status()
                    || json.path("message").asText().isEmpty()
                    || json.at("/data/reason").asText().isEmpty()
                    || json.at("/data/request_id").asText().isEmpty()) {
                problem(number, input, "not the shape of a refusal: " + answer.status() + " " + text);
            }
        } catch (IOException e) {
            problem(number, input, "no JSON: " + answer.status() + " " + text);
        }
    }

    /** Every event that Kafka has acknowledged must be stored under the id of the answer or of the request. */
    private void remember(Input input, Answer answer) {
        JsonNode data;
        try {
            data = JSON.readTree(answer.body()).path("data");
        } catch (IOException e) {
            return;
        }
        if (data.has("accepted")) {
            Set<Integer> rejected = new HashSet<>();
            data.path("errors")
                    .forEach(error -> rejected.add(error.path("index").asInt()));
            for (int i = 0; i < input.ids().size(); i++) {
                if (!rejected.contains(i)) {
                    acknowledged.add(input.ids().get(i));
                }
            }
        } else if (data.has("offset") && data.has("topic") && !data.has("received_at")) {
            acknowledged.add(data.path("id").asText());
        }
    }

    // --- Records
    // ------------------------------------------------------------------------------------------------------

    private void sendRecords(String brokers) {
        sendInOneBatch(brokers, HostileRecords.gibibytes());
        Properties settings = new Properties();
        settings.put("bootstrap.servers", brokers);
        settings.put("compression.type", "gzip");
        settings.put("max.request.size", 2 * HostileRecords.HEAVIEST);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (long number = 0; number < inputs; number += RECORDS_EVERY) {
                ProducerRecord<byte[], byte[]> record = records.make(number);
                producer.send(record, this::count);
            }
        }
    }

    private void sendInOneBatch(String brokers, List<ProducerRecord<byte[], byte[]>> batch) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", brokers);
        settings.put("compression.type", "zstd");
        settings.put("max.request.size", 32 << 20);
        settings.put("batch.size", 32 << 20);
        settings.put("buffer.memory", 64 << 20);
        settings.put("linger.ms", 60_000);
        // Otherwise the producer expects less compression, and makes several batches.
        CompressionRatioEstimator.setEstimation(batch.get(0).topic(), CompressionType.ZSTD, 0.001f);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            batch.forEach(record -> producer.send(record, this::count));
            producer.flush();
        }
    }

    private void count(RecordMetadata place, Exception failure) {
        if (failure == null) {
            written.add(place(place.topic(), place.partition(), place.offset()));
            count("records into the topics", "taken");
        } else {
            count("records into the topics", "refused by Kafka");
        }
    }

    private static String place(String topic, int partition, long offset) {
        return topic + "/" + partition + "/" + offset;
    }

    // --- The end
    // ------------------------------------------------------------------------------------------------------

    /** Sends one event to each partition after all inputs. When these are stored, all inputs have been processed. */
    private void awaitHealthyEvents(Gateway gateway) {
        List<String> ids = new ArrayList<>();
        List<ProducerRecord<byte[], byte[]>> last = new ArrayList<>();
        for (int partition = 0; partition < 3; partition++) {
            for (String topic : List.of("user_events", "system_logs")) {
                String id = "healthy-" + UUID.randomUUID();
                ids.add(id);
                String event = topic.equals("user_events")
                        ? "{\"id\":\"%s\",\"type\":\"user_login\",\"data\":{\"user_id\":1,\"username\":\"a\",\"ip\":\"192.0.2.1\",\"action\":\"x\"}}"
                        : "{\"id\":\"%s\",\"type\":\"system_info\",\"data\":{\"service\":\"a\",\"message\":\"m\"}}";
                last.add(new ProducerRecord<>(
                        topic, partition, null, event.formatted(id).getBytes(ISO_8859_1)));
            }
        }
        for (ProducerRecord<byte[], byte[]> record : last) {
            RecordMetadata at = gateway.records().send(record).get(0);
            written.add(place(at.topic(), at.partition(), at.offset()));
        }
        Reply taken = gateway.post(
                "/api/events", "{\"type\":\"system_info\",\"data\":{\"service\":\"fuzz\",\"message\":\"still well\"}}");
        if (taken.status() == 202) {
            acknowledged.add(taken.data("/id").asText());
            ids.add(taken.data("/id").asText());
        } else {
            problems.add("a healthy event is not taken at the end: " + taken);
        }
        try {
            await().atMost(DRAIN_LIMIT).until(() -> ids.stream()
                    .allMatch(id -> gateway.get("/api/events/" + id).status() == 200));
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            problems.add("healthy events are not stored at the end");
        }
    }

    private static Map<String, Long> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(thread -> thread.getName().replaceAll("[0-9]+", "#"))
                .collect(Collectors.groupingBy(name -> name, Collectors.counting()));
    }

    /** The gateway must release every reservation of a request. */
    private void checkNothingIsHeld(Gateway gateway) {
        MeterRegistry meters = gateway.bean(MeterRegistry.class);
        try {
            await().atMost(DRAIN_LIMIT).until(() -> held(meters).isEmpty());
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            problems.add("held at the end: " + held(meters));
        }
        String threads = threads().entrySet().stream()
                .filter(name ->
                        name.getValue() - threadsBefore.getOrDefault(name.getKey(), 0L) > MOST_THREADS_OF_A_NAME)
                .toList()
                .toString();
        if (!threads.equals("[]")) {
            problems.add("threads are left: " + threads);
        }
    }

    private static List<String> held(MeterRegistry meters) {
        return Stream.of("gateway.http.in.flight", "gateway.http.reserved", "gateway.http.unsent")
                .filter(name -> meters.get(name).gauge().value() > 0)
                .toList();
    }

    private static long peakHeapMebibytes() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(pool -> pool.getType() == MemoryType.HEAP)
                        .mapToLong(pool -> pool.getPeakUsage().getUsed())
                        .sum()
                >> 20;
    }

    private void checkDatabase(Gateway gateway) {
        Set<String> stored = new HashSet<>();
        gateway.database().query("SELECT id, topic, kafka_partition, kafka_offset FROM event", row -> {
            String id = row.getString(1);
            stored.add(id);
            boolean isRecord = written.contains(place(row.getString(2), row.getInt(3), row.getLong(4)));
            if (!isRecord && !acknowledged.contains(id)) {
                problems.add("a row that nobody was told of: " + id);
            }
            if (id.startsWith(HostileRequests.SMUGGLED)) {
                problems.add("a request inside another was served: " + id);
            }
        });
        Set<String> missing = new TreeSet<>(acknowledged);
        missing.removeAll(stored);
        if (!missing.isEmpty()) {
            problems.add(missing.size() + " acknowledged events are not stored, such as "
                    + missing.stream().limit(5).toList());
        }
        // Inputs may use the same id, such as -1, for different events.
        String letters =
                "SELECT source_topic, source_partition, source_offset, reason FROM dead_letter WHERE reason <> 'ID_CONFLICT'";
        gateway.database().query(letters, row -> {
            if (!written.contains(place(row.getString(1), row.getInt(2), row.getLong(3)))) {
                problems.add("a dead letter of a request: " + row.getString(1) + " " + row.getString(4));
            }
        });
        Reply audit = gateway.get("/api/audit/verify");
        if (!audit.data("/valid").asBoolean()) {
            problems.add("the audit trail is broken: " + audit);
        }
    }

    private void checkTopics(Gateway gateway, String brokers) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            Set<String> topics = new TreeSet<>(admin.listTopics().names().get());
            topics.removeAll(TOPICS);
            if (!topics.isEmpty()) {
                problems.add("topics that an input chose: " + topics);
            }
        }
        for (String topic : List.of("user_events", "system_logs")) {
            gateway.records().forEach(topic, record -> {
                boolean isOurs = !written.contains(place(topic, record.partition(), record.offset()));
                if (isOurs && !areThoseOfItsPublisher(record.headers())) {
                    problems.add("a record of the gateway with the headers " + record.headers());
                }
            });
        }
    }

    /** Returns whether the headers are the subject of the token and its proof, without anything from the caller. */
    private static boolean areThoseOfItsPublisher(Headers headers) {
        Header publisher = headers.lastHeader("publisher");
        return headers.toArray().length == 2
                && publisher != null
                && new String(publisher.value(), StandardCharsets.UTF_8).equals("tester")
                && headers.lastHeader("publisher-seal") != null;
    }

    // --- What came of it
    // ----------------------------------------------------------------------------------------------

    private void count(String kind, String outcome) {
        counts.computeIfAbsent(kind, any -> new ConcurrentSkipListMap<>())
                .computeIfAbsent(outcome, any -> new AtomicLong())
                .incrementAndGet();
    }

    private void problem(long number, Input input, String what) {
        if (problems.size() < MOST_PROBLEMS) {
            String sent = new String(input.bytes(), ISO_8859_1).replaceAll("Bearer \\S{40,}", "Bearer …");
            problems.add("input %d (%s): %s%n    %s"
                    .formatted(number, input.kind(), cut(what), cut(sent).replaceAll("[^\\x20-\\x7e]", "·")));
        }
    }

    private static String cut(String text) {
        return text.length() > 600 ? text.substring(0, 600) + "…" : text;
    }

    /** Returns one line for each class of inputs with the numbers of its answers. */
    String table() {
        StringBuilder table = new StringBuilder("Hostile inputs, seed " + seed + "\n");
        Map<String, Long> sums = new TreeMap<>();
        long all = 0;
        for (Map.Entry<String, Map<String, AtomicLong>> kind : counts.entrySet()) {
            long sum = 0;
            StringBuilder outcomes = new StringBuilder();
            for (Map.Entry<String, AtomicLong> outcome : kind.getValue().entrySet()) {
                sum += outcome.getValue().get();
                sums.merge(outcome.getKey(), outcome.getValue().get(), Long::sum);
                outcomes.append("  ").append(outcome.getKey()).append(": ").append(outcome.getValue());
            }
            all += sum;
            table.append("%-32s %7d %s%n".formatted(kind.getKey(), sum, outcomes));
        }
        return table.append("%-32s %7d   %s%n".formatted("all answers", all, sums))
                .append("%-32s %7d%n".formatted("inputs", inputs))
                .append("%-32s %7d%n".formatted("acknowledged events", acknowledged.size()))
                .append("%-32s %7d ms%n"
                        .formatted(
                                "longest wait", Duration.ofNanos(slowest.get()).toMillis()))
                .append("%-32s %7d, of which %d were cut off%n"
                        .formatted("slow readers", slowReaders.opened(), slowReaders.cutOff()))
                .append("%-32s %7d MiB, with the generator%n".formatted("peak heap", peakHeapMebibytes()))
                .append("%-32s %7d%n".formatted("problems", problems.size()))
                .toString();
    }
}
