package io.github.eventgateway.query;

import io.github.eventgateway.api.DaemonThreads;
import io.github.eventgateway.api.FatalErrors;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.RootCause;
import io.github.eventgateway.api.StreamedAnswer;
import io.github.eventgateway.database.ConnectionPools;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Streams events to all listeners as they are stored. While anyone listens, its own thread reads each event once for
 * all of them. Any thread.
 */
@Component("liveEvents")
public class LiveEvents implements DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(LiveEvents.class);

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
    private static final int LOOK_AGAIN_MILLIS = 10;
    private static final String LAST_EVENT_ID = "Last-Event-ID";

    private final EventQuery query;
    private final StoredOrder order;
    private final StreamSettings settings;
    private final ScheduledExecutorService thread;
    private final List<EventStream> listeners = new ArrayList<>();
    private OrderedReading reading;
    private StreamPosition position;
    private volatile boolean failing;

    LiveEvents(EventQuery query, StoredOrder order, StreamSettings settings, MeterRegistry meters) {
        this.query = query;
        this.order = order;
        this.settings = settings;
        this.thread = Executors.newSingleThreadScheduledExecutor(work -> DaemonThreads.of("live-events", () -> {
            ConnectionPools.useAs(ConnectionPools.User.CALLERS);
            work.run();
        }));
        long millis = settings.pollInterval().toMillis();
        thread.scheduleWithFixedDelay(FatalErrors.watched(this::tryToPoll), millis, millis, TimeUnit.MILLISECONDS);
        Gauge.builder("gateway.events.listeners", this, LiveEvents::count)
                .description("Listeners of GET /api/events/stream")
                .register(meters);
    }

    /**
     * Returns an endless stream of the events that meet the filters of {@link EventQuery#prepare}. It begins after the
     * header {@code Last-Event-ID}, or now without it. Any thread.
     *
     * @throws GatewayException with {@code INVALID_PARAMETER} and all faults
     */
    public StreamedAnswer stream(Exchange exchange) {
        Selection events = query.select(exchange);
        EventFilter filter = query.filter(events);
        String id = events.value(LAST_EVENT_ID);
        StreamPosition start = null;
        if (id != null && !id.isEmpty()) {
            start = StreamPosition.decode(id);
            if (start == null) {
                events.addFault(LAST_EVENT_ID, "must be the id of an event of the stream");
            }
        }
        events.requireValid();
        return stream(filter, start, CallerToken.of(exchange));
    }

    EventStream stream(EventFilter filter, StreamPosition start, CallerToken token) {
        return new EventStream(order, this, filter, start, token, settings);
    }

    /**
     * Adds a listener. It gets all events after the returned position. A listener that has read further gets some
     * events twice.
     *
     * @param caughtUp the position up to which the listener has read
     */
    synchronized StreamPosition join(EventStream listener, StreamPosition caughtUp) {
        if (listeners.isEmpty()) {
            reading = order.from(caughtUp);
            position = caughtUp;
        }
        listeners.add(listener);
        return position;
    }

    synchronized void leave(EventStream listener) {
        listeners.remove(listener);
    }

    private synchronized int count() {
        return listeners.size();
    }

    private synchronized OrderedReading reading() {
        return listeners.isEmpty() ? null : reading;
    }

    private void tryToPoll() {
        OrderedReading current = reading();
        try {
            while (current != null && poll(current)) {
                awaitRoom();
                current = reading();
            }
            failing = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (GatewayException e) {
            // Entries were deleted before they were read, so the listeners must end.
            LOG.warn("The live events are too far behind. Their listeners are disconnected");
            endAll(current, e);
        } catch (RuntimeException e) {
            // The position stays, so the next attempt reads from it.
            if (!failing) {
                LOG.warn("The database is unavailable. Live events wait. Cause: {}", RootCause.text(e));
                LOG.debug("Reading live events failed", e);
            }
            failing = true;
        }
    }

    /**
     * Waits after many events at once, so that fast listeners can catch up. A slow listener cannot delay others for
     * longer.
     */
    private void awaitRoom() throws InterruptedException {
        long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
        while (!hasRoom() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
        }
    }

    private synchronized boolean hasRoom() {
        return listeners.stream().allMatch(EventStream::hasRoom);
    }

    /** Returns whether more events may be available at once. */
    private boolean poll(OrderedReading current) {
        OrderedReading.Page page = current.next();
        synchronized (this) {
            // Otherwise all listeners have left, and the next ones begin elsewhere.
            if (current == reading) {
                position = page.next();
                listeners.forEach(listener -> listener.offer(page.events(), page.next()));
            }
        }
        return !page.isLast();
    }

    private synchronized void endAll(OrderedReading current, GatewayException failure) {
        if (current == reading) {
            listeners.forEach(listener -> listener.fail(failure));
            listeners.clear();
        }
    }

    @Override
    public void destroy() {
        thread.shutdownNow();
    }
}
