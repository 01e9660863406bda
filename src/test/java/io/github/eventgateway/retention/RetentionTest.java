package io.github.eventgateway.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.atLeast;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.database.Migrations;
import io.github.eventgateway.kafka.KafkaSettings;
import io.github.eventgateway.kafka.TopicRetention;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.health.contributor.Status;

/** Tests the times of removal, and the messages of settings and health. */
class RetentionTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration DAYS_90 = Duration.ofDays(90);

    private final Trimmer trimmer = mock();
    private final Migrations migrations = mock();
    private final TopicRetention topics = mock();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final KafkaSettings kafka = new Binder().bindOrCreate("gateway.kafka", KafkaSettings.class);
    private Retention retention;

    @BeforeEach
    void settle() throws Exception {
        when(migrations.isMigrated()).thenReturn(true);
        when(topics.longest()).thenReturn(DAYS_90);
        when(topics.longestOfDeadLetters()).thenReturn(DAYS_90);
        when(trimmer.oldestSeconds()).thenReturn(OptionalDouble.of(7));
    }

    @AfterEach
    void stop() {
        if (retention != null) {
            retention.stop();
        }
    }

    private Retention retention(Duration events, Duration deadLetters, Duration keys) {
        return retention(events, deadLetters, keys, null);
    }

    private Retention retention(Duration events, Duration deadLetters, Duration keys, Duration counts) {
        retention = new Retention(
                new RetentionSettings(events, deadLetters, keys, counts, null, Duration.ofMillis(10)),
                kafka,
                migrations,
                trimmer,
                topics,
                meters);
        return retention;
    }

    @Test
    void withoutSettings_nothingIsRemoved_andTheAgeOfTheOldestEventIsMeasured() throws Exception {
        retention(null, null, null).start();

        await().until(() -> meters.get("gateway.events.oldest.age").gauge().value() == 7);
        verify(trimmer, never()).events(any());
        verify(trimmer, never()).deadLetters(any());
        verify(trimmer, never()).causes();
        verify(trimmer, never()).counts(any());
        verify(trimmer, never()).keys(any());
    }

    @Test
    void expiredDataOfEachSettingIsRemoved() throws Exception {
        retention(DAY, DAYS_90, DAYS_90, DAY).start();

        await().untilAsserted(() -> {
            verify(trimmer, atLeast(2)).events(DAY);
            verify(trimmer, atLeast(2)).deadLetters(DAYS_90);
            verify(trimmer, atLeast(2)).causes();
            verify(trimmer, atLeast(2)).counts(DAY);
            verify(trimmer, atLeast(2)).keys(DAYS_90);
        });
    }

    @Test
    void aProblemIsReported_untilItIsGone() throws Exception {
        when(trimmer.events(any())).thenThrow(new SQLException("who are you"));
        assertThat(retention(DAY, null, null).health().getDetails()).isEmpty();
        retention.start();

        await().until(() -> retention.health().getDetails().containsKey("problem"));
        assertThat(retention.health().getStatus()).isEqualTo(Status.UP);
        assertThat(retention.health().getDetails().get("problem").toString()).contains("who are you");

        doReturn(false).when(trimmer).events(any());
        await().until(() -> retention.health().getDetails().isEmpty());
    }

    @Test
    void ifATopicKeepsItsRecordsForLonger_noIdIsForgotten_andTheReasonIsReported() throws Exception {
        when(topics.longest()).thenReturn(TopicRetention.FOR_EVER);
        retention(DAY, DAYS_90, DAYS_90).start();

        await().until(() -> retention.health().getDetails().containsKey("problem"));

        assertThat(retention.health().getDetails().get("problem").toString())
                .contains("a topic keeps its records forever (retention.ms), longer than gateway.retention.keys");
        verify(trimmer, atLeast(1)).events(DAY);
        verify(trimmer, atLeast(1)).deadLetters(DAYS_90);
        verify(trimmer, never()).keys(any());
    }

    @Test
    void shorterTimesThanKafkasRetentionPreventTheStart() {
        assertThatThrownBy(() -> retention(null, null, Duration.ofDays(30)))
                .isInstanceOf(StartupException.class)
                .hasMessage("gateway.retention.keys is 2592000 s and shorter than"
                        + " gateway.kafka.topics.dead-letter-retention, 7776000 s: records that are still in Kafka would be stored"
                        + " again. Set it to at least that time");
        assertThatThrownBy(() -> retention(null, null, DAY))
                .hasMessageContaining("shorter than gateway.kafka.topics.retention");
        assertThatThrownBy(() -> retention(null, DAY, null))
                .hasMessageContaining("gateway.retention.dead-letters")
                .hasMessageContaining("shorter than gateway.kafka.topics.dead-letter-retention");
        assertThatThrownBy(() -> retention(Duration.ZERO, null, null)).hasMessageContaining("at least one second");
        assertThatThrownBy(() -> retention(null, null, null, Duration.ZERO))
                .hasMessageContaining("gateway.retention.counts is 0 s");
        assertThat(retention(Duration.ofSeconds(1), DAYS_90, DAYS_90)).isNotNull();
    }
}
