package io.github.eventgateway.query;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.StreamedAnswer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * Sends events that meet the filters as Server-Sent Events while they are stored. It first reads the events after its
 * start position from the database. {@link LiveEvents} passes further events to it. The size of the waiting events is
 * bounded, and a caller that is too slow is disconnected. One thread at a time, except for the methods that
 * {@link LiveEvents} calls.
 */
final class EventStream implements StreamedAnswer {

    private static final int PIECE_BYTES = 1 << 17;
    private static final int RETRY_MILLIS = 2000;

    private final StoredOrder order;
    private final LiveEvents live;
    private final EventFilter filter;
    private final StreamSettings settings;
    private final CallerToken token;
    private final Queue<StreamedEvent> waiting = new ArrayDeque<>();
    private final ByteArrayOutputStream piece = new ByteArrayOutputStream();
    private OrderedReading reading;
    private StreamPosition position;
    private StreamPosition until;
    private boolean begun;
    private boolean joined;
    private boolean forgotten;
    private long events;
    private long lastSent;

    /** Guarded by {@code waiting}, like the queue itself. */
    private long waitingBytes;

    private StreamPosition offered;
    private GatewayException failure;

    /**
     * @param start the start position; null for now
     * @param token the token of the caller; the stream ends when it expires or its key is withdrawn
     */
    EventStream(
            StoredOrder order,
            LiveEvents live,
            EventFilter filter,
            StreamPosition start,
            CallerToken token,
            StreamSettings settings) {
        this.order = order;
        this.live = live;
        this.filter = filter;
        this.position = start;
        this.token = token;
        this.settings = settings;
    }

    @Override
    public String contentType() {
        return "text/event-stream";
    }

    /** A buffering proxy would hold the events back. */
    @Override
    public Map<String, String> headers() {
        return Map.of("X-Accel-Buffering", "no");
    }

    @Override
    public byte[] next() {
        token.requireUnexpired();
        token.requireKey();
        piece.reset();
        try {
            read();
        } catch (GatewayException e) {
            forgotten = e.reason() == Reason.INVALID_PARAMETER;
            throw e;
        }
        long now = System.nanoTime();
        if (piece.size() == 0 && now - lastSent > settings.heartbeat().toNanos()) {
            write(("id: " + position.encode() + "\n: heartbeat\n\n").getBytes(StandardCharsets.UTF_8));
        }
        if (piece.size() > 0) {
            lastSent = now;
        }
        return piece.toByteArray();
    }

    private void read() {
        if (!begun) {
            begin();
        } else if (reading != null) {
            catchUp();
        } else {
            takeWaiting();
        }
    }

    private void begin() {
        if (position == null) {
            position = order.end();
        }
        reading = order.from(position);
        begun = true;
        write(("retry: " + RETRY_MILLIS + "\nid: " + position.encode() + "\n\n").getBytes(StandardCharsets.UTF_8));
    }

    private void catchUp() {
        OrderedReading.Page page = reading.next();
        for (StreamedEvent event : page.events()) {
            if (isBeforeLive(event.position()) && filter.matches(event)) {
                writeOnce(event);
            }
        }
        position = isBeforeLive(page.next()) ? page.next() : until;
        if (!joined && page.isLast()) {
            joined = true;
            until = live.join(this, position);
        }
        if (joined && !isBeforeLive(position)) {
            reading = null;
        }
    }

    /** Returns whether the live events do not serve it. */
    private boolean isBeforeLive(StreamPosition place) {
        return until == null || place.isBefore(until);
    }

    private void takeWaiting() {
        synchronized (waiting) {
            if (failure != null) {
                throw failure;
            }
            while (!waiting.isEmpty() && piece.size() < PIECE_BYTES) {
                StreamedEvent event = waiting.remove();
                waitingBytes -= event.message().length;
                writeOnce(event);
            }
            if (waiting.isEmpty() && offered != null && position.isBefore(offered)) {
                position = offered;
            }
        }
    }

    /** Skips everything before {@code position}, which is written already. */
    private void writeOnce(StreamedEvent event) {
        if (!event.position().isBefore(position)) {
            write(event.message());
            events++;
            position = event.position().next();
        }
    }

    private void write(byte[] bytes) {
        piece.write(bytes, 0, bytes.length);
    }

    /** Receives stored events. All matching events before the position {@code next} have then been offered. */
    void offer(List<StreamedEvent> stored, StreamPosition next) {
        synchronized (waiting) {
            for (StreamedEvent event : stored) {
                if (failure == null && filter.matches(event)) {
                    enqueue(event);
                }
            }
            offered = next;
        }
    }

    private void enqueue(StreamedEvent event) {
        waiting.add(event);
        waitingBytes += event.message().length;
        // A single event may be longer than the buffer.
        if (waiting.size() > 1 && waitingBytes > settings.bufferBytes()) {
            fail(new GatewayException(
                    Reason.TOO_SLOW,
                    "",
                    "the listener is too slow, and too many events wait for it: connect again "
                            + "with the last id as Last-Event-ID, or use narrower filters"));
        }
    }

    /** Returns whether a page of events fits besides the waiting ones. */
    boolean hasRoom() {
        synchronized (waiting) {
            return waitingBytes + Math.min(OrderedReading.PAGE_BYTES, settings.bufferBytes() / 2)
                    <= settings.bufferBytes();
        }
    }

    /** Ends the stream with this failure. */
    void fail(GatewayException reason) {
        synchronized (waiting) {
            failure = reason;
            waiting.clear();
            waitingBytes = 0;
        }
    }

    /**
     * Returns a message with its own event name. If the position is no longer usable, the message clears the id that
     * browsers use to reconnect.
     */
    @Override
    public byte[] end(byte[] failure) {
        return ((forgotten ? "id\n" : "") + "event: end\ndata: " + new String(failure, StandardCharsets.UTF_8) + "\n\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        live.leave(this);
    }

    /** Returns the number of events and the last position. */
    @Override
    public Map<String, Object> audited() {
        Map<String, Object> end = new LinkedHashMap<>();
        end.put("items", events);
        if (position != null) {
            end.put("last_position", position.encode());
        }
        return end;
    }
}
