package io.github.eventgateway.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Callers that repeatedly request large answers on one connection and read single bytes now and then, while others are
 * served. For one thread.
 */
final class SlowReaders implements Runnable {

    private static final int COUNT = 80;
    private static final int RECEIVE_BUFFER = 4096;
    private static final int PIPELINED = 8;
    private static final int PAUSE_MILLIS = 100;
    private static final List<String> LARGE =
            List.of("/webjars/swagger-ui/swagger-ui-bundle.js", "/api/openapi.yaml", "/api/events?limit=500");

    private final int port;
    private final String token;
    private final Random random;
    private volatile boolean stopping;
    private volatile int opened;
    private volatile int cutOff;

    SlowReaders(int port, String token, long seed) {
        this.port = port;
        this.token = token;
        this.random = new Random(seed);
    }

    @Override
    public void run() {
        List<Socket> open = new ArrayList<>();
        while (!stopping) {
            while (open.size() < COUNT) {
                Socket socket = open();
                if (socket == null) {
                    break;
                }
                open.add(socket);
            }
            open.removeIf(this::isCutOff);
            pause();
        }
        open.forEach(SlowReaders::close);
    }

    /** Stops it and closes its connections. */
    void stop() {
        stopping = true;
    }

    /** Returns the number of opened connections. */
    int opened() {
        return opened;
    }

    /** Returns how many of them the server closed. */
    int cutOff() {
        return cutOff;
    }

    private Socket open() {
        Socket socket = new Socket();
        try {
            socket.setReceiveBufferSize(RECEIVE_BUFFER);
            socket.setSoTimeout(1);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PAUSE_MILLIS);
            String request = "GET " + LARGE.get(random.nextInt(LARGE.size()))
                    + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n\r\n";
            socket.getOutputStream().write(request.repeat(PIPELINED).getBytes(ISO_8859_1));
            opened++;
            return socket;
        } catch (IOException e) {
            close(socket);
            return null;
        }
    }

    private boolean isCutOff(Socket socket) {
        try {
            if (socket.getInputStream().read() >= 0) {
                return false;
            }
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            // Counts as the end.
        }
        cutOff++;
        close(socket);
        return true;
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // The connection is closed in any case.
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
