package io.github.eventgateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class PolledBatchTest {

    private static final TopicPartition ONE = new TopicPartition("t", 1);
    private static final TopicPartition TWO = new TopicPartition("t", 2);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");

    private static PolledRecord record(TopicPartition at, long offset) {
        return new PolledRecord(at.topic(), at.partition(), offset, 0, null, null, new RecordHeaders());
    }

    private Long committed(TopicPartition partition) {
        var offset = consumer.committed(Set.of(partition)).get(partition);
        return offset == null ? null : offset.offset();
    }

    @Test
    void eachPartitionIsCommittedPastItsLastRecord() {
        consumer.assign(List.of(ONE, TWO));

        new PolledBatch(List.of(record(ONE, 4), record(TWO, 9), record(ONE, 5)), consumer).commit();

        assertThat(committed(ONE)).isEqualTo(6);
        assertThat(committed(TWO)).isEqualTo(10);
    }

    @Test
    void aRevokedPartitionIsNotCommitted() {
        consumer.assign(List.of(ONE, TWO));
        PolledBatch batch = new PolledBatch(List.of(record(ONE, 4), record(TWO, 9)), consumer);
        consumer.assign(List.of(TWO));

        batch.commit();

        assertThat(committed(ONE)).isNull();
        assertThat(committed(TWO)).isEqualTo(10);
    }

    @Test
    void ifAllPartitionsWereRevoked_nothingIsCommitted() {
        consumer.assign(List.of(ONE));
        PolledBatch batch = new PolledBatch(List.of(record(ONE, 4)), consumer);
        consumer.assign(List.of());

        batch.commit();

        assertThat(committed(ONE)).isNull();
    }
}
