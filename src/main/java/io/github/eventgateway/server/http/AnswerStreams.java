package io.github.eventgateway.server.http;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.database.ConnectionPools;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The streams that are under way, on a few threads that take turns with them. Any thread. */
final class AnswerStreams {

    /** How long a stream rests whose caller has not taken the last piece yet. */
    private static final int REST_MILLIS = 20;

    /** How long a stream rests that has nothing to write. */
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

    /** Begins to write this one. */
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

    /** Ends all of them; their callers go on elsewhere where they stopped. */
    void stop() {
        threads.shutdown();
        streams.forEach(stream -> stream.stop(new GatewayException(Reason.STOPPING)));
    }
}
