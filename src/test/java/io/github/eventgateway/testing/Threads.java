package io.github.eventgateway.testing;

import java.util.concurrent.Executor;

/** Threads for what a test does at the same time. */
public final class Threads {

    /**
     * Starts a thread for each task. The common pool has one thread on two processors, so that from Java 25 on one task waits there
     * for the end of another one.
     */
    public static final Executor ONE_EACH = task -> new Thread(task).start();

    private Threads() {}
}
