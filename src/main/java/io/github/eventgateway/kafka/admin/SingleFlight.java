package io.github.eventgateway.kafka.admin;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Shares one call among all callers that want it at the same time, so that many of them cost Kafka a single request.
 * Any thread.
 */
final class SingleFlight<T> {

    private final Supplier<CompletableFuture<T>> call;
    private CompletableFuture<T> current;

    SingleFlight(Supplier<CompletableFuture<T>> call) {
        this.call = call;
    }

    /** Returns the running call, or starts one. The future is shared: do not complete it. */
    synchronized CompletableFuture<T> get() {
        if (current == null || current.isDone()) {
            current = call.get();
        }
        return current;
    }
}
