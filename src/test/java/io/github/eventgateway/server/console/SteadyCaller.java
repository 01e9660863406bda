package io.github.eventgateway.server.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.Reply;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Posts events at a steady rate, in ten batches a second, until it is closed. */
final class SteadyCaller implements AutoCloseable {

    private static final int BATCHES = 10;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final AtomicLong accepted = new AtomicLong();
    private final Gateway gateway;
    private final int size;

    SteadyCaller(Gateway gateway, int eventsPerSecond) {
        this.gateway = gateway;
        this.size = eventsPerSecond / BATCHES;
        thread.scheduleAtFixedRate(this::send, 0, 1000 / BATCHES, TimeUnit.MILLISECONDS);
    }

    private void send() {
        String events =
                LongStream.range(0, size).mapToObj(i -> """
                {"type": "system_info", "data": {"service": "shop", "level": "info", "message": "order %d"}}""".formatted(i)).collect(Collectors.joining(",", "[", "]"));
        Reply reply = gateway.post("/api/events/batch", events);
        if (reply.status() / 100 == 2) {
            accepted.addAndGet(reply.data("/accepted").asLong());
        }
    }

    /** Waits until this number of further events is accepted. */
    void awaitAnother(int events) {
        long before = accepted.get();
        await().atMost(LIMIT).until(() -> accepted.get() >= before + events);
    }

    /** Ends the last batch, and returns the number of all accepted events. */
    long stop() {
        close();
        return accepted.get();
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            assertThat(thread.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
