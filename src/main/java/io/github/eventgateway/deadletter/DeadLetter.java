package io.github.eventgateway.deadletter;

import io.github.eventgateway.api.Sha256;
import io.github.eventgateway.database.ColumnText;
import io.github.eventgateway.event.Timestamps;
import io.github.eventgateway.event.Topic;
import io.github.eventgateway.kafka.CutHeaders;
import io.github.eventgateway.kafka.PolledRecord;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A parsed record of a dead-letter topic. All its values fit the table, whatever its headers contain. The answer shows
 * all headers. Only headers with a proof that a gateway wrote them determine the id under which the dead letter is
 * stored once, the id of its event, and the dead letter of which it is a replay. A dead letter without proof comes from
 * an earlier version or another program. Two dead letters without proof are the same if position, group and bytes are
 * equal. They are never the same as one with proof.
 *
 * @param id the same each time the record is read
 * @param earlierId its id in versions without proofs
 * @param record the record of the dead-letter topic
 * @param position the record that failed
 * @param origin {@code topic/partition/offset} of the record that failed first
 * @param failure the failure
 * @param replays the number of replays of the record
 * @param eventId the id for an event without one; null if unknown
 * @param replayOf the id of the dead letter whose replay failed; null if the record was not a replay
 * @param headers the headers of the record as its producer sent them
 */
record DeadLetter(
        String id,
        String earlierId,
        PolledRecord record,
        Position position,
        String origin,
        Failure failure,
        int replays,
        String eventId,
        String replayOf,
        Headers headers) {

    static final int LONGEST_REASON = 64;
    static final int LONGEST_NAME = 255;
    static final int LONGEST_ORIGIN = 300;

    /**
     * The position of a record.
     *
     * @param timestamp the timestamp of the record that failed first, in milliseconds since 1970, negative if it has
     *     none
     */
    record Position(String topic, int partition, long offset, long timestamp) {

        @Override
        public String toString() {
            return topic + "/" + partition + "/" + offset;
        }
    }

    /**
     * The failure of a record.
     *
     * @param group the group that failed; null if unknown
     * @param route the route that failed; null if unknown
     * @param exception the class of the exception; may be null
     * @param message the message of the exception; may be null
     * @param attempts the number of attempts of the route
     * @param at when the route gave up
     */
    record Failure(
            String group, String route, String reason, String exception, String message, int attempts, Instant at) {}

    static DeadLetter of(PolledRecord record, RecordSeals seals, Instant now) {
        if (record.headers() instanceof CutHeaders cut) {
            return of(stub(record, cut), seals, now);
        }
        String topic = record.topic().substring(0, record.topic().length() - Topic.DEAD_LETTER_SUFFIX.length());
        Position position = position(record.headers(), topic);
        Failure failure = failure(record.headers(), now);
        return position != null && isPresent(failure.group()) && isPresent(failure.reason())
                ? known(record, seals, position, failure)
                : unknown(record, topic, now);
    }

    /** Returns the position in the headers; null if they have none of this topic. */
    private static Position position(Headers headers, String topic) {
        OptionalLong partition = number(headers, DeadLetterHeaders.PARTITION, Integer.MAX_VALUE);
        OptionalLong offset = number(headers, DeadLetterHeaders.OFFSET, Long.MAX_VALUE);
        boolean known = topic.equals(text(headers, DeadLetterHeaders.TOPIC, LONGEST_NAME))
                && partition.isPresent()
                && offset.isPresent();
        long timestamp =
                number(headers, DeadLetterHeaders.TIMESTAMP, Long.MAX_VALUE).orElse(-1);
        return known ? new Position(topic, (int) partition.getAsLong(), offset.getAsLong(), timestamp) : null;
    }

    private static Failure failure(Headers headers, Instant now) {
        OptionalLong at = number(headers, DeadLetterHeaders.FAILED_AT, Timestamps.LATEST.toEpochMilli());
        return new Failure(
                text(headers, DeadLetterHeaders.GROUP, LONGEST_NAME),
                text(headers, DeadLetterHeaders.ROUTE, LONGEST_NAME),
                text(headers, DeadLetterHeaders.REASON, LONGEST_REASON),
                text(headers, DeadLetterHeaders.EXCEPTION, LONGEST_NAME),
                text(headers, DeadLetterHeaders.MESSAGE, RejectedRecord.MAX_MESSAGE),
                (int) number(headers, DeadLetterHeaders.ATTEMPTS, Integer.MAX_VALUE)
                        .orElse(0),
                at.isPresent() ? Instant.ofEpochMilli(at.getAsLong()) : now);
    }

    /** Only a cut record has such headers. No gateway wrote them. */
    private static PolledRecord stub(PolledRecord record, CutHeaders cut) {
        Headers headers = new RecordHeaders(cut);
        DeadLetterStub.ofUnread(cut).addTo(headers);
        return new PolledRecord(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.key(),
                record.value(),
                headers);
    }

    private static DeadLetter known(PolledRecord record, RecordSeals seals, Position position, Failure failure) {
        Headers headers = record.headers();
        String group = failure.group();
        boolean sealed = seals.isDeadLetter(record);
        // Before seals existed, the gateway's own headers were the proof.
        boolean replay = sealed && DeadLetterStub.in(headers) == null
                ? seals.isReplay(position.topic(), record.key(), record.value(), headers)
                : headers.lastHeader(DeadLetterHeaders.REPLAY_ID) != null;
        String origin = replay ? text(headers, DeadLetterHeaders.REPLAY_ORIGIN, LONGEST_ORIGIN) : null;
        String eventId = sealed ? text(headers, DeadLetterHeaders.EVENT_ID, LONGEST_NAME) : null;
        String replayOf = sealed && replay ? text(headers, DeadLetterHeaders.REPLAY_ID, LONGEST_NAME) : null;
        return new DeadLetter(
                sealed
                        ? id(position, position.timestamp(), group, eventId, replayOf)
                        : id("without proof", position, position.timestamp(), group, digest(record)),
                id(position, position.timestamp(), group),
                record,
                position,
                isPresent(origin) ? origin : position.toString(),
                failure,
                (int) number(headers, DeadLetterHeaders.REPLAYS, Integer.MAX_VALUE - 1)
                        .orElse(0),
                eventId,
                replayOf,
                DeadLetterHeaders.original(headers, replay));
    }

    private static DeadLetter unknown(PolledRecord record, String topic, Instant now) {
        return new DeadLetter(
                id(record.place(), record.timestamp(), digest(record)),
                id(record.place(), record.timestamp(), ""),
                record,
                new Position(topic, record.partition(), record.offset(), record.timestamp()),
                record.place(),
                new Failure(null, null, DeadLetterReasons.UNKNOWN, null, null, 0, now),
                0,
                null,
                null,
                record.headers());
    }

    private static String id(Object... parts) {
        String name = Stream.of(parts).map(String::valueOf).collect(Collectors.joining("/"));
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** A record at the same position of a topic that was created again must get another id. */
    private static String digest(PolledRecord record) {
        MessageDigest sha = Sha256.digest();
        for (byte[] part : new byte[][] {record.key(), record.value()}) {
            sha.update(String.valueOf(part == null ? -1 : part.length).getBytes(StandardCharsets.US_ASCII));
            sha.update(part == null ? new byte[0] : part);
        }
        return HexFormat.of().formatHex(sha.digest());
    }

    private static boolean isPresent(String text) {
        return text != null && !text.isBlank();
    }

    /** Returns a number between 0 and the maximum. Any other text counts as missing. */
    private static OptionalLong number(Headers headers, String name, long greatest) {
        OptionalLong number = DeadLetterHeaders.number(headers, name);
        return number.isPresent() && number.getAsLong() >= 0 && number.getAsLong() <= greatest
                ? number
                : OptionalLong.empty();
    }

    private static String text(Headers headers, String name, int longest) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? null
                : ColumnText.of(new String(header.value(), StandardCharsets.UTF_8), longest);
    }
}
