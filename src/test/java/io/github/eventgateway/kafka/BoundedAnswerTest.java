package io.github.eventgateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.eventgateway.testing.RawBatches;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The parts of a large batch, whose turn it is, and when it is inflated from its beginning. */
class BoundedAnswerTest {

    private static final TopicPartition ONE = new TopicPartition("t", 0);
    private static final TopicPartition OTHER = new TopicPartition("t", 1);
    private static final int MIB = 1024 * 1024;
    private static final int MOST = 16 * MIB;

    /** The position of this field in a batch. */
    private static final int PRODUCER_EPOCH = 51;

    private static final int COUNT = 57;

    /** The position of this field in a small record without a key. */
    private static final int VALUE_LENGTH = 5;

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE);
    private final OpenBatch open = new OpenBatch(clock::get);
    private final CutRecords cut = new CutRecords(MOST);

    @AfterEach
    void close() throws IOException {
        open.close();
    }

    @Test
    void ofABatchWithGapsAllRecordsAreRead_andItsLastOffsetIsReached() throws IOException {
        MemoryRecords batch = batch(3 * MIB, 0, 5, 9);

        assertThat(offsets(answer(ONE, batch, 0))).containsExactly(0L);
        assertThat(offsets(answer(ONE, batch, 1))).containsExactly(5L);
        MemoryRecords last = answer(ONE, batch, 6);
        assertThat(offsets(last)).containsExactly(9L);
        assertThat(last.batches().iterator().next().lastOffset()).isEqualTo(12);
        MemoryRecords none = answer(ONE, batch, 10);
        assertThat(offsets(none)).isEmpty();
        assertThat(none.batches().iterator().next().nextOffset()).isEqualTo(13);
    }

    @Test
    void aBatchThatHasChangedIsInflatedFromItsBeginning() throws IOException {
        assertThat(offsets(answer(ONE, batch(3 * MIB, 0, 5, 9), 0))).containsExactly(0L);

        assertThat(offsets(answer(ONE, batch(3 * MIB, 0, 7, 8), 1))).containsExactly(7L);
    }

    @Test
    void aLostAnswerIsMadeAgain() throws IOException {
        MemoryRecords batch = batch(3 * MIB, 0, 1, 2, 3);
        answer(ONE, batch, 0);
        answer(ONE, batch, 1);

        assertThat(offsets(answer(ONE, batch, 1))).containsExactly(1L);
        assertThat(offsets(answer(ONE, batch, 2))).containsExactly(2L);
    }

    @Test
    void aDamagedBatchIsNotRead_alsoIfItCanBeInflated() {
        MemoryRecords batch = batch(3 * MIB, 0, 1, 2);
        ByteBuffer bytes = batch.buffer();
        bytes.put(PRODUCER_EPOCH, (byte) (bytes.get(PRODUCER_EPOCH) + 1));

        assertThatThrownBy(() -> answer(ONE, batch, 0)).isInstanceOf(CorruptRecordException.class);
    }

    @Test
    void aBatchWithNegativeTimestampsIsBounded() throws IOException {
        for (long timestamp : new long[] {-5, Long.MIN_VALUE, -1}) {
            MemoryRecords batch = RawBatches.withTimestamp(timestamp, batch(MOST + 1, 0, 1));

            MemoryRecords first = answer(ONE, batch, 0);

            assertThat(offsets(first)).containsExactly(0L);
            assertThat(first.sizeInBytes()).isLessThan(MIB);
        }
    }

    @Test
    void ofABatchThatCannotBeInflated_theRemainingRecordsAreUnread() throws IOException {
        MemoryRecords batch = RawBatches.withoutLastBytes(10, batch(1000, 7, 8, 9));

        MemoryRecords answer = answer(ONE, batch, 7);

        assertThat(offsets(answer)).containsExactly(7L, 8L, 9L, 10L, 11L, 12L);
        for (Record record : answer.records()) {
            assertThat(record.valueSize()).isNegative();
        }
    }

    /** The broker accepts such records if they are compressed, and the Kafka client never gets beyond them. */
    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void ofABatchWithAMalformedRecord_theClientReadsEachOffset(CompressionType codec) throws IOException {
        List<Consumer<byte[]>> changes = List.of(
                bytes -> bytes[0] += 10,
                bytes -> bytes[0] -= 10,
                bytes -> bytes[0] = 0,
                bytes -> bytes[VALUE_LENGTH] += 20,
                bytes -> bytes[bytes.length - 1] = 1,
                bytes -> bytes[bytes.length - 1] = 2);
        for (Consumer<byte[]> change : changes) {
            for (int index = 0; index < 3; index++) {
                MemoryRecords batch = RawBatches.withRecord(
                        index, change, Compression.of(codec).build(), plain());

                MemoryRecords answer = answer(ONE, batch, 0);

                assertThat(offsets(answer)).containsExactly(0L, 1L, 2L);
                int place = 0;
                for (Record record : answer.records()) {
                    assertThat(record.hasValue()).isEqualTo(place++ < index);
                }
            }
        }
    }

    @Test
    void ofABatchWithMoreRecordsThanItDeclares_theDeclaredOnesAreRead() throws IOException {
        MemoryRecords plain = plain();
        MemoryRecords batch =
                RawBatches.withRecord(2, bytes -> {}, Compression.gzip().build(), plain);
        batch.buffer().putInt(COUNT, 2);

        assertThat(offsets(answer(ONE, RawBatches.withTimestamp(7, batch), 0))).containsExactly(0L, 1L);
    }

    private static MemoryRecords plain() {
        SimpleRecord record = new SimpleRecord(7_000L, null, new byte[] {1, 2, 3});
        return MemoryRecords.withRecords(Compression.NONE, record, record, record);
    }

    @Test
    void aLargeBatchWaitsForItsTurn_andOthersDoNot() throws IOException {
        MemoryRecords large = batch(3 * MIB, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        for (int offset = 0; offset < 8; offset++) {
            assertThat(offsets(answer(ONE, large, offset))).containsExactly((long) offset);
        }
        for (int offset = 0; offset < 5; offset++) {
            assertThat(offsets(answer(OTHER, large, offset))).containsExactly((long) offset);
        }
        assertThat(offsets(answer(OTHER, large, 5))).containsExactly(5L);
        assertThat(offsets(answer(OTHER, large, 6))).isEmpty();
        long inflated = open.inflated();
        assertThat(offsets(answer(OTHER, large, 6))).isEmpty();
        assertThat(open.inflated()).as("while it waits").isEqualTo(inflated);
        assertThat(offsets(answer(OTHER, batch(300, 20), 20))).containsExactly(20L);
        assertThat(offsets(answer(OTHER, large, 6))).isEmpty();

        assertThat(offsets(answer(ONE, large, 8))).containsExactly(8L);
        assertThat(offsets(answer(ONE, large, 9))).containsExactly(9L);
        assertThat(offsets(answer(OTHER, large, 6))).containsExactly(6L);
    }

    @Test
    void aTurnEnds_ifItsPartitionIsNoLongerReadOrFetched() throws IOException {
        MemoryRecords large = batch(3 * MIB, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        answer(ONE, large, 7);
        assertThat(offsets(answer(OTHER, large, 8))).isEmpty();
        open.forget(ONE);
        assertThat(offsets(answer(OTHER, large, 8))).containsExactly(8L);

        assertThat(offsets(answer(ONE, large, 7))).isEmpty();
        clock.addAndGet(Duration.ofSeconds(11).toNanos());
        assertThat(offsets(answer(ONE, large, 7))).containsExactly(7L);
        assertThat(offsets(answer(OTHER, large, 9))).isEmpty();
        assertThat(offsets(answer(ONE, large, 8))).containsExactly(8L);
    }

    @Test
    void aTurnGoesOnWhileItsBatchIsContinued() throws IOException {
        MemoryRecords large = batch(3 * MIB, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        for (int offset = 0; offset < 3; offset++) {
            answer(ONE, large, offset);
            clock.addAndGet(Duration.ofSeconds(6).toNanos());
        }

        assertThat(offsets(answer(OTHER, large, 8))).isEmpty();
    }

    private MemoryRecords answer(TopicPartition partition, MemoryRecords records, long first) throws IOException {
        return new BoundedAnswer(partition, first, MOST, open, cut).bounded(records);
    }

    private static List<Long> offsets(MemoryRecords records) {
        List<Long> offsets = new ArrayList<>();
        for (MutableRecordBatch batch : records.batches()) {
            batch.ensureValid();
            for (Record record : batch) {
                offsets.add(record.offset());
            }
        }
        return offsets;
    }

    /** Returns a compressed batch with records at these offsets, and three more offsets at its end. */
    private static MemoryRecords batch(int bytes, long... offsets) {
        MemoryRecordsBuilder builder = MemoryRecords.builder(
                ByteBuffer.allocate(2 * MIB),
                RecordBatch.CURRENT_MAGIC_VALUE,
                Compression.of(CompressionType.ZSTD).build(),
                TimestampType.CREATE_TIME,
                offsets[0]);
        for (long offset : offsets) {
            builder.appendWithOffset(offset, 7_000L, null, new byte[bytes], new Header[0]);
        }
        builder.overrideLastOffset(offsets[offsets.length - 1] + 3);
        return builder.build();
    }
}
