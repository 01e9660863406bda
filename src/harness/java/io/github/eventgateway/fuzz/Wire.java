package io.github.eventgateway.fuzz;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** A connection that can send any bytes. A read throws after the time limit. For one thread. */
final class Wire implements AutoCloseable {

    private static final int LONGEST_LINE = 65536;

    private final Socket socket;
    private final InputStream in;

    Wire(int port, Duration limit) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) limit.toMillis());
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** An answer. Input without a status line is not an answer. */
    record Answer(int status, TreeMap<String, List<String>> headers, byte[] body) {

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        boolean closes() {
            return headers.getOrDefault("Connection", List.of()).contains("close");
        }
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** Sends the end of the stream. */
    void end() throws IOException {
        socket.shutdownOutput();
    }

    /** Returns whether there are bytes that no request asked for. */
    boolean hasMore() throws IOException {
        return in.available() > 0;
    }

    /** Returns the next answer; null if the connection ends. */
    Answer answer(boolean hasBody) throws IOException {
        String line = line();
        if (line == null) {
            return null;
        }
        if (line.startsWith("{\"code\":")) {
            // An answer of HTTP/0.9, which has no status and no headers.
            int end = line.indexOf(',');
            return new Answer(
                    Integer.parseInt(line.substring(8, end)),
                    new TreeMap<>(String.CASE_INSENSITIVE_ORDER),
                    line.getBytes(StandardCharsets.ISO_8859_1));
        }
        if (!line.matches("HTTP/1\\.[01] [0-9]{3}.*")) {
            throw new IOException("no status line: " + line);
        }
        int status = Integer.parseInt(line.substring(9, 12));
        TreeMap<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String header = line(); header != null && !header.isEmpty(); header = line()) {
            int colon = header.indexOf(':');
            if (colon < 1) {
                throw new IOException("no header: " + header);
            }
            headers.computeIfAbsent(header.substring(0, colon), name -> new ArrayList<>())
                    .add(header.substring(colon + 1).trim());
        }
        if (status == 100) {
            return answer(hasBody);
        }
        return new Answer(status, headers, hasBody && status != 204 && status != 304 ? body(headers) : new byte[0]);
    }

    private byte[] body(TreeMap<String, List<String>> headers) throws IOException {
        List<String> length = headers.get("Content-Length");
        if (length != null) {
            int bytes = Integer.parseInt(length.get(0));
            byte[] body = in.readNBytes(bytes);
            if (body.length < bytes) {
                throw new EOFException("the body is cut off");
            }
            return body;
        }
        if (headers.getOrDefault("Transfer-Encoding", List.of()).stream()
                .anyMatch(coding -> coding.toLowerCase(Locale.ROOT).contains("chunked"))) {
            return chunks();
        }
        return in.readAllBytes();
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line().replaceFirst(";.*", "").trim(), 16);
            body.write(in.readNBytes(size));
            String end = line();
            if (size == 0) {
                return body.toByteArray();
            }
            if (!"".equals(end)) {
                throw new IOException("no end of a chunk: " + end);
            }
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                return line.toString(StandardCharsets.ISO_8859_1).replaceFirst("\r$", "");
            }
            line.write(b);
            if (line.size() > LONGEST_LINE) {
                throw new IOException("a line without end");
            }
        }
        return line.size() == 0 ? null : line.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
