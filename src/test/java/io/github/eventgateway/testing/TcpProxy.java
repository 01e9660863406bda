package io.github.eventgateway.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Simulates a bad network between a local client and a local server. */
public final class TcpProxy implements AutoCloseable {

    private static final Duration FOREVER = Duration.ofDays(1);

    /** Occurs in every event, and not in the bytes of the protocol. */
    private static final byte[] INSIDE_AN_EVENT = "\"data\":{\"".getBytes(StandardCharsets.UTF_8);

    private final ServerSocket server;
    private volatile int target;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private volatile Duration delay = Duration.ZERO;
    private final AtomicInteger garbling = new AtomicInteger();
    private volatile boolean refusing;

    private TcpProxy(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    /** Starts a proxy to this port. */
    public static TcpProxy to(int target) {
        try {
            ServerSocket server =
                    new ServerSocket(BrokerProcess.freePorts(1).get(0), 200, InetAddress.getLoopbackAddress());
            TcpProxy proxy = new TcpProxy(server, target);
            daemon(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Connects to this port from now on. */
    public void leadTo(int port) {
        target = port;
        cut();
    }

    /** Delays each piece of data by this time from now on. */
    public void delay(Duration each) {
        delay = each;
    }

    /** Transfers nothing from now on. Connections stay open, and new ones are accepted. */
    public void swallow() {
        delay = FOREVER;
    }

    /** Resets every connection; new ones work as usual. */
    public void cut() {
        links.forEach(Link::reset);
    }

    /** Resets every connection and every new one. */
    public void refuse() {
        refusing = true;
        cut();
    }

    /**
     * Drops the answers of the server from now on, and tells the clients that it has ended. The server still receives
     * their data.
     */
    public void halfClose() {
        links.forEach(Link::endAnswers);
    }

    /** Flips one bit in each of the next answers that contain an event, up to this number. */
    public void garble(int answers) {
        garbling.set(answers);
    }

    /** Works normally again. Data that {@link #swallow} held is lost with its connections. */
    public void heal() {
        boolean held = delay.equals(FOREVER);
        delay = Duration.ZERO;
        garbling.set(0);
        refusing = false;
        if (held) {
            cut();
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                daemon(() -> connect(client));
            } catch (IOException e) {
                // Closed, or the client has gone already.
            }
        }
    }

    private void connect(Socket client) {
        Socket upstream = new Socket();
        Link link = new Link(client, upstream);
        links.add(link);
        try {
            if (refusing) {
                throw new IOException("refused");
            }
            upstream.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 5000);
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            daemon(() -> link.copy(upstream, client));
            link.copy(client, upstream);
        } catch (IOException e) {
            link.reset();
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "tcp-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private final class Link {

        private final Socket client;
        private final Socket upstream;

        Link(Socket client, Socket upstream) {
            this.client = client;
            this.upstream = upstream;
        }

        void copy(Socket from, Socket to) {
            byte[] buffer = new byte[65_536];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                    pause();
                    if (from == upstream && garbling.get() > 0) {
                        garble(buffer, length);
                    }
                    out.write(buffer, 0, length);
                }
                to.shutdownOutput();
            } catch (IOException e) {
                reset();
            }
        }

        private void garble(byte[] buffer, int length) {
            for (int at = 0; at < length - INSIDE_AN_EVENT.length; at++) {
                int end = at + INSIDE_AN_EVENT.length;
                if (Arrays.equals(buffer, at, end, INSIDE_AN_EVENT, 0, INSIDE_AN_EVENT.length)) {
                    if (garbling.getAndDecrement() > 0) {
                        buffer[end] ^= 1;
                    }
                    return;
                }
            }
        }

        private void pause() throws IOException {
            long until = System.nanoTime() + delay.toNanos();
            while (!delay.isZero() && System.nanoTime() < until) {
                if (client.isClosed()) {
                    throw new IOException("cut");
                }
                try {
                    Thread.sleep(5);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }

        void endAnswers() {
            try {
                client.shutdownOutput();
            } catch (IOException e) {
                reset();
            }
        }

        void reset() {
            links.remove(this);
            close(client);
            close(upstream);
        }

        private void close(Socket socket) {
            try {
                socket.setSoLinger(true, 0);
            } catch (IOException e) {
                // Already closed.
            }
            try {
                socket.close();
            } catch (IOException e) {
                // Already closed.
            }
        }
    }
}
