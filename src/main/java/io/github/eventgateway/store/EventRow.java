package io.github.eventgateway.store;

import io.github.eventgateway.event.Event;
import io.github.eventgateway.event.EventConverters;
import io.github.eventgateway.event.Scalars;
import io.github.eventgateway.kafka.PolledRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * A row for the table {@code event}.
 *
 * @param event the event
 * @param record the record with the event
 * @param receivedAt when the gateway, or Kafka, received it
 * @param isReceivedAtKnown whether this time is known; otherwise it is the time at which the record was read
 * @param publisher the subject of the token that published it; null if no gateway proves it
 * @param repairedBy the subject of the token that repaired it; null if it is unchanged
 * @param formerId another id under which it may be stored; may be null
 * @param idsOfOtherKeys the ids that gateways with another AUDIT_SECRET give to the event
 */
record EventRow(
        Event event,
        PolledRecord record,
        Instant receivedAt,
        boolean isReceivedAtKnown,
        String publisher,
        String repairedBy,
        String formerId,
        List<String> idsOfOtherKeys) {

    /** The length of the column {@code user_id}. */
    static final int LONGEST_USER_ID = 64;

    /** Returns the complete event as JSON. */
    String payload() {
        return new String(EventConverters.toBytes(event), StandardCharsets.UTF_8);
    }

    String userId() {
        return field("user_id", LONGEST_USER_ID);
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
     * Returns a field of the data for the filters. Returns null if it is not a plain value or is too long for its
     * column. A type of an operator may use the same name for other content, and its events must be stored, too.
     */
    private String field(String name, int longest) {
        String text = Scalars.text(event.data().get(name));
        return text != null && text.length() <= longest ? text : null;
    }
}
