package io.github.eventgateway.server.http;

import io.github.eventgateway.api.DaemonThreads;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/**
 * A few threads for the work of many callers. Callers with waiting work take turns, and one caller can use only some of
 * the threads, so slow work of one does not block the others. The submitter must limit the amount of waiting work. Any thread.
 */
final class FairThreads {

    private final ExecutorService threads;
    private final int most;
    private final int mostOfOne;
    private final Map<String, Caller> callers = new LinkedHashMap<>();
    private int running;

    private static final class Caller {
        private final Queue<Runnable> waiting = new ArrayDeque<>();
        private int running;
    }

    /**
     * @param name the prefix of the thread names
     * @param most the number of threads
     * @param mostOfOne the maximum number of threads that work for one caller
     * @param begin the first action of each thread
     */
    FairThreads(String name, int most, int mostOfOne, Runnable begin) {
        this.most = most;
        this.mostOfOne = Math.max(1, mostOfOne);
        ThreadFactory daemons = DaemonThreads.numbered(name);
        this.threads = Executors.newFixedThreadPool(
                most,
                work -> daemons.newThread(() -> {
                    begin.run();
                    work.run();
                }));
    }

    synchronized void execute(String caller, Runnable work) {
        callers.computeIfAbsent(caller, name -> new Caller()).waiting.add(work);
        startNext();
    }

    private void startNext() {
        Iterator<Map.Entry<String, Caller>> all = callers.entrySet().iterator();
        while (running < most && all.hasNext()) {
            Map.Entry<String, Caller> next = all.next();
            Caller caller = next.getValue();
            if (caller.running < mostOfOne && !caller.waiting.isEmpty()) {
                start(next.getKey(), caller);
                // The caller moves to the end of the queue, so that all callers take turns.
                all.remove();
                callers.put(next.getKey(), caller);
                all = callers.entrySet().iterator();
            }
        }
    }

    private void start(String name, Caller caller) {
        Runnable work = caller.waiting.remove();
        running++;
        caller.running++;
        threads.execute(() -> {
            try {
                work.run();
            } finally {
                ended(name, caller);
            }
        });
    }

    private synchronized void ended(String name, Caller caller) {
        running--;
        caller.running--;
        if (caller.running == 0 && caller.waiting.isEmpty()) {
            callers.remove(name);
        }
        startNext();
    }

    void stop() {
        threads.shutdownNow();
    }
}
