package io.github.eventgateway.kafka;

import static java.time.temporal.ChronoUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolledRecordTest {

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1_795_453_445_696L, 253_402_300_799_999L})
    void theKafkaTimestampIsTheTimeOfReception(long timestamp) {
        assertThat(PolledRecord.receivedAt(timestamp)).isEqualTo(Instant.ofEpochMilli(timestamp));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, 253_402_300_800_000L, Long.MAX_VALUE})
    void aTimestampThatNoDatabaseCanStoreIsReplacedByNow(long timestamp) {
        assertThat(PolledRecord.receivedAt(timestamp)).isCloseTo(Instant.now(), within(1, MINUTES));
    }
}
