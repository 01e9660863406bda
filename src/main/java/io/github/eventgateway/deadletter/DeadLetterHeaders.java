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

/** Names of the Kafka headers of dead letters and replays, and methods that read their values. */
public final class DeadLetterHeaders {

    /** The reason: an upper-case word such as {@code EVENT_INVALID}. */
    public static final String REASON = "dlq-reason";

    /** The class name of the exception. */
    public static final String EXCEPTION = "dlq-exception";

    /** The message of the exception, with a bounded length. */
    public static final String MESSAGE = "dlq-message";

    /** The topic of the record. */
    public static final String TOPIC = "dlq-topic";

    /** The partition of the record. */
    public static final String PARTITION = "dlq-partition";

    /** The offset of the record. */
    public static final String OFFSET = "dlq-offset";

    /**
     * The timestamp of the record in milliseconds since 1970. For a replay it is the timestamp of the record that
     * failed first.
     */
    public static final String TIMESTAMP = "dlq-timestamp";

    /** The consumer group that could not process the record. */
    public static final String GROUP = "dlq-group";

    /** The id of the route that could not process the record. */
    public static final String ROUTE = "dlq-route";

    /** The number of attempts of the route. */
    public static final String ATTEMPTS = "dlq-attempts";

    /** The number of replays of the record. Replays and their dead letters keep it. */
    public static final String REPLAYS = "dlq-replays";

    /** When the route gave up, in milliseconds since 1970. */
    public static final String FAILED_AT = "dlq-failed-at";

    /** The id that the gateway gives to an event without one. */
    public static final String EVENT_ID = "dlq-event-id";

    /** The proof that a gateway wrote these headers for this record. */
    public static final String SEAL = "dlq-seal";

    /** On the stub of a record that is too large: the length of its value; negative without a value. */
    public static final String STUB_LENGTH = "dlq-stub-length";

    /** On a stub: the SHA-256 of the value in hexadecimal. */
    public static final String STUB_SHA256 = "dlq-stub-sha256";

    /** On a replay: the only consumer group that processes it. */
    public static final String REPLAY_GROUP = "replay-group";

    /** On a replay: the id of the dead letter. */
    public static final String REPLAY_ID = "replay-id";

    /** On a replay: {@code topic/partition/offset} of the record that failed first. */
    public static final String REPLAY_ORIGIN = "replay-origin";

    /** On a replay: the timestamp of the record that failed first, in milliseconds since 1970. */
    public static final String REPLAY_TIMESTAMP = "replay-timestamp";

    /** On a replay: the id that the gateway gives to an event without one. */
    public static final String REPLAY_EVENT_ID = "replay-event-id";

    /** On a replay of a repaired event: the subject of the token that repaired it. */
    public static final String REPLAY_REPAIRED_BY = "replay-repaired-by";

    /** On a replay: the proof that a gateway wrote these headers for this record. */
    public static final String REPLAY_SEAL = "replay-seal";

    /** The headers that the {@link #SEAL} covers. */
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

    /** The headers that the {@link #REPLAY_SEAL} covers. */
    static final List<String> REPLAY_SEALED = List.of(
            REPLAY_GROUP, REPLAY_ID, REPLAY_ORIGIN, REPLAY_TIMESTAMP, REPLAY_EVENT_ID, REPLAY_REPAIRED_BY, REPLAYS);

    /** The headers of a stub. */
    static final Set<String> OF_STUBS = Set.of(STUB_LENGTH, STUB_SHA256);

    static final Set<String> OF_DEAD_LETTERS = Set.of(
            REASON, EXCEPTION, MESSAGE, TOPIC, PARTITION, OFFSET, TIMESTAMP, GROUP, ROUTE, ATTEMPTS, REPLAYS, FAILED_AT,
            EVENT_ID, SEAL);
    static final Set<String> OF_REPLAYS = Set.of(
            REPLAY_GROUP, REPLAY_ID, REPLAY_ORIGIN, REPLAY_TIMESTAMP, REPLAY_EVENT_ID, REPLAY_REPAIRED_BY, REPLAY_SEAL);

    private DeadLetterHeaders() {}

    /** Returns the last header of this name as text; null if it is missing or not valid UTF-8. */
    public static String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null ? null : text(header.value());
    }

    /** Returns these bytes as text; null if they are null or not valid UTF-8. */
    static String text(byte[] bytes) {
        try {
            return bytes == null
                    ? null
                    : StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** Returns the last header of this name as a number; empty if it is missing or not a number. */
    public static OptionalLong number(Headers headers, String name) {
        String text = text(headers, name);
        try {
            return text == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /**
     * Returns the headers of the record as its producer sent them, without those that the gateway added for the dead
     * letter or the replay. Only the last header of each name belongs to the gateway. A header of the producer with the
     * same name precedes it and stays.
     *
     * @param isReplay whether the record was a replay
     */
    static Headers original(Headers headers, boolean isReplay) {
        Headers bare = headers.lastHeader(REASON) == null ? headers : withoutLast(headers, OF_DEAD_LETTERS);
        return isReplay ? withoutLast(bare, OF_REPLAYS) : bare;
    }

    /** Returns the headers without the last one of each of these names. The order of the others does not change. */
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
