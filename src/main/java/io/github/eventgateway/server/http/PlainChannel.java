package io.github.eventgateway.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketBufferHandler;

/** A connection without TLS. */
final class PlainChannel extends NioChannel implements CallerChannel {

    private final Connections connections;
    private volatile ConnectionOutput outgoing;

    PlainChannel(SocketBufferHandler buffers, Connections connections) {
        super(buffers);
        this.connections = connections;
    }

    @Override
    public ConnectionOutput outgoing() {
        return outgoing;
    }

    @Override
    public void reset(SocketChannel channel, NioSocketWrapper connection) throws IOException {
        super.reset(channel, connection);
        if (channel != null) {
            outgoing = new ConnectionOutput(connections, channel, connection);
        } else {
            // The server does not close a socket again.
            outgoing.close();
        }
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        checkInterruptStatus();
        int count = bytes.remaining();
        outgoing.write(bytes);
        return count;
    }

    @Override
    public void close() throws IOException {
        outgoing.close();
        super.close();
    }
}
