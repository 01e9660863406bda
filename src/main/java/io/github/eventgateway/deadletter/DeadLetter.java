package io.github.eventgateway.deadletter;

import io.github.eventgateway.database.ColumnText;
import io.github.eventgateway.event.Timestamps;
import io.github.eventgateway.kafka.PolledRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * A record of a dead-letter topic, read. Whatever its headers hold, all of it fits the table; where they do not say where
 * the record lay, somebody else put it there, and it is known by its own place.
 *
 * @param id the same at every reading
 * @param record the record of the dead-letter topic
 * @param topic the topic of the record that failed
 * @param partition its partition
 * @param offset its offset
 * @param timestamp the timestamp of the record that failed first, in milliseconds since 1970, negative where it has none
 * @param origin {@code topic/partition/offset} of the record that failed first
 * @param group the group that failed; null where that is unknown
 * @param route the route that failed; null where that is unknown
 * @param reason why
 * @param exception the class of the exception; may be null
 * @param message what it said; may be null
 * @param attempts how often the route tried
 * @param replays how often the record had been replayed
 * @param failedAt when the route gave up
 * @param headers the headers of the record as its producer sent them
 */
record DeadLetter(
        String id,
        PolledRecord record,
        String topic,
        int partition,
        long offset,
        long timestamp,
        String origin,
        String group,
        String route,
        String reason,
        String exception,
        String message,
        int attempts,
        int replays,
        Instant failedAt,
        Headers headers) {

    static final String SUFFIX = ".dlq";
    static final int LONGEST_REASON = 64;
    static final int LONGEST_NAME = 255;
    static final int LONGEST_ORIGIN = 300;

    private static final String UNKNOWN = "UNKNOWN";

    static DeadLetter of(PolledRecord record, Instant now) {
        String topic = record.topic().substring(0, record.topic().length() - SUFFIX.length());
        Headers headers = record.headers();
        OptionalLong partition = number(headers, DeadLetterHeaders.PARTITION, Integer.MAX_VALUE);
        OptionalLong offset = number(headers, DeadLetterHeaders.OFFSET, Long.MAX_VALUE);
        String group = text(headers, DeadLetterHeaders.GROUP, LONGEST_NAME);
        String reason = text(headers, DeadLetterHeaders.REASON, LONGEST_REASON);
        boolean known = topic.equals(text(headers, DeadLetterHeaders.TOPIC, LONGEST_NAME))
                && partition.isPresent()
                && offset.isPresent()
                && isSaid(group)
                && isSaid(reason);
        return known
                ? known(record, topic, (int) partition.getAsLong(), offset.getAsLong(), group, reason, now)
                : unknown(record, topic, now);
    }

    private static DeadLetter known(
            PolledRecord record, String topic, int partition, long offset, String group, String reason, Instant now) {
        Headers headers = record.headers();
        long timestamp =
                number(headers, DeadLetterHeaders.TIMESTAMP, Long.MAX_VALUE).orElse(-1);
        OptionalLong failedAt = number(headers, DeadLetterHeaders.FAILED_AT, Timestamps.LATEST.toEpochMilli());
        int replays = (int) number(headers, DeadLetterHeaders.REPLAYS, Integer.MAX_VALUE - 1)
                .orElse(0);
        return new DeadLetter(
                id(topic, partition, offset, timestamp, group, replays),
                record,
                topic,
                partition,
                offset,
                timestamp,
                ColumnText.of(Replays.origin(headers, topic, partition, offset), LONGEST_ORIGIN),
                group,
                text(headers, DeadLetterHeaders.ROUTE, LONGEST_NAME),
                reason,
                text(headers, DeadLetterHeaders.EXCEPTION, LONGEST_NAME),
                text(headers, DeadLetterHeaders.MESSAGE, RejectedRecord.MAX_MESSAGE),
                (int) number(headers, DeadLetterHeaders.ATTEMPTS, Integer.MAX_VALUE)
                        .orElse(0),
                replays,
                failedAt.isPresent() ? Instant.ofEpochMilli(failedAt.getAsLong()) : now,
                DeadLetterHeaders.original(headers));
    }

    private static DeadLetter unknown(PolledRecord record, String topic, Instant now) {
        return new DeadLetter(
                id(record.topic(), record.partition(), record.offset(), record.timestamp(), "", 0),
                record,
                topic,
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.topic() + "/" + record.partition() + "/" + record.offset(),
                null,
                null,
                UNKNOWN,
                null,
                null,
                0,
                0,
                now,
                record.headers());
    }

    /** The timestamp tells a topic from another one of its name; all replays of a record have the same, and count. */
    private static String id(String topic, int partition, long offset, long timestamp, String group, int replays) {
        String place = topic + "/" + partition + "/" + offset + "/" + timestamp + "/" + group;
        String name = replays == 0 ? place : place + "/" + replays;
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private static boolean isSaid(String text) {
        return text != null && !text.isBlank();
    }

    /** A number between 0 and the greatest; anything else counts as not said. */
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
