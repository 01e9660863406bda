package io.github.eventgateway.database;

import java.time.Duration;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;

/**
 * A component that repeats its work on the database, on a thread of its own. The work begins when the database is
 * migrated. Any thread.
 */
public abstract class DatabaseWorker implements SmartLifecycle, HealthIndicator {

    /** Starts after the migrations. */
    private static final int PHASE = Integer.MIN_VALUE + 2;

    private static final Duration LEAST = Duration.ofMillis(1);
    private static final Duration UNTIL_MIGRATED = Duration.ofSeconds(1);

    private final Migrations migrations;
    private final Duration interval;
    private final RepeatedWork work;

    /**
     * Prepares the work; nothing runs before {@link #start}.
     *
     * @param name the name of the thread
     * @param interval the pause between two attempts; at least a millisecond is used
     */
    protected DatabaseWorker(String name, Migrations migrations, Duration interval) {
        this.migrations = migrations;
        this.interval = interval.compareTo(LEAST) < 0 ? LEAST : interval;
        this.work = new RepeatedWork(name, LoggerFactory.getLogger(getClass()));
    }

    /**
     * Works, and returns the pause before the next attempt. Runs only if the database is migrated, on the thread of the
     * work.
     *
     * @throws InterruptedException if the work is stopped
     */
    protected abstract Duration attempt() throws InterruptedException;

    private Duration attemptIfMigrated() throws InterruptedException {
        if (migrations.isMigrated()) {
            return attempt();
        }
        return interval.compareTo(UNTIL_MIGRATED) < 0 ? interval : UNTIL_MIGRATED;
    }

    /** Returns the pause between two attempts. */
    protected final Duration interval() {
        return interval;
    }

    /** Ends the current pause, or the next one. Returns at once. */
    public final void wake() {
        work.wake();
    }

    /** Stores this problem, and logs it if it is new. */
    protected final void failed(String problem) {
        work.failed(problem);
    }

    /** Forgets the problem. Logs this text if there was one; null logs nothing. */
    protected final void succeeded(String text) {
        work.succeeded(text);
    }

    /** Returns the problem that stops the work; null without one. */
    public final String problem() {
        return work.problem();
    }

    @Override
    public void start() {
        work.start(this::attemptIfMigrated);
    }

    @Override
    public final void stop() {
        work.stop();
    }

    @Override
    public final boolean isRunning() {
        return work.isRunning();
    }

    @Override
    public final int getPhase() {
        return PHASE;
    }

    /** Returns a health that is up, because the gateway works in spite of a problem. Its details name the problem. */
    @Override
    public Health health() {
        String known = problem();
        return known == null
                ? Health.up().build()
                : Health.up().withDetail("problem", known).build();
    }
}
