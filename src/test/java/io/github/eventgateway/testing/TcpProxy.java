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

    /** It stands in every event, and not in what the protocol adds. */
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

    /** A proxy that leads to this port. */
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

    /** It leads to this port from now on. */
    public void leadTo(int port) {
        target = port;
        cut();
    }

    /** Every piece of data is so much later from now on. */
    public void delay(Duration each) {
        delay = each;
    }

    /** Nothing arrives any more, though connections stay open and new ones are taken. */
    public void swallow() {
        delay = FOREVER;
    }

    /** Resets every connection; new ones are made as usual. */
    public void cut() {
        links.forEach(Link::reset);
    }

    /** Resets every connection and every new one. */
    public void refuse() {
        refusing = true;
        cut();
    }

    /** The server's answers get lost from now on while it still hears its clients, who are told that it has ended. */
    public void halfClose() {
        links.forEach(Link::endAnswers);
    }

    /** The next so many of the server's answers that hold an event arrive with one bit of it turned over. */
    public void garble(int answers) {
        garbling.set(answers);
    }

    /** As a good network; what {@link #swallow} held is lost with its connections. */
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
                // closed, or a client that has gone already
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
                // closed already
            }
            try {
                socket.close();
            } catch (IOException e) {
                // closed already
            }
        }
    }
}
