package io.github.eventgateway.deadletter;

import io.github.eventgateway.api.DaemonThreads;
import io.github.eventgateway.api.FatalErrors;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Updates the gauge of open dead letters in the background, so that no scrape waits for the database. The gauge has no
 * value while the database does not answer.
 */
@Component
class OpenDeadLetters {

    private static final Logger LOG = LoggerFactory.getLogger(OpenDeadLetters.class);
    private static final int INTERVAL_SECONDS = 15;
    private static final String COUNT = "SELECT COUNT(*) FROM dead_letter WHERE status IN ('open', 'replaying')";

    private final JdbcTemplate jdbc;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("open-dead-letters"));
    private volatile double open = Double.NaN;

    OpenDeadLetters(JdbcTemplate jdbc, MeterRegistry meters) {
        this.jdbc = jdbc;
        Gauge.builder("gateway.dead.letters.open", this, letters -> letters.open)
                .description("Dead letters that are neither replayed nor discarded")
                .register(meters);
    }

    @PostConstruct
    void watch() {
        thread.scheduleWithFixedDelay(FatalErrors.watched(this::refresh), 1, INTERVAL_SECONDS, TimeUnit.SECONDS);
    }

    @PreDestroy
    void stop() {
        thread.shutdownNow();
    }

    void refresh() {
        try {
            Long count = jdbc.queryForObject(COUNT, Long.class);
            open = count == null ? Double.NaN : count;
        } catch (RuntimeException e) {
            LOG.debug("The open dead letters cannot be counted", e);
            open = Double.NaN;
        }
    }
}
