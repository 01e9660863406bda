package io.github.eventgateway.server.http;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * What goes out on one connection, and what the server has to know of it from one event to the next. What the network does
 * not take at once waits here, and no thread with it; the caller has to take it at a least rate. Any thread, but one answer at
 * a time.
 */
final class Outgoing {

    /** The attribute of a request that has what goes out on its connection. */
    static final String ATTRIBUTE = Outgoing.class.getName();

    private final Connections connections;
    private final SocketChannel channel;
    private final SocketWrapperBase<?> connection;
    private final String address;
    private final Queue<ByteBuffer> queue = new ArrayDeque<>();
    private long since;
    private long sent;
    private boolean ended;
    private boolean closed;
    private SocketState afterwards;
    private long headSince;

    /** Guarded by {@link Connections}. */
    private int waiting;

    Outgoing(Connections connections, SocketChannel channel, SocketWrapperBase<?> connection) {
        this.connections = connections;
        this.channel = channel;
        this.connection = connection;
        this.address = connections.opened(channel);
    }

    /** Sends these bytes, now or when the caller takes them; returns at once. */
    void write(ByteBuffer bytes) throws IOException {
        synchronized (this) {
            requireOpen();
            if (queue.isEmpty()) {
                send(bytes);
            }
        }
        if (!bytes.hasRemaining()) {
            return;
        }
        ByteBuffer rest = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
        // not under the lock: connections that are given up for this one have locks of their own
        connections.hold(this, address, rest.remaining());
        synchronized (this) {
            if (ended) {
                connections.forget(this, address);
                requireOpen();
            }
            if (queue.isEmpty()) {
                since = System.nanoTime();
                sent = 0;
            }
            queue.add(rest);
        }
    }

    synchronized boolean isPending() {
        return !queue.isEmpty();
    }

    /**
     * Sends what can be sent without waiting.
     *
     * @return whether all is sent
     * @throws SocketTimeoutException if the caller takes it too slowly
     */
    synchronized boolean flush() throws IOException {
        requireOpen();
        long before = sent;
        while (!queue.isEmpty() && send(queue.element())) {
            queue.remove();
        }
        connections.sent(this, address, (int) (sent - before));
        if (!queue.isEmpty() && isTooSlow()) {
            throw new SocketTimeoutException("The caller takes its answer too slowly");
        }
        return queue.isEmpty();
    }

    private boolean send(ByteBuffer bytes) throws IOException {
        int written;
        do {
            written = channel.write(bytes);
            sent += written;
        } while (written > 0 && bytes.hasRemaining());
        return !bytes.hasRemaining();
    }

    private boolean isTooSlow() {
        HttpSettings settings = connections.settings();
        long millis = settings.answerTimeout().toMillis() + sent * 1000L / settings.minAnswerBytesPerSecond();
        return System.nanoTime() - since > TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** What is to become of the connection once all is sent; null if it does not wait for that. */
    synchronized SocketState afterwards() {
        return afterwards;
    }

    synchronized void afterwards(SocketState state) {
        afterwards = state;
    }

    /** Whether the head of a request, of which a part has arrived, does not take too long. */
    synchronized boolean isHeadInTime(boolean isIncomplete) {
        long now = System.nanoTime();
        if (!isIncomplete || headSince == 0) {
            headSince = isIncomplete ? now : 0;
            return true;
        }
        return now - headSince
                <= TimeUnit.MILLISECONDS.toNanos(
                        connections.settings().headTimeout().toMillis());
    }

    /** The connection ends, since too much waits; its memory is free at once. */
    void giveUp() {
        end();
        connection.processSocket(SocketEvent.ERROR, true);
    }

    /** The connection is closed. */
    void close() {
        end();
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        connections.closed(this, address);
    }

    private synchronized void end() {
        ended = true;
        queue.clear();
    }

    private void requireOpen() throws IOException {
        if (ended) {
            throw new IOException("The connection has been given up");
        }
    }

    int waiting() {
        return waiting;
    }

    void addWaiting(int bytes) {
        waiting += bytes;
    }
}
