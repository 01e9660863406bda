package io.github.eventgateway.deadletter;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The names of the Kafka headers by which dead letters and replays are told, and how their values are read. */
public final class DeadLetterHeaders {

    /** Why: an upper-case word such as {@code EVENT_INVALID}. */
    public static final String REASON = "dlq-reason";

    /** The class name of the exception. */
    public static final String EXCEPTION = "dlq-exception";

    /** What the exception said, bounded. */
    public static final String MESSAGE = "dlq-message";

    /** The topic that the record was consumed from. */
    public static final String TOPIC = "dlq-topic";

    /** The partition that the record was consumed from. */
    public static final String PARTITION = "dlq-partition";

    /** The offset that the record was consumed at. */
    public static final String OFFSET = "dlq-offset";

    /** The timestamp of the record, of the one that failed first where it is a replay; in milliseconds since 1970. */
    public static final String TIMESTAMP = "dlq-timestamp";

    /** The consumer group that could not process the record. */
    public static final String GROUP = "dlq-group";

    /** The id of the route that could not process the record. */
    public static final String ROUTE = "dlq-route";

    /** How often the route tried. */
    public static final String ATTEMPTS = "dlq-attempts";

    /** How often the record has been replayed; carried on by replays and by the dead letters of replays. */
    public static final String REPLAYS = "dlq-replays";

    /** When the route gave up, in milliseconds since 1970. */
    public static final String FAILED_AT = "dlq-failed-at";

    /** The id that the gateway gives to the record's event if it has none. */
    public static final String EVENT_ID = "dlq-event-id";

    /** The proof that a gateway wrote these headers, for this record. */
    public static final String SEAL = "dlq-seal";

    /** On a stub, which stands for a record that is too large: the length of the record's value; negative where it has none. */
    public static final String STUB_LENGTH = "dlq-stub-length";

    /** On a stub: the SHA-256 of the record's value, in hexadecimal. */
    public static final String STUB_SHA256 = "dlq-stub-sha256";

    /** On a replayed record: the only consumer group that is to take it. */
    public static final String REPLAY_GROUP = "replay-group";

    /** On a replayed record: the id of the dead letter. */
    public static final String REPLAY_ID = "replay-id";

    /** On a replayed record: {@code topic/partition/offset} of the record that failed first. */
    public static final String REPLAY_ORIGIN = "replay-origin";

    /** On a replayed record: the timestamp of the record that failed first, in milliseconds since 1970. */
    public static final String REPLAY_TIMESTAMP = "replay-timestamp";

    /** On a replayed record: the id that the gateway gives to its event if it has none. */
    public static final String REPLAY_EVENT_ID = "replay-event-id";

    /** On a replayed record whose event was repaired: the subject of the token by which it was. */
    public static final String REPLAY_REPAIRED_BY = "replay-repaired-by";

    /** On a replayed record: the proof that a gateway wrote these headers, for this record. */
    public static final String REPLAY_SEAL = "replay-seal";

    /** What the {@link #SEAL} is of. */
    static final List<String> SEALED = List.of(
            REASON,
            EXCEPTION,
            MESSAGE,
            TOPIC,
            PARTITION,
            OFFSET,
            TIMESTAMP,
            GROUP,
            ROUTE,
            ATTEMPTS,
            REPLAYS,
            FAILED_AT,
            EVENT_ID,
            STUB_LENGTH,
            STUB_SHA256,
            REPLAY_ID,
            REPLAY_ORIGIN);

    /** What the {@link #REPLAY_SEAL} is of. */
    static final List<String> REPLAY_SEALED = List.of(
            REPLAY_GROUP, REPLAY_ID, REPLAY_ORIGIN, REPLAY_TIMESTAMP, REPLAY_EVENT_ID, REPLAY_REPAIRED_BY, REPLAYS);

    /** What says that a record is a stub. */
    static final Set<String> OF_STUBS = Set.of(STUB_LENGTH, STUB_SHA256);

    static final Set<String> OF_DEAD_LETTERS = Set.of(
            REASON, EXCEPTION, MESSAGE, TOPIC, PARTITION, OFFSET, TIMESTAMP, GROUP, ROUTE, ATTEMPTS, REPLAYS, FAILED_AT,
            EVENT_ID, SEAL);
    static final Set<String> OF_REPLAYS = Set.of(
            REPLAY_GROUP, REPLAY_ID, REPLAY_ORIGIN, REPLAY_TIMESTAMP, REPLAY_EVENT_ID, REPLAY_REPAIRED_BY, REPLAY_SEAL);

    private DeadLetterHeaders() {}

    /** The last header of this name as text; null where there is none, or where it is no UTF-8. */
    public static String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        if (header == null || header.value() == null) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(header.value()))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** The last header of this name as a number; empty where there is none, or where it is no number. */
    public static OptionalLong number(Headers headers, String name) {
        String text = text(headers, name);
        try {
            return text == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /**
     * The headers of the record as its producer sent them: without those that made it a dead letter, and without those
     * of the replay that it was. Only the last header of each name is the gateway's: a producer's own that happens to be
     * called so stands before it, and stays.
     *
     * @param isReplay whether the record was a replay
     */
    static Headers original(Headers headers, boolean isReplay) {
        Headers bare = headers.lastHeader(REASON) == null ? headers : withoutLast(headers, OF_DEAD_LETTERS);
        return isReplay ? withoutLast(bare, OF_REPLAYS) : bare;
    }

    /** The headers without the last one of each of these names, all others in their order. */
    static Headers withoutLast(Headers headers, Set<String> names) {
        List<Header> kept = new ArrayList<>(Arrays.asList(headers.toArray()));
        Set<String> wanted = new HashSet<>(names);
        for (int at = kept.size() - 1; at >= 0 && !wanted.isEmpty(); at--) {
            if (wanted.remove(kept.get(at).key())) {
                kept.remove(at);
            }
        }
        return new RecordHeaders(kept);
    }

    static void add(Headers headers, String name, Object value) {
        headers.add(name, value.toString().getBytes(StandardCharsets.UTF_8));
    }
}
