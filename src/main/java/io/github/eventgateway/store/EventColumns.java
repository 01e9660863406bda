package io.github.eventgateway.store;

/** The columns of the table {@code event} that have the content of an {@link EventRow}, and SQL for both databases. */
final class EventColumns {

    /** All columns except the id. */
    static final String OTHERS =
            "type, topic, kafka_partition, kafka_offset, occurred_at, received_at, user_id, username,"
                    + " ip, action, service, level, payload, repaired_by, publisher";

    static final String ALL = "id, " + OTHERS;

    /** Stores a copy of the newest row under another id. */
    static final String COPY = "INSERT INTO event (" + ALL + ") SELECT ?, " + OTHERS
            + " FROM event ORDER BY occurred_at DESC, id DESC LIMIT 1";

    /** The columns of a {@link StoredEvent} and its id. */
    static final String OF_STORED =
            "SELECT e.id, e.topic, e.kafka_partition, e.kafka_offset, e.received_at, e.publisher, e.payload FROM ";

    private EventColumns() {}
}
