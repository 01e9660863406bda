package io.github.eventgateway.deadletter;

import io.github.eventgateway.event.Topic;
import io.github.eventgateway.kafka.CutHeaders;
import io.github.eventgateway.kafka.PolledRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Converts rejected records to dead letters, and counts and logs them. It is a bean because YAML cannot keep the order
 * of Kafka headers.
 */
@Component("deadLetterRecords")
public class DeadLetterRecords {

    private static final int MOST_LOGGED = 10;
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterRecords.class);

    private final CamelContext context;
    private final MeterRegistry meters;
    private final RecordSeals seals;
    private final DerivedIds ids;

    DeadLetterRecords(CamelContext context, MeterRegistry meters, RecordSeals seals, DerivedIds ids) {
        this.context = context;
        this.meters = meters;
        this.seals = seals;
        this.ids = ids;
    }

    /**
     * Returns one message per record in order, for a {@code kafka:} endpoint with the {@link WholeRecordSerializer}. A
     * message has the unchanged record, followed by the headers of the dead letter. A record that was not read
     * completely becomes a stub.
     */
    public List<Message> messages(List<RejectedRecord> rejected) {
        long now = System.currentTimeMillis();
        return rejected.stream()
                .map(one -> (one.record().headers() instanceof CutHeaders ? stub(one, now) : deadLetter(one, now))
                        .message(context))
                .toList();
    }

    /** Returns the message of one record as {@link #messages} does. */
    public List<Message> message(RejectedRecord rejected) {
        return messages(List.of(rejected));
    }

    /** Returns the stub of a record that is too large for its dead-letter topic. */
    public List<Message> stub(RejectedRecord rejected) {
        return List.of(stub(rejected, System.currentTimeMillis()).message(context));
    }

    private OutgoingRecord stub(RejectedRecord rejected, long failedAt) {
        PolledRecord record = rejected.record();
        DeadLetterStub what = record.headers() instanceof CutHeaders cut
                ? DeadLetterStub.ofUnread(cut)
                : DeadLetterStub.describe(record.value());
        OutgoingRecord stub = what.in(deadLetter(rejected, failedAt), seals.isReplay(record));
        seals.sealDeadLetter(stub.topic(), stub.key(), stub.value(), stub.headers());
        return stub;
    }

    /**
     * Counts records whose dead letters are acknowledged, and logs the position, the reason and the dead letter of the
     * first {@value #MOST_LOGGED}: one caller can send ten thousand wrong records in one batch.
     */
    public void count(List<RejectedRecord> acknowledged) {
        for (RejectedRecord rejected : acknowledged) {
            Counter.builder("gateway.dead.letters")
                    .description("Records that became dead letters")
                    .tag("topic", rejected.record().topic())
                    .tag("group", rejected.consumer().group())
                    .tag("reason", rejected.reason())
                    .register(meters)
                    .increment();
        }
        acknowledged.stream().limit(MOST_LOGGED).forEach(this::log);
        if (acknowledged.size() > MOST_LOGGED) {
            LOG.warn("Dead-lettered {} further records of the same batch", acknowledged.size() - MOST_LOGGED);
        }
    }

    private void log(RejectedRecord rejected) {
        LOG.warn(
                "Dead-lettered record {} of group {} for {}, dead letter {}",
                rejected.record().place(),
                rejected.consumer().group(),
                rejected.reason(),
                idIfKnown(rejected));
    }

    /** Returns the id of the dead letter in the database, which depends only on its headers. */
    String id(RejectedRecord rejected) {
        OutgoingRecord letter = deadLetter(rejected, 0);
        PolledRecord read = new PolledRecord(letter.topic(), 0, 0, 0, letter.key(), letter.value(), letter.headers());
        return DeadLetter.of(read, seals, Instant.EPOCH).id();
    }

    /** Only for the log. The dead letter is written, so nothing may fail any more. */
    private String idIfKnown(RejectedRecord rejected) {
        try {
            return id(rejected);
        } catch (KafkaException e) {
            return "with an unknown id, because Kafka does not return the topic id";
        }
    }

    OutgoingRecord deadLetter(RejectedRecord rejected, long failedAt) {
        PolledRecord record = rejected.record();
        boolean replay = seals.isReplay(record);
        long replays = replay
                ? DeadLetterHeaders.number(record.headers(), DeadLetterHeaders.REPLAYS)
                        .orElse(0)
                : 0;
        long timestamp = replay
                ? DeadLetterHeaders.number(record.headers(), DeadLetterHeaders.REPLAY_TIMESTAMP)
                        .orElse(record.timestamp())
                : record.timestamp();
        Headers headers = replay
                ? DeadLetterHeaders.withoutLast(record.headers(), Set.of(DeadLetterHeaders.REPLAYS))
                : new RecordHeaders(record.headers());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.REASON, rejected.reason());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.EXCEPTION, rejected.exception());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.MESSAGE, rejected.message());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.TOPIC, record.topic());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.PARTITION, record.partition());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.OFFSET, record.offset());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.TIMESTAMP, timestamp);
        DeadLetterHeaders.add(
                headers, DeadLetterHeaders.GROUP, rejected.consumer().group());
        DeadLetterHeaders.add(
                headers, DeadLetterHeaders.ROUTE, rejected.consumer().id());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.ATTEMPTS, rejected.attempts());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.REPLAYS, replays);
        DeadLetterHeaders.add(headers, DeadLetterHeaders.FAILED_AT, failedAt);
        DeadLetterHeaders.add(headers, DeadLetterHeaders.EVENT_ID, eventId(record, replay));
        String topic = record.topic() + Topic.DEAD_LETTER_SUFFIX;
        seals.sealDeadLetter(topic, record.key(), record.value(), headers);
        return new OutgoingRecord(topic, record.key(), record.value(), headers);
    }

    private String eventId(PolledRecord record, boolean replay) {
        String given = replay ? DeadLetterHeaders.text(record.headers(), DeadLetterHeaders.REPLAY_EVENT_ID) : null;
        return given != null ? given : ids.of(record);
    }
}
