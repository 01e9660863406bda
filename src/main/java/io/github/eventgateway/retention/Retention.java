package io.github.eventgateway.retention;

import io.github.eventgateway.api.RootCause;
import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.database.DatabaseWorker;
import io.github.eventgateway.database.Migrations;
import io.github.eventgateway.kafka.KafkaSettings;
import io.github.eventgateway.kafka.TopicRetention;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.springframework.stereotype.Component;

/**
 * Removes expired events, dead letters, counts and ids on its own thread. After a failure the health stays up, because the
 * gateway works, but names the problem. Any thread.
 */
@Component("retention")
class Retention extends DatabaseWorker {

    /** A pause for other work of the database. */
    private static final Duration STEP_PAUSE = Duration.ofMillis(20);

    private final RetentionSettings settings;
    private final Trimmer trimmer;
    private final TopicRetention topics;
    private volatile double oldestSeconds = Double.NaN;

    /**
     * @throws StartupException if a time is too short for the retention in Kafka
     */
    Retention(
            RetentionSettings settings,
            KafkaSettings kafka,
            Migrations migrations,
            Trimmer trimmer,
            TopicRetention topics,
            MeterRegistry meters) {
        super("retention", migrations, settings.interval());
        require(settings, kafka.topics());
        this.settings = settings;
        this.trimmer = trimmer;
        this.topics = topics;
        Gauge.builder("gateway.events.oldest.age", () -> oldestSeconds)
                .baseUnit("seconds")
                .description("Time since the oldest event was stored; no value without events")
                .register(meters);
    }

    private static void require(RetentionSettings settings, KafkaSettings.Topics topics) {
        requirePositive("events", settings.events());
        requirePositive("counts", settings.counts());
        atLeast("keys", settings.keys(), "retention", topics.retention());
        atLeast("keys", settings.keys(), "dead-letter-retention", topics.deadLetterRetention());
        atLeast("dead-letters", settings.deadLetters(), "dead-letter-retention", topics.deadLetterRetention());
    }

    private static void requirePositive(String name, Duration time) {
        if (time != null && time.toSeconds() < 1) {
            throw new StartupException("gateway.retention." + name + " is " + time.toSeconds()
                    + " s: set it to at least one second, or leave it empty to keep everything");
        }
    }

    private static void atLeast(String name, Duration time, String ofTopics, Duration least) {
        requirePositive(name, time);
        if (time != null && time.compareTo(least) < 0) {
            throw new StartupException("gateway.retention." + name + " is " + time.toSeconds()
                    + " s and shorter than gateway.kafka.topics." + ofTopics + ", " + least.toSeconds()
                    + " s: records that are still in Kafka would be stored again. Set it to at least that time");
        }
    }

    @Override
    protected Duration attempt() throws InterruptedException {
        return step() ? STEP_PAUSE : interval();
    }

    /** Runs one step of each kind; returns whether another one can follow at once. */
    private boolean step() throws InterruptedException {
        try {
            boolean more = trim();
            if (!more) {
                oldestSeconds = trimmer.oldestSeconds().orElse(Double.NaN);
            }
            succeeded("Data older than gateway.retention allows can be removed again");
            return more;
        } catch (SQLException | IOException | ExecutionException | RuntimeException e) {
            failed("Data older than gateway.retention allows cannot be removed. The gateway retries. Cause: "
                    + RootCause.text(e));
            return false;
        }
    }

    private boolean trim() throws SQLException, IOException, ExecutionException, InterruptedException {
        if (settings.events() != null && trimmer.events(settings.events())) {
            return true;
        }
        return deadLetters() || counts() || keys();
    }

    private boolean deadLetters() throws SQLException, IOException, ExecutionException, InterruptedException {
        Duration age = settings.deadLetters();
        return age != null
                && isLongEnough("dead-letters", age, topics.longestOfDeadLetters())
                && (trimmer.deadLetters(age) || trimmer.causes());
    }

    private boolean counts() throws SQLException, IOException {
        return settings.counts() != null && trimmer.counts(settings.counts());
    }

    private boolean keys() throws SQLException, IOException, ExecutionException, InterruptedException {
        Duration age = settings.keys();
        return age != null && isLongEnough("keys", age, topics.longest()) && trimmer.keys(age);
    }

    /**
     * Records that Kafka still has would be stored again. The retention of the topics may differ from the settings,
     * which the start checks.
     */
    private static boolean isLongEnough(String name, Duration time, Duration least) {
        if (time.compareTo(least) < 0) {
            throw new IllegalStateException("a topic keeps its records "
                    + (least.equals(TopicRetention.FOR_EVER) ? "forever" : "for " + least.toSeconds() + " s")
                    + " (retention.ms), longer than gateway.retention." + name + ", " + time.toSeconds() + " s");
        }
        return true;
    }
}
