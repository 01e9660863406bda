package io.github.eventgateway.deadletter;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** The names of the Kafka headers by which dead letters and replays are told, and how their values are read. */
public final class DeadLetterHeaders {

    /** What every header of a dead letter begins with. */
    public static final String PREFIX = "dlq-";

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

    /** The record's own timestamp, in milliseconds since 1970. */
    public static final String TIMESTAMP = "dlq-timestamp";

    /** The consumer group that could not process the record. */
    public static final String GROUP = "dlq-group";

    /** The id of the route that could not process the record. */
    public static final String ROUTE = "dlq-route";

    /** How often the route tried. */
    public static final String ATTEMPTS = "dlq-attempts";

    /** How often the record has been replayed; carried on by replays and by the dead letters of replays. */
    public static final String REPLAYS = "dlq-replays";

    /** On a replayed record: the only consumer group that is to take it. */
    public static final String REPLAY_GROUP = "replay-group";

    /** On a replayed record: the id of the dead letter. */
    public static final String REPLAY_ID = "replay-id";

    /** On a replayed record: {@code topic/partition/offset} of the record that failed first. */
    public static final String REPLAY_ORIGIN = "replay-origin";

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

    /** Whether this header is the gateway's own, and not one of the record as its producer sent it. */
    static boolean isOwn(Header header) {
        String name = header.key();
        return name.startsWith(PREFIX)
                || name.equals(REPLAY_GROUP)
                || name.equals(REPLAY_ID)
                || name.equals(REPLAY_ORIGIN);
    }
}
