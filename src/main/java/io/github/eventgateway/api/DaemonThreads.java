package io.github.eventgateway.api;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Creates threads that do not keep the process alive. Any thread. */
public final class DaemonThreads {

    private DaemonThreads() {}

    /** Returns a thread for this work, which is not started. */
    public static Thread of(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Returns a factory for an executor with one thread, or with threads of one name. */
    public static ThreadFactory named(String name) {
        return work -> of(name, work);
    }

    /** Returns a factory for an executor with several threads: {@code name-1}, {@code name-2} and so on. */
    public static ThreadFactory numbered(String name) {
        AtomicInteger number = new AtomicInteger();
        return work -> of(name + "-" + number.incrementAndGet(), work);
    }
}
