package io.github.eventgateway.server.http;

import io.github.eventgateway.api.DaemonThreads;
import io.github.eventgateway.api.FatalErrors;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.database.ConnectionPools;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs all streamed answers on a few threads in turns. One caller cannot use all threads, so its slow pieces do not stop
 * the answers to others. Any thread.
 */
final class AnswerStreams {

    /** The pause of a stream whose caller has not read the last piece yet. */
    private static final int REST_MILLIS = 20;

    /** The pause of a stream without a new piece. */
    private static final int IDLE_MILLIS = 100;

    private final Set<AnswerStream> streams = ConcurrentHashMap.newKeySet();
    private final FairThreads threads;
    private final ScheduledExecutorService pauses;

    AnswerStreams(String name, int count) {
        this.threads = new FairThreads(
                name, count, Math.max(1, count / 2), () -> ConnectionPools.useAs(ConnectionPools.User.CALLERS));
        this.pauses = Executors.newSingleThreadScheduledExecutor(DaemonThreads.named(name + "-pauses"));
    }

    /** Starts a stream of this caller. */
    void start(String caller, AnswerStream stream) {
        streams.add(stream);
        next(caller, stream);
    }

    private void next(String caller, AnswerStream stream) {
        if (pauses.isShutdown()) {
            stream.stop(new GatewayException(Reason.STOPPING));
        } else {
            threads.execute(caller, () -> step(caller, stream));
        }
    }

    private void pause(String caller, AnswerStream stream, int millis) {
        try {
            pauses.schedule(FatalErrors.watched(() -> next(caller, stream)), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            stream.stop(new GatewayException(Reason.STOPPING));
        }
    }

    private void step(String caller, AnswerStream stream) {
        switch (stream.step()) {
            case WRITTEN -> next(caller, stream);
            case BLOCKED -> pause(caller, stream, REST_MILLIS);
            case IDLE -> pause(caller, stream, IDLE_MILLIS);
            default -> streams.remove(stream);
        }
    }

    /** Ends all streams. Their callers can resume them at another gateway. */
    void stop() {
        pauses.shutdown();
        streams.forEach(stream -> stream.stop(new GatewayException(Reason.STOPPING)));
    }

    /** Ends the threads, after all requests have ended. */
    void destroy() {
        threads.stop();
    }
}
