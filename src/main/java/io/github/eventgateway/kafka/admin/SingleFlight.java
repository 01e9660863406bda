package io.github.eventgateway.kafka.admin;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A call that those who want it at the same time share, so that a crowd asks Kafka no more than one would. Any thread. */
final class SingleFlight<T> {

    private final Supplier<CompletableFuture<T>> call;
    private CompletableFuture<T> current;

    SingleFlight(Supplier<CompletableFuture<T>> call) {
        this.call = call;
    }

    /** The call that is under way, or a new one. The future is shared: do not complete it. */
    synchronized CompletableFuture<T> get() {
        if (current == null || current.isDone()) {
            current = call.get();
        }
        return current;
    }
}
