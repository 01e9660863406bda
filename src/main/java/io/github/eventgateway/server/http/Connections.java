package io.github.eventgateway.server.http;

import io.github.eventgateway.api.IpAddress;
import io.github.eventgateway.api.Reason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/**
 * Limits the connections of each address, and the bytes of answers that wait for slow callers. If too many bytes wait,
 * the address with the most waiting bytes loses the connection that has waited longest. Any thread.
 */
@Component
final class Connections {

    private final HttpSettings settings;
    private final Networks proxies;
    private final RefusalLog refusals = new RefusalLog(System::nanoTime);
    private final Map<String, Integer> open = new HashMap<>();
    private final Map<String, Waiting> waiting = new HashMap<>();
    private long waitingBytes;

    /** The waiting output of the callers of one address, the longest waiting first. */
    private static final class Waiting {
        private final Set<ConnectionOutput> connections = new LinkedHashSet<>();
        private long bytes;
    }

    Connections(HttpSettings settings) {
        this.settings = settings;
        this.proxies = new Networks(settings.trustedProxies());
    }

    HttpSettings settings() {
        return settings;
    }

    /** Returns whether this caller has reached its limit of connections. Trusted proxies have no limit. */
    boolean isFull(SocketChannel socket) {
        IpAddress peer = peer(socket);
        if (peer == null || proxies.contain(peer) || open(peer.network()) < settings.maxConnectionsPerAddress()) {
            return false;
        }
        refusals.refused("to open a connection", Reason.TOO_MANY_REQUESTS, null);
        return true;
    }

    private synchronized int open(String address) {
        return open.getOrDefault(address, 0);
    }

    /** Adds a connection. {@link #closed} must be called at its end. */
    synchronized String opened(SocketChannel socket) {
        IpAddress peer = peer(socket);
        String address = peer == null ? "unknown" : peer.network();
        open.merge(address, 1, Integer::sum);
        return address;
    }

    synchronized void closed(ConnectionOutput one, String address) {
        forget(one, address);
        open.computeIfPresent(address, (name, count) -> count == 1 ? null : count - 1);
    }

    /** Adds waiting bytes of this caller. This may close other connections, or this one. */
    void hold(ConnectionOutput one, String address, int bytes) {
        List<ConnectionOutput> givenUp = new ArrayList<>();
        synchronized (this) {
            Waiting mine = waiting.computeIfAbsent(address, name -> new Waiting());
            mine.connections.add(one);
            mine.bytes += bytes;
            waitingBytes += bytes;
            one.addWaiting(bytes);
            while (waitingBytes > settings.maxUnsentBytes()) {
                givenUp.add(giveUpOne());
            }
        }
        givenUp.forEach(ConnectionOutput::giveUp);
    }

    private ConnectionOutput giveUpOne() {
        Map.Entry<String, Waiting> most = waiting.entrySet().stream()
                .max((a, b) -> Long.compare(a.getValue().bytes, b.getValue().bytes))
                .orElseThrow();
        ConnectionOutput longest = most.getValue().connections.iterator().next();
        forget(longest, most.getKey());
        return longest;
    }

    synchronized void forget(ConnectionOutput one, String address) {
        sent(one, address, Integer.MAX_VALUE);
    }

    /** Removes waiting bytes of this caller; none if its connection was closed for its slowness. */
    synchronized void sent(ConnectionOutput one, String address, int count) {
        int bytes = Math.min(count, one.waiting());
        if (bytes == 0) {
            return;
        }
        Waiting its = waiting.get(address);
        its.bytes -= bytes;
        waitingBytes -= bytes;
        one.addWaiting(-bytes);
        if (one.waiting() == 0) {
            its.connections.remove(one);
        }
        if (its.connections.isEmpty()) {
            waiting.remove(address);
        }
        if (waitingBytes == 0) {
            notifyAll();
        }
    }

    synchronized long waitingBytes() {
        return waitingBytes;
    }

    synchronized int open() {
        return open.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Waits until every caller has its answer. */
    synchronized void awaitSent(long millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = millis; waitingBytes > 0 && left > 0; ) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        }
    }

    private static IpAddress peer(SocketChannel socket) {
        try {
            return socket.getRemoteAddress() instanceof InetSocketAddress peer
                    ? IpAddress.parse(peer.getAddress().getHostAddress())
                    : null;
        } catch (IOException e) {
            return null;
        }
    }
}
