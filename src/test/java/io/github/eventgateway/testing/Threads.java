package io.github.eventgateway.testing;

import java.util.concurrent.Executor;

/** Runs concurrent work of a test. */
public final class Threads {

    /**
     * Starts a thread for each task. The common pool has only one thread on two processors, so from Java 25 on a task
     * there may wait for the end of another one.
     */
    public static final Executor ONE_EACH = task -> new Thread(task).start();

    private Threads() {}
}
