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
 * The output of one connection, and the state that the server keeps between two events on it. Bytes that the network
 * does not accept wait here without a thread. The caller must read at a minimum rate. Any thread, but one answer at a
 * time.
 */
final class ConnectionOutput {

    /** The request attribute with the output of its connection. */
    static final String ATTRIBUTE = ConnectionOutput.class.getName();

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

    ConnectionOutput(Connections connections, SocketChannel channel, SocketWrapperBase<?> connection) {
        this.connections = connections;
        this.channel = channel;
        this.connection = connection;
        this.address = connections.opened(channel);
    }

    /** Sends these bytes now, or later when the caller reads; returns at once. */
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
        // Outside the lock, because connections that are closed here have their own locks.
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
     * Sends as much as possible without blocking.
     *
     * @return whether everything was sent
     * @throws SocketTimeoutException if the caller reads too slowly
     */
    synchronized boolean flush() throws IOException {
        requireOpen();
        long before = sent;
        while (!queue.isEmpty() && send(queue.element())) {
            queue.remove();
        }
        connections.sent(this, address, (int) (sent - before));
        if (!queue.isEmpty() && isTooSlow()) {
            throw new SocketTimeoutException("The caller reads its answer too slowly");
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

    /** Returns the state of the connection after everything was sent; null if it does not wait for that. */
    synchronized SocketState afterwards() {
        return afterwards;
    }

    synchronized void afterwards(SocketState state) {
        afterwards = state;
    }

    /** Returns whether the head of a partly received request is in time. */
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

    /** Closes the connection because too many bytes wait, and releases their memory at once. */
    void giveUp() {
        end();
        connection.processSocket(SocketEvent.ERROR, true);
    }

    /** Reports that the connection is closed. */
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
            throw new IOException("The connection was closed because its caller is too slow");
        }
    }

    int waiting() {
        return waiting;
    }

    void addWaiting(int bytes) {
        waiting += bytes;
    }
}
