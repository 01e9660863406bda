package io.github.eventgateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.kafka.ConsumerStalls.Standing;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ConsumerStallsTest {

    private static final ConsumerProblems.ConsumedTopic PLACE = new ConsumerProblems.ConsumedTopic("store", "orders");
    private static final TopicPartition FIRST = new TopicPartition("orders", 0);
    private static final TopicPartition SECOND = new TopicPartition("orders", 1);

    private final AtomicLong now = new AtomicLong();
    private final ConsumerStalls stalls = new ConsumerStalls(Duration.ofSeconds(60), now::get);

    private void after(long seconds, Standing first, Standing second) {
        now.addAndGet(Duration.ofSeconds(seconds).toNanos());
        stalls.see(PLACE, Map.of(FIRST, first, SECOND, second));
    }

    private static Standing at(long committed, long lag) {
        return new Standing(committed, lag, false);
    }

    @Test
    void aPartitionWithWaitingRecordsAndNoCommit_isStalled_untilACommit() {
        after(0, at(5, 1), at(0, 0));
        after(50, at(5, 30), at(9, 4));
        assertThat(stalls.of(PLACE)).isEmpty();

        after(20, at(5, 31), at(12, 4));
        assertThat(stalls.of(PLACE)).hasValueSatisfying(sentence -> assertThat(sentence)
                .contains("Group store", "topic orders", "partition 0 (31)")
                .doesNotContain("transaction"));

        after(5, at(6, 30), at(12, 4));
        assertThat(stalls.of(PLACE)).isEmpty();
    }

    @Test
    void aGroupThatNeverCommitted_isStalledToo() {
        after(0, at(-1, 3), at(-1, 0));
        after(61, at(-1, 3), at(-1, 0));

        assertThat(stalls.of(PLACE)).isPresent();
    }

    @Test
    void withoutLagNothingIsStalled_andTheTimeBeginsWithTheFirstRecord() {
        after(0, at(5, 0), at(5, 0));
        after(600, at(5, 1), at(5, 0));
        after(59, at(5, 1), at(5, 0));
        assertThat(stalls.of(PLACE)).isEmpty();

        after(2, at(5, 1), at(5, 0));
        assertThat(stalls.of(PLACE)).isPresent();

        after(2, at(5, 0), at(5, 0));
        assertThat(stalls.of(PLACE)).isEmpty();
    }

    @Test
    void recordsBehindAnOpenTransaction_areReported() {
        after(0, new Standing(5, 2, true), at(5, 0));
        after(61, new Standing(5, 2, true), at(5, 0));

        assertThat(stalls.of(PLACE))
                .hasValueSatisfying(sentence -> assertThat(sentence).contains("transaction"));
    }

    @Test
    void aGroupWithoutAConsumer_isForgotten() {
        after(0, at(5, 1), at(5, 0));
        after(61, at(5, 1), at(5, 0));

        stalls.retain(List.of());

        assertThat(stalls.of(PLACE)).isEmpty();
    }
}
