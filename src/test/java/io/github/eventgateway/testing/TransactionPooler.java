package io.github.eventgateway.testing;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A connection pooler for PostgreSQL in transaction mode. A client keeps a server session for one transaction, and the
 * next transaction uses the session that was idle longest. It implements only the necessary part of the wire protocol
 * (https://www.postgresql.org/docs/current/protocol-message-formats.html), and accepts every login.
 */
public final class TransactionPooler implements AutoCloseable {

    private static final int PROTOCOL = 196_608;
    private static final int SSL_REQUEST = 80_877_103;
    private static final int GSS_REQUEST = 80_877_104;

    private final ServerSocket server;
    private final int port;
    private final BlockingQueue<End> idle = new LinkedBlockingQueue<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private List<Message> greeting;

    private TransactionPooler(ServerSocket server, int port) {
        this.server = server;
        this.port = port;
    }

    /** Starts a pooler for the server at this port, whose superuser needs no password, with this number of sessions. */
    public static TransactionPooler before(int port, int sessions) {
        try {
            TransactionPooler pooler =
                    new TransactionPooler(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), port);
            for (int i = 0; i < sessions; i++) {
                pooler.idle.add(pooler.connect());
            }
            run(pooler::accept);
            return pooler;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    /** A message: its type, which is 0 for the first one of a client, and the content after its length. */
    private record Message(int type, byte[] body) {

        static Message read(DataInputStream in, boolean typed) throws IOException {
            int type = typed ? in.readUnsignedByte() : 0;
            byte[] body = new byte[in.readInt() - Integer.BYTES];
            in.readFully(body);
            return new Message(type, body);
        }

        void write(DataOutputStream out) throws IOException {
            if (type != 0) {
                out.writeByte(type);
            }
            out.writeInt(body.length + Integer.BYTES);
            out.write(body);
        }
    }

    /** One end of a connection. */
    private record End(DataInputStream in, DataOutputStream out) {

        static End of(Socket socket) throws IOException {
            socket.setTcpNoDelay(true);
            return new End(
                    new DataInputStream(new BufferedInputStream(socket.getInputStream())),
                    new DataOutputStream(new BufferedOutputStream(socket.getOutputStream())));
        }
    }

    private End connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        open.add(socket);
        End end = End.of(socket);
        byte[] options = "user\0postgres\0database\0postgres\0client_encoding\0UTF8\0DateStyle\0ISO\0TimeZone\0UTC\0\0"
                .getBytes(StandardCharsets.US_ASCII);
        end.out.writeInt(2 * Integer.BYTES + options.length);
        end.out.writeInt(PROTOCOL);
        end.out.write(options);
        end.out.flush();
        List<Message> said = new ArrayList<>();
        Message message;
        do {
            message = Message.read(end.in, true);
            said.add(message);
        } while (message.type != 'Z' && message.type != 'E');
        greeting = said;
        return end;
    }

    private void accept() throws IOException {
        while (!server.isClosed()) {
            Socket client = server.accept();
            open.add(client);
            run(() -> serve(End.of(client)));
        }
    }

    /** The process id and the secret with which a client cancels a query. As PgBouncer, it does not use the server's. */
    private static final Message OWN_KEY = new Message('K', new byte[] {0x7f, 1, 2, 3, 4, 5, 6, 7});

    private void serve(End client) throws IOException, InterruptedException {
        int code;
        do {
            byte[] start = Message.read(client.in, false).body;
            code = new DataInputStream(new ByteArrayInputStream(start)).readInt();
            if (code == SSL_REQUEST || code == GSS_REQUEST) {
                client.out.writeByte('N');
                client.out.flush();
            }
        } while (code == SSL_REQUEST || code == GSS_REQUEST);
        if (code != PROTOCOL) {
            return;
        }
        for (Message message : greeting) {
            (message.type == 'K' ? OWN_KEY : message).write(client.out);
        }
        client.out.flush();
        while (true) {
            Message first = Message.read(client.in, true);
            if (first.type == 'X') {
                return;
            }
            End session = idle.take();
            try {
                transaction(first, client, session);
            } finally {
                idle.add(session);
            }
        }
    }

    private static void transaction(Message first, End client, End session) throws IOException {
        Message message = first;
        while (true) {
            message.write(session.out);
            if (message.type == 'Q' || message.type == 'S') {
                session.out.flush();
                if (answer(client, session) == 'I') {
                    return;
                }
            }
            message = Message.read(client.in, true);
        }
    }

    /** Transfers the answer of the server until it is ready; returns whether it is in a transaction then. */
    private static int answer(End client, End session) throws IOException {
        Message message;
        do {
            message = Message.read(session.in, true);
            message.write(client.out);
        } while (message.type != 'Z');
        client.out.flush();
        return message.body[0];
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void run(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // One side has closed the connection.
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "pooler");
        thread.setDaemon(true);
        thread.start();
    }
}
