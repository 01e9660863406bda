package io.github.eventgateway.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import javax.net.SocketFactory;

/** Sends HTTP byte by byte, including requests that no client library sends. */
public final class RawHttp implements AutoCloseable {

    private static final int LONGEST_SILENCE_MS = 60_000;

    private final Socket socket;

    private RawHttp(Socket socket) {
        this.socket = socket;
    }

    public static RawHttp connect(SocketFactory sockets, int port) throws IOException {
        Socket socket = sockets.createSocket("127.0.0.1", port);
        socket.setSoTimeout(LONGEST_SILENCE_MS);
        return new RawHttp(socket);
    }

    /** Sends each character as one byte, until the server closes the connection. */
    public RawHttp send(String text) throws IOException {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
        } catch (SocketException e) {
            // The server has answered and closed the connection; the answer can still be read.
        }
        return this;
    }

    /** Reads until the server closes the connection. */
    public String readAll() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        try {
            for (int next = in.read(); next >= 0; next = in.read()) {
                all.write(next);
            }
        } catch (SocketException e) {
            // The server closed the connection with unread bytes.
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    /** Reads only the status line. */
    public String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8).trim();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
