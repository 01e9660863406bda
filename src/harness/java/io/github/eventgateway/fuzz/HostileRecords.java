package io.github.eventgateway.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Creates hostile records like a program with write access to the topics. The same seed and number give the same
 * record.
 */
final class HostileRecords {

    private static final List<String> TOPICS = List.of("user_events", "system_logs");
    private static final List<String> HEADERS = List.of(
            "kafka.OVERRIDE_TOPIC",
            "kafka.KEY",
            "kafka.TOPIC",
            "CamelKafkaOverrideTopic",
            "CamelHttpUri",
            "CamelJdbcParameters",
            "CamelFileName",
            "CamelBeanMethodName",
            "dlq-reason",
            "dlq-topic",
            "dlq-partition",
            "dlq-offset",
            "dlq-timestamp",
            "dlq-replays",
            "dlq-group",
            "replay-group",
            "replay-id",
            "replay-origin",
            "replay-event-id",
            "replay-repaired-by",
            "replay-seal",
            "publisher",
            "publisher-seal",
            "dlq-event-id",
            "dlq-seal",
            "replays",
            "id",
            "type",
            "",
            "\u0000",
            "n".repeat(300));
    private static final List<String> VALUES = List.of(
            "",
            "evil",
            "event-gateway-store",
            "event-gateway-alert",
            "derived:0123456789012345678901234567890123456789012",
            "a\r\nb",
            "-1",
            "99999999999999999999",
            "not a number",
            "' OR 1=1 --",
            "${body}",
            "\u0000",
            "v".repeat(2000));
    private static final List<String> EVENTS = List.of(
            "",
            "null",
            "[]",
            "{}",
            "7",
            "\"a\"",
            "{\"type\":\"user_login\"}",
            "{\"type\":\"user_login\",\"data\":{\"user_id\":1,\"username\":\"a\",\"ip\":\"192.0.2.1\",\"action\":\"x\"}}",
            "{\"id\":\"\",\"type\":\"user_login\",\"data\":{\"user_id\":1,\"username\":\"a\",\"ip\":\"192.0.2.1\",\"action\":\"x\"}}",
            "{\"id\":\"derived:x\",\"type\":\"user_login\",\"data\":{\"user_id\":1,\"username\":\"a\",\"ip\":\"192.0.2.1\",\"action\":\"x\"}}",
            "{\"id\":\"one-for-all\",\"type\":\"user_login\",\"data\":{\"user_id\":1,\"username\":\"a\",\"ip\":\"192.0.2.1\",\"action\":\"x\"}}",
            "{\"id\":\"one-for-all\",\"type\":\"system_info\",\"data\":{\"service\":\"a\",\"message\":\"b\"}}",
            "{\"id\":\"' OR 1=1\",\"type\":\"system_info\",\"data\":{\"service\":\"a\",\"message\":\"b\"}}",
            "{\"type\":\"system_info\",\"data\":{\"service\":\"a\",\"message\":\"\\u0000\"}}",
            "{\"type\":\"system_info\",\"data\":{\"service\":\"a\",\"message\":\"\\ud800\"}}",
            "{\"type\":\"system_info\",\"data\":{\"service\":\"a\",\"message\":\"${jndi:ldap://127.0.0.1:1/a}\"}}",
            "{\"type\":\"system_error\",\"timestamp\":\"+999999999-12-31T23:59:59Z\",\"data\":{\"service\":\"a\",\"error\":\"b\"}}",
            "{\"type\":\"system_error\",\"timestamp\":\"-9999-01-01T00:00:00Z\",\"data\":{\"service\":\"a\",\"error\":\"b\"}}",
            "{\"type\":\"system_error\",\"data\":{\"service\":\"a\",\"error\":\"b\",\"n\":1e999999999}}",
            "{\"type\":\"system_error\",\"data\":{\"service\":\"a\",\"error\":\"b\",\"n\":1e2147483648}}",
            "{\"type\":\"system_info\",\"data\":{\"service\":\"a\",\"message\":\"b\",\"n\":1e-2147483649}}",
            "{\"type\":\"user_login\",\"data\":{\"user_id\":1e999999999,\"username\":\"a\",\"ip\":\"192.0.2.1\",\"action\":\"x\"}}",
            "{\"type\":\"system_error\",\"data\":{\"service\":\"a\",\"error\":\"b\",\"n\":" + "9".repeat(5000) + "}}",
            "{\"type\":\"system_error\",\"data\":{\"service\":\"a\",\"error\":\"b\",\"d\":" + "[".repeat(5000)
                    + "]".repeat(5000) + "}}",
            "{\"type\":\"system_error\",\"type\":\"user_login\",\"data\":{}}",
            "{\"type\":\"no_such_type\",\"data\":{}}",
            "{\"type\":\"../../user_login\",\"data\":{}}",
            "{\"type\":\"user_login\",\"data\":[]}");

    /** The broker limits the compressed size, in which such a record is small. */
    static final int HEAVIEST = 8 << 20;

    private static final int HEAVY_EVERY = 150;

    private static final int BEYOND_THE_LIMIT = 20 << 20;

    private final long seed;

    HostileRecords(long seed) {
        this.seed = seed;
    }

    /** Returns records of 8 GiB. In one batch of zstd they have a few hundred kilobytes. */
    static List<ProducerRecord<byte[], byte[]>> gibibytes() {
        return Collections.nCopies(400, new ProducerRecord<>("user_events", 0, null, new byte[BEYOND_THE_LIMIT]));
    }

    ProducerRecord<byte[], byte[]> make(long number) {
        Random random = new Random(seed * 1_000_033L + number);
        random.nextLong();
        List<Header> headers = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            byte[] value = random.nextInt(8) == 0 ? null : bytes(random, VALUES);
            headers.add(new RecordHeader(HEADERS.get(random.nextInt(HEADERS.size())), value));
        }
        Long timestamp = random.nextInt(5) == 0
                ? List.of(0L, 1L, Long.MAX_VALUE, 253402300800000L).get(random.nextInt(4))
                : null;
        byte[] key = random.nextInt(4) == 0 ? null : bytes(random, VALUES);
        byte[] value = random.nextInt(20) == 0 ? null : bytes(random, EVENTS);
        if (random.nextInt(HEAVY_EVERY) == 0) {
            value = "x".repeat(random.nextInt(HEAVIEST)).getBytes(UTF_8);
        } else if (random.nextInt(HEAVY_EVERY) == 0) {
            headers.add(
                    new RecordHeader("h", "y".repeat(random.nextInt(HEAVIEST)).getBytes(UTF_8)));
        } else if (random.nextInt(HEAVY_EVERY) == 0) {
            key = "z".repeat(random.nextInt(HEAVIEST)).getBytes(UTF_8);
        }
        return new ProducerRecord<>(
                TOPICS.get(random.nextInt(TOPICS.size())), random.nextInt(3), timestamp, key, value, headers);
    }

    /** Returns one of these texts, sometimes with changed bytes. */
    private static byte[] bytes(Random random, List<String> of) {
        byte[] bytes = of.get(random.nextInt(of.size())).getBytes(UTF_8);
        if (bytes.length > 0 && random.nextInt(4) == 0) {
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
        }
        return bytes;
    }
}
