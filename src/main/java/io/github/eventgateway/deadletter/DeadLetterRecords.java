package io.github.eventgateway.deadletter;

import io.github.eventgateway.kafka.PolledRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Makes dead letters of rejected records, counts them and tells of them. A bean, because YAML cannot put Kafka headers in order. */
@Component("deadLetterRecords")
public class DeadLetterRecords {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterRecords.class);

    private final CamelContext context;
    private final MeterRegistry meters;

    DeadLetterRecords(CamelContext context, MeterRegistry meters) {
        this.context = context;
        this.meters = meters;
    }

    /**
     * One message a record, in their order, for a {@code kafka:} endpoint with the {@link WholeRecordSerializer}: the
     * record as it was, with the headers that say why it is a dead letter at the end.
     */
    public List<Message> messages(List<RejectedRecord> rejected) {
        long now = System.currentTimeMillis();
        return rejected.stream()
                .map(record -> deadLetter(record, now).message(context))
                .toList();
    }

    /** Counts records whose dead letters are acknowledged, and says of each in the log where it lay, why, and which one it is. */
    public void count(List<RejectedRecord> acknowledged) {
        for (RejectedRecord record : acknowledged) {
            Counter.builder("gateway.dead.letters")
                    .description("Records that became dead letters")
                    .tag("topic", record.topic())
                    .tag("group", record.group())
                    .tag("reason", record.reason())
                    .register(meters)
                    .increment();
            LOG.warn(
                    "Dead-lettered record {}/{}/{} of group {} for {}, dead letter {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    record.group(),
                    record.reason(),
                    id(record));
        }
    }

    /** The id that the dead letter has in the database: its headers alone decide it. */
    static String id(RejectedRecord record) {
        OutgoingRecord letter = deadLetter(record, 0);
        PolledRecord read = new PolledRecord(letter.topic(), 0, 0, 0, letter.key(), letter.value(), letter.headers());
        return DeadLetter.of(read, Instant.EPOCH).id();
    }

    static OutgoingRecord deadLetter(RejectedRecord record, long failedAt) {
        boolean replay = record.headers().lastHeader(DeadLetterHeaders.REPLAY_ID) != null;
        long replays = replay
                ? DeadLetterHeaders.number(record.headers(), DeadLetterHeaders.REPLAYS)
                        .orElse(0)
                : 0;
        Headers headers = replay
                ? DeadLetterHeaders.withoutLast(record.headers(), Set.of(DeadLetterHeaders.REPLAYS))
                : new RecordHeaders(record.headers());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.REASON, record.reason());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.EXCEPTION, record.exception());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.MESSAGE, record.message());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.TOPIC, record.topic());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.PARTITION, record.partition());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.OFFSET, record.offset());
        DeadLetterHeaders.add(
                headers, DeadLetterHeaders.TIMESTAMP, Replays.timestamp(record.headers(), record.timestamp()));
        DeadLetterHeaders.add(headers, DeadLetterHeaders.GROUP, record.group());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.ROUTE, record.route());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.ATTEMPTS, record.attempts());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.REPLAYS, replays);
        DeadLetterHeaders.add(headers, DeadLetterHeaders.FAILED_AT, failedAt);
        return new OutgoingRecord(record.topic() + DeadLetter.SUFFIX, record.key(), record.value(), headers);
    }
}
