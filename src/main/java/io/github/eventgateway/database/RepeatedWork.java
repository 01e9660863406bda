package io.github.eventgateway.database;

import io.github.eventgateway.api.DaemonThreads;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * Work that a gateway repeats on a daemon thread of its own, until it is stopped or has nothing more to do. It logs a
 * problem once, not with each attempt. Any thread.
 */
final class RepeatedWork {

    private final String name;
    private final Logger log;
    private final Semaphore wakes = new Semaphore(0);
    private volatile Thread worker;
    private volatile String problem;

    /** One attempt. */
    @FunctionalInterface
    interface Attempt {

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
    RepeatedWork(String name, Logger log) {
        this.name = name;
        this.log = log;
    }

    /** Starts the thread with these attempts, unless it runs. */
    synchronized void start(Attempt attempts) {
        if (worker == null) {
            worker = DaemonThreads.of(name, () -> run(attempts));
            worker.start();
        }
    }

    /** Interrupts the thread, and does not wait for its end. */
    synchronized void stop() {
        Thread stopping = worker;
        worker = null;
        if (stopping != null) {
            stopping.interrupt();
        }
    }

    /** Ends the current pause, or the next one. Returns at once. */
    void wake() {
        wakes.release();
    }

    /** Returns whether it was started and not stopped. */
    boolean isRunning() {
        return worker != null;
    }

    private void run(Attempt attempts) {
        while (worker == Thread.currentThread()) {
            try {
                Duration pause = attempts.attempt();
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
    void failed(String now) {
        if (!now.equals(problem)) {
            log.warn(now);
        }
        problem = now;
    }

    /** Forgets the problem. Logs this text if there was one; null logs nothing. */
    void succeeded(String text) {
        if (problem != null && text != null) {
            log.info(text);
        }
        problem = null;
    }

    /** Returns the problem that stops the work; null without one. */
    String problem() {
        return problem;
    }
}
