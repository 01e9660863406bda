package io.github.eventgateway.deadletter;

import io.github.eventgateway.kafka.PolledRecord;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;

/** What a consumer has to know of replayed records. Any thread. */
public final class Replays {

    /** A record that was replayed so often is not replayed again. */
    static final int MAX_REPLAYS = 5;

    private Replays() {}

    /**
     * Whether a record concerns this consumer group: every ordinary record does, a replayed one only that group which
     * could not process it.
     */
    public static boolean isFor(Headers headers, String group) {
        return headers.lastHeader(DeadLetterHeaders.REPLAY_GROUP) == null
                || group.equals(DeadLetterHeaders.text(headers, DeadLetterHeaders.REPLAY_GROUP));
    }

    /**
     * Where the record stood when it failed first, as {@code topic/partition/offset}, so that the id derived for an
     * event without one stays the same over replays; its own place where it is no replay.
     */
    public static String origin(Headers headers, String topic, int partition, long offset) {
        String origin = DeadLetterHeaders.text(headers, DeadLetterHeaders.REPLAY_ORIGIN);
        return origin == null || origin.isEmpty() ? topic + "/" + partition + "/" + offset : origin;
    }

    /** When Kafka took the event: the record, or the one that failed first where it is a replay. */
    public static Instant receivedAt(PolledRecord record) {
        return PolledRecord.receivedAt(timestamp(record.headers(), record.timestamp()));
    }

    /**
     * The timestamp of the record that failed first, since a replay is written with the time of its writing; the record's
     * own where it is no replay.
     */
    static long timestamp(Headers headers, long own) {
        return headers.lastHeader(DeadLetterHeaders.REPLAY_ID) == null
                ? own
                : DeadLetterHeaders.number(headers, DeadLetterHeaders.REPLAY_TIMESTAMP)
                        .orElse(own);
    }
}
