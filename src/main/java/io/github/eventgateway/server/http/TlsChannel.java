package io.github.eventgateway.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SecureNioChannel;
import org.apache.tomcat.util.net.SocketBufferHandler;

/** A connection with TLS. Its waiting bytes are already encrypted. */
final class TlsChannel extends SecureNioChannel implements CallerChannel {

    private final Connections connections;
    private volatile ConnectionOutput outgoing;

    TlsChannel(SocketBufferHandler buffers, NioEndpoint endpoint, Connections connections) {
        super(buffers, endpoint);
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

    /** The server itself waits during the handshake. It sends its close message only if no other bytes wait. */
    @Override
    protected boolean flush(ByteBuffer bytes) throws IOException {
        if (handshakeComplete && !closing) {
            outgoing.write(bytes);
        } else if (!outgoing.isPending()) {
            return super.flush(bytes);
        }
        return true;
    }

    @Override
    public void close(boolean force) throws IOException {
        try {
            super.close(force);
        } finally {
            outgoing.close();
        }
    }
}
