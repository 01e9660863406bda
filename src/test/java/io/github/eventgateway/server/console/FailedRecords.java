package io.github.eventgateway.server.console;

import io.github.eventgateway.kafka.KafkaConnection;
import io.github.eventgateway.testing.Gateway;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Creates dead letters with several causes, as in a dead-letter topic. */
final class FailedRecords {

    private static final String TOPIC = "user_events";
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();

    /** Adds dead letters of valid events, which a replay stores. Their ids begin with the reason, and no other test uses them. */
    FailedRecords good(int count, String reason, String message) {
        for (int i = 0; i < count; i++) {
            add(reason, message, """
                    {"id": "%s-%d", "type": "user_login", "timestamp": "2026-01-31T12:00:00Z", \
                    "data": {"user_id": 7, "username": "alice", "ip": "192.0.2.10", "action": "login"}}""".formatted(reason, NUMBER.get()));
        }
        return this;
    }

    /** Adds dead letters of records that are not events. */
    FailedRecords bad(int count, String reason, String message) {
        for (int i = 0; i < count; i++) {
            add(reason, message, "rubbish " + i);
        }
        return this;
    }

    /** Adds a dead letter with this content. */
    FailedRecords add(String reason, String message, String value) {
        int number = NUMBER.getAndIncrement();
        ProducerRecord<byte[], byte[]> one = new ProducerRecord<>(TOPIC + ".dlq", bytes("7"), bytes(value));
        Map.of(
                        "dlq-reason",
                        reason,
                        "dlq-exception",
                        "io.github.eventgateway.api.GatewayException",
                        "dlq-message",
                        message,
                        "dlq-topic",
                        TOPIC,
                        "dlq-partition",
                        "0",
                        "dlq-offset",
                        String.valueOf(1_000_000 + number + Math.abs(reason.hashCode() % 1000) * 100_000L),
                        "dlq-group",
                        "event-gateway-store",
                        "dlq-route",
                        "store-user-events",
                        "dlq-attempts",
                        "1",
                        "dlq-failed-at",
                        String.valueOf(Instant.now().toEpochMilli()))
                .forEach((name, text) -> one.headers().add(name, bytes(text)));
        records.add(one);
        return this;
    }

    /** Sends all dead letters, and waits until Kafka has them. */
    void sendTo(Gateway gateway) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", gateway.bean(KafkaConnection.class).brokers());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            records.forEach(producer::send);
            producer.flush();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
