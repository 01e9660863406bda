package io.github.eventgateway.database;

import io.github.eventgateway.api.RootCause;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/**
 * Maintains the partitions of the events in PostgreSQL on its own thread with the account that owns the tables. Every
 * gateway does this, and skips finished work. Health is down if the last partition has ended, because no event can be
 * stored then, and names the problem before that happens.
 */
@Component("partitions")
class PartitionMaintenance extends DatabaseWorker {

    private static final String FORBIDDEN =
            "; the account DATABASE_USER may not create the next one: set DATABASE_MIGRATION_USER and "
                    + "DATABASE_MIGRATION_PASSWORD to the account that owns the tables";

    private final EventPartitions partitions;
    private volatile EventPartitions.Present present;

    PartitionMaintenance(
            Migrations migrations, DatabaseSettings database, PartitionSettings settings, MeterRegistry meters) {
        super("partitions", migrations, settings.interval());
        this.partitions =
                database.isPostgresql() ? new EventPartitions(new MigrationAccount(database), settings) : null;
        if (partitions != null) {
            Gauge.builder("gateway.partitions", () -> present == null ? 0 : present.count())
                    .description("Number of partitions of the table event; 0 while it is not partitioned")
                    .register(meters);
            Gauge.builder("gateway.partitions.missing", () -> isNextMissing() ? 1 : 0)
                    .description("1 if the creation of the next partition is overdue, otherwise 0")
                    .register(meters);
        }
    }

    private boolean isNextMissing() {
        EventPartitions.Present now = present;
        return now != null && now.isEndNear();
    }

    @Override
    public void start() {
        if (partitions != null) {
            super.start();
        }
    }

    @Override
    protected Duration attempt() {
        long begun = System.nanoTime();
        // The pause is as long as the step, so that other work of the database gets half of the time.
        return step() ? Duration.ofNanos(System.nanoTime() - begun) : interval();
    }

    private boolean step() {
        try {
            boolean more = partitions.step();
            if (!more) {
                present = partitions.present();
                report(problemOf(present));
            }
            return more;
        } catch (SQLException | RuntimeException e) {
            failed("The maintenance of the event partitions failed. The gateway retries. Cause: " + RootCause.text(e));
            return false;
        }
    }

    private static String problemOf(EventPartitions.Present present) {
        if (!present.isEndNear()) {
            return null;
        }
        return "The last partition of the table event ends " + "at " + present.end()
                + (present.isOwned() ? "" : FORBIDDEN);
    }

    private void report(String now) {
        if (now == null) {
            succeeded(null);
        } else {
            failed(now);
        }
    }

    @Override
    public Health health() {
        EventPartitions.Present known = present;
        boolean hasEnded = known != null && known.end() != null && !known.end().isAfter(OffsetDateTime.now());
        Health.Builder health = hasEnded ? Health.down() : Health.up();
        if (known != null && known.end() != null) {
            health.withDetail("partitions", known.count())
                    .withDetail("until", known.end().toString());
        }
        String problem = problem();
        if (problem != null) {
            health.withDetail("problem", problem);
        }
        return health.build();
    }
}
