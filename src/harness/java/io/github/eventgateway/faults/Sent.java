package io.github.eventgateway.faults;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An event of a client of the fault suite. Its fields determine its content, so that the checker knows every byte. The
 * thread of the client writes it; others read it after that thread has ended.
 */
final class Sent {

    static final String USER_EVENTS = "user_events";
    static final String SYSTEM_LOGS = "system_logs";

    private static final AtomicLong CLOCK = new AtomicLong();

    private final String id;
    private final String topic;
    private final String key;
    private final String type;
    private final String name;
    private long sentAt = -1;
    private long acknowledgedAt = -1;
    private boolean retried;

    /**
     * @param id its idempotency key
     * @param topic its topic
     * @param key its key in Kafka
     */
    Sent(String id, String topic, String key) {
        this(id, topic, key, topic.equals(USER_EVENTS) ? "user_login" : "system_info", id);
    }

    private Sent(String id, String topic, String key, String type, String name) {
        this.id = id;
        this.topic = topic;
        this.key = key;
        this.type = type;
        this.name = name;
    }

    /**
     * Creates an event that was sent as {@link #data} alone and accepted. The gateway added its time.
     *
     * @param id the id from the gateway
     * @param name the name from the client
     */
    static Sent ofDataAlone(String id, String type, String key, String name) {
        Sent taken = new Sent(id, type.startsWith("user_") ? USER_EVENTS : SYSTEM_LOGS, key, type, name);
        taken.sending();
        taken.acknowledged();
        return taken;
    }

    boolean isOfDataAlone() {
        return !name.equals(id);
    }

    String id() {
        return id;
    }

    String topic() {
        return topic;
    }

    String key() {
        return key;
    }

    /** Returns when it was sent first, in ticks of a clock that all clients share; -1 if it was not sent. */
    long sentAt() {
        return sentAt;
    }

    /**
     * Returns when the client knew that it was accepted, in the same ticks; -1 if it never knew. If the first attempt
     * was accepted, this is the time of sending, because the events of that request are in order.
     */
    long acknowledgedAt() {
        return acknowledgedAt;
    }

    boolean isAcknowledged() {
        return acknowledgedAt >= 0;
    }

    void sending() {
        if (sentAt < 0) {
            sentAt = CLOCK.incrementAndGet();
        } else {
            retried = true;
        }
    }

    void acknowledged() {
        acknowledgedAt = retried ? CLOCK.incrementAndGet() : sentAt;
    }

    /** Returns it as compact JSON. */
    String json() {
        return "{\"id\":\"%s\",\"type\":\"%s\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"data\":%s}"
                .formatted(id, type, data(type, key, name));
    }

    /** Returns the data of an event of this type. */
    static String data(String type, String key, String name) {
        String data =
                switch (type) {
                    case "user_login" ->
                        "{\"user_id\":\"%s\",\"username\":\"someone\",\"ip\":\"10.0.0.1\",\"action\":\"login\",\"of\":\"%s\"}";
                    case "system_info" ->
                        "{\"service\":\"%s\",\"message\":\"something happened\",\"level\":\"info\",\"of\":\"%s\"}";
                    case "system_error" ->
                        "{\"service\":\"%s\",\"error\":\"something failed\",\"level\":\"error\",\"of\":\"%s\"}";
                    default -> throw new IllegalArgumentException(type);
                };
        return data.formatted(key, name);
    }

    byte[] bytes() {
        return json().getBytes(StandardCharsets.UTF_8);
    }
}
