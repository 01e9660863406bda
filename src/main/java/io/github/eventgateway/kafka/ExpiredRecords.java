package io.github.eventgateway.kafka;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Logs and counts records that Kafka deleted before a consumer group read them. Any thread. */
@Component
class ExpiredRecords {

    private static final Logger LOG = LoggerFactory.getLogger(ExpiredRecords.class);

    private final MeterRegistry meters;

    ExpiredRecords(MeterRegistry meters) {
        this.meters = meters;
    }

    /** Reports that a topic was deleted or lost, and created again, while the group read it. */
    void topicRecreated(String group, String topic) {
        LOG.warn("Topic {} was created again. Group {} reads it from its first record", topic, group);
    }

    /**
     * Reports that the group wanted to read at an offset that the partition no longer has, or does not have yet.
     *
     * @param next the offset that it wanted
     * @param begin the first offset of the partition now
     */
    void recordsMissing(String group, TopicPartition partition, long next, long begin) {
        if (begin <= next) {
            LOG.warn(
                    "Partition {} of topic {} ends before offset {}, where group {} should continue. The topic was created"
                            + " again, or the broker lost records. The group continues at the first offset, {}",
                    partition.partition(),
                    partition.topic(),
                    next,
                    group,
                    begin);
            return;
        }
        LOG.warn(
                "Kafka removed {} records of partition {} of topic {} before group {} read them (offsets "
                        + "{} to {}). The group was stopped for longer than the retention of the topic",
                begin - next,
                partition.partition(),
                partition.topic(),
                group,
                next,
                begin - 1);
        Counter.builder("gateway.consumer.expired")
                .description("Records that Kafka removed before a consumer group read them")
                .tag("group", group)
                .tag("topic", partition.topic())
                .register(meters)
                .increment(begin - next);
    }
}
