package io.github.eventgateway.testing;

import java.util.Set;
import java.util.concurrent.Executor;
import org.awaitility.Awaitility;

/** Runs concurrent work of a test. */
public final class Threads {

    /**
     * Starts a thread for each task. The common pool has only one thread on two processors, so from Java 25 on a task
     * there may wait for the end of another one.
     */
    public static final Executor ONE_EACH = task -> new Thread(task).start();

    private Threads() {}

    /** Returns all threads, for {@link #awaitEnd}. */
    public static Set<Thread> alive() {
        return Thread.getAllStackTraces().keySet();
    }

    /**
     * Waits for the end of the threads with this name. After its stop, a component can still create files of SQLite for a
     * moment, while JUnit deletes their folder.
     *
     * @param others the threads that were alive before the component started
     */
    public static void awaitEnd(String name, Set<Thread> others) {
        Awaitility.await("end of the threads " + name).until(() -> alive().stream()
                .noneMatch(thread -> thread.getName().equals(name) && !others.contains(thread)));
    }
}
