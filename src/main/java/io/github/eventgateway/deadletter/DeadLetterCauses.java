package io.github.eventgateway.deadletter;

import io.github.eventgateway.api.DaemonThreads;
import io.github.eventgateway.api.FatalErrors;
import io.github.eventgateway.api.RootCause;
import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.database.Migrations;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Maintains the causes of dead letters in the table {@code dead_letter_cause}. The dead letters of an earlier version
 * get their cause in the background, in small transactions that block nobody. Several gateways may do this at once. Any
 * thread.
 */
@Component
class DeadLetterCauses {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterCauses.class);

    /** A gateway of the earlier version may still run. */
    private static final int INTERVAL_SECONDS = 60;

    private static final int BATCH = 500;
    private static final int ROWS_PER_LOG_LINE = 100_000;
    static final String INSERT = """
            INSERT INTO dead_letter_cause (cause, topic, consumer_group, route, reason, message)
            VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""";
    private static final String WITHOUT = """
            SELECT id, source_topic, consumer_group, route, reason, message FROM dead_letter WHERE cause IS NULL
            LIMIT\s""" + BATCH;
    private static final String SET = "UPDATE dead_letter SET cause = ? WHERE id = ? AND cause IS NULL";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final boolean isPostgresql;
    private final Migrations migrations;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("dead-letter-causes"));

    /** Only for the thread itself: logs one line per outage. */
    private boolean failed;

    DeadLetterCauses(
            JdbcTemplate jdbc,
            PlatformTransactionManager transactions,
            DatabaseSettings settings,
            Migrations migrations) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.transaction.setTimeout(settings.batchSeconds());
        this.isPostgresql = settings.isPostgresql();
        this.migrations = migrations;
    }

    @PostConstruct
    void watch() {
        thread.scheduleWithFixedDelay(FatalErrors.watched(this::fill), 1, INTERVAL_SECONDS, TimeUnit.SECONDS);
    }

    @PreDestroy
    void stop() {
        thread.shutdownNow();
    }

    /**
     * Adds missing causes in the transaction of the caller, and prevents the removal of causes until its end. All
     * gateways use the same order, so that two of them cannot deadlock.
     */
    void add(Collection<DeadLetterCause> causes) {
        Map<Long, DeadLetterCause> unique = new TreeMap<>();
        causes.forEach(cause -> unique.put(cause.id(), cause));
        if (isPostgresql) {
            jdbc.execute(UnusedCauses.KEEP_ALL);
        }
        jdbc.batchUpdate(
                INSERT,
                unique.values().stream()
                        .map(cause -> new Object[] {
                            cause.id(), cause.topic(), cause.group(), cause.route(), cause.reason(), cause.message()
                        })
                        .toList());
    }

    /** Sets the cause of all dead letters without one. */
    void fill() {
        long filled = 0;
        try {
            int found = migrations.isMigrated() ? BATCH : 0;
            while (found == BATCH && !Thread.currentThread().isInterrupted()) {
                found = fillSome();
                filled += found;
                if (filled % ROWS_PER_LOG_LINE == 0 && found > 0) {
                    LOG.info("{} dead letters of an earlier version are grouped by their cause; more follow", filled);
                }
            }
            if (filled > 0) {
                LOG.info("All dead letters of an earlier version are grouped by their cause: {}", filled);
            }
            failed = false;
        } catch (RuntimeException e) {
            if (!failed) {
                LOG.warn(
                        "Dead letters of an earlier version cannot be grouped by their cause. The gateway retries. Cause: {}",
                        RootCause.text(e));
            }
            failed = true;
        }
    }

    private int fillSome() {
        Integer filled = transaction.execute(status -> {
            List<Map<String, Object>> rows = jdbc.queryForList(WITHOUT);
            Map<Object, DeadLetterCause> causes = new HashMap<>();
            rows.forEach(row -> causes.put(row.get("id"), DeadLetterCause.of(row)));
            add(causes.values());
            jdbc.batchUpdate(
                    SET,
                    rows.stream()
                            .map(row -> (String) row.get("id"))
                            .sorted(Comparator.naturalOrder())
                            .map(id -> new Object[] {causes.get(id).id(), id})
                            .toList());
            return rows.size();
        });
        return filled == null ? 0 : filled;
    }
}
