package io.github.eventgateway.database;

import io.github.eventgateway.api.DaemonThreads;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.springframework.boot.health.contributor.Health;

/**
 * Work that a gateway repeats on a daemon thread of its own, until it is stopped or has nothing more to do. It logs a problem once,
 * not with each attempt. Any thread.
 */
public final class RepeatedWork {

    private static final Duration LEAST = Duration.ofMillis(1);
    private static final Duration UNTIL_MIGRATED = Duration.ofSeconds(1);

    private final String name;
    private final Attempt step;
    private final Logger log;
    private final Semaphore wakes = new Semaphore(0);
    private volatile Thread worker;
    private volatile String problem;

    /** One attempt. */
    @FunctionalInterface
    public interface Attempt {

        /**
         * Works, and returns the pause before the next attempt; null ends the work.
         *
         * @throws InterruptedException if the work is stopped
         */
        Duration attempt() throws InterruptedException;
    }

    /**
     * Prepares the work; nothing runs before {@link #start}.
     *
     * @param name the name of the thread
     * @param log gets the problems, as warnings
     */
    public RepeatedWork(String name, Logger log, Attempt step) {
        this.name = name;
        this.log = log;
        this.step = step;
    }

    /** Starts the thread, unless it runs. */
    public synchronized void start() {
        if (worker == null) {
            worker = DaemonThreads.of(name, this::run);
            worker.start();
        }
    }

    /** Interrupts the thread, and does not wait for its end. */
    public synchronized void stop() {
        Thread stopping = worker;
        worker = null;
        if (stopping != null) {
            stopping.interrupt();
        }
    }

    /** Ends the current pause, or the next one. Returns at once. */
    public void wake() {
        wakes.release();
    }

    /** Returns whether it was started and not stopped. */
    public boolean isRunning() {
        return worker != null;
    }

    private void run() {
        while (worker == Thread.currentThread()) {
            try {
                Duration pause = step.attempt();
                if (pause == null) {
                    return;
                }
                if (wakes.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    wakes.drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Stores this problem, and logs it if it is new. */
    public void failed(String now) {
        if (!now.equals(problem)) {
            log.warn(now);
        }
        problem = now;
    }

    /** Forgets the problem. Logs this text if there was one; null logs nothing. */
    public void succeeded(String text) {
        if (problem != null && text != null) {
            log.info(text);
        }
        problem = null;
    }

    /** Returns the problem that stops the work; null without one. */
    public String problem() {
        return problem;
    }

    /** Returns a health that is up, because the gateway works in spite of a problem. Its details name the problem. */
    public Health.Builder health() {
        String known = problem;
        return known == null ? Health.up() : Health.up().withDetail("problem", known);
    }

    /** Returns the pause between two attempts for a configured interval. It is never zero. */
    public static Duration pause(Duration interval) {
        return interval.compareTo(LEAST) < 0 ? LEAST : interval;
    }

    /** Returns the pause before the next attempt while the database is not migrated: this one, at most a second. */
    public static Duration untilMigrated(Duration pause) {
        return pause.compareTo(UNTIL_MIGRATED) < 0 ? pause : UNTIL_MIGRATED;
    }
}
