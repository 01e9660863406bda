package io.github.eventgateway.server.http;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.database.ConnectionPools;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs all streamed answers on a few threads in turns. Any thread. */
final class AnswerStreams {

    /** The pause of a stream whose caller has not read the last piece yet. */
    private static final int REST_MILLIS = 20;

    /** The pause of a stream without a new piece. */
    private static final int IDLE_MILLIS = 100;

    private final Set<AnswerStream> streams = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor threads;

    AnswerStreams(String name, int count) {
        this.threads = new ScheduledThreadPoolExecutor(count, work -> {
            Thread thread = new Thread(
                    () -> {
                        ConnectionPools.useAs(ConnectionPools.User.CALLERS);
                        work.run();
                    },
                    name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Starts a stream. */
    void start(AnswerStream stream) {
        streams.add(stream);
        schedule(stream, 0);
    }

    private void schedule(AnswerStream stream, int millis) {
        try {
            threads.schedule(() -> step(stream), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            stream.stop(new GatewayException(Reason.STOPPING));
        }
    }

    private void step(AnswerStream stream) {
        switch (stream.step()) {
            case WRITTEN -> schedule(stream, 0);
            case WAITS -> schedule(stream, REST_MILLIS);
            case IDLE -> schedule(stream, IDLE_MILLIS);
            default -> streams.remove(stream);
        }
    }

    /** Ends all streams. Their callers can resume them at another gateway. */
    void stop() {
        threads.shutdown();
        streams.forEach(stream -> stream.stop(new GatewayException(Reason.STOPPING)));
    }
}
