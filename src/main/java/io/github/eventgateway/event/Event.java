package io.github.eventgateway.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * An event in the routes: complete, and valid against the schema of its type. {@link EventConverters} makes it once
 * from the bytes of a request or record, and writes it once as bytes.
 *
 * @param id the idempotency key: 1 to 64 of {@code [A-Za-z0-9._:-]}
 * @param type the name of its type in the {@link EventCatalogue}
 * @param timestamp when it happened
 * @param isDated whether the sender gave the timestamp; otherwise it is the time at which the gateway, or Kafka,
 *     received the event
 * @param key the Kafka key: events with the same key keep their order
 * @param data the content; the schema of the type describes it
 * @param written the data as compact JSON if it arrived in this form, nothing was added, and id and type need no
 *     escapes; otherwise null
 */
public record Event(
        String id, String type, Instant timestamp, boolean isDated, String key, ObjectNode data, byte[] written) {

    /** Returns the Kafka key in UTF-8; null without a key. */
    public byte[] keyBytes() {
        return key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    }
}
