package io.github.eventgateway.store;

import io.github.eventgateway.event.Event;
import io.github.eventgateway.event.EventConverters;
import io.github.eventgateway.event.Scalars;
import io.github.eventgateway.kafka.PolledRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * An event on its way into the table.
 *
 * @param event the event
 * @param record the record that it was read from
 * @param receivedAt when the gateway, or Kafka, took it
 * @param publisher by whose token it was published; null where no gateway proves it
 * @param repairedBy by whose token it was repaired; null where it is as its producer sent it
 * @param formerId another id that it may be stored by; null where there is none
 */
record EventRow(
        Event event, PolledRecord record, Instant receivedAt, String publisher, String repairedBy, String formerId) {

    /** The whole event, complete, as JSON. */
    String payload() {
        return new String(EventConverters.toBytes(event), StandardCharsets.UTF_8);
    }

    String userId() {
        return field("user_id", 64);
    }

    String username() {
        return field("username", 64);
    }

    String ip() {
        return field("ip", 45);
    }

    String action() {
        return field("action", 64);
    }

    String service() {
        return field("service", 128);
    }

    String level() {
        return field("level", 16);
    }

    /**
     * A field of the data that events can be found by; null where it is no plain value, or too long for its column: a
     * type of one's own may use the name for something else, and is stored all the same.
     */
    private String field(String name, int longest) {
        String text = Scalars.text(event.data().get(name));
        return text != null && text.length() <= longest ? text : null;
    }
}
