package io.github.eventgateway.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * An event as the routes see it: valid against the schema of its type, complete, made once from the bytes of a request
 * or of a record, and turned back into bytes once, by {@link EventConverters}.
 *
 * @param id the idempotency key: 1 to 64 of {@code [A-Za-z0-9._:-]}
 * @param type the name of its type in the {@link EventCatalogue}
 * @param timestamp when it happened
 * @param isDated whether its sender said when it happened; otherwise the timestamp is when the gateway, or Kafka, took it
 * @param key the Kafka key: events of one key keep their order
 * @param data what happened; its form is the schema of the type
 * @param written the data as compact JSON, where it came so and nothing was added, and id and type need no escapes; else
 *     null
 */
public record Event(
        String id, String type, Instant timestamp, boolean isDated, String key, ObjectNode data, byte[] written) {}
