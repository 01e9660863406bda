package io.github.eventgateway.server.http;

import java.nio.channels.SocketChannel;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketBufferHandler;

/** The HTTP/1.1 protocol of the server, without threads that wait for slow callers. */
public class ServerProtocol extends Http11NioProtocol {

    /** The server creates a protocol by its class name only. */
    public ServerProtocol() {
        super(new Endpoint());
    }

    void setConnections(Connections connections) {
        ((Endpoint) getEndpoint()).connections = connections;
    }

    private Connections connections() {
        return ((Endpoint) getEndpoint()).connections;
    }

    @Override
    protected Processor createProcessor() {
        return new ServerProcessor(this, getAdapter(), connections().settings());
    }

    /** Accepts connections. */
    private static final class Endpoint extends NioEndpoint {

        private Connections connections;

        /** Only one thread accepts connections. */
        @Override
        protected boolean setSocketOptions(SocketChannel socket) {
            if (connections.isFull(socket)) {
                destroySocket(socket);
                return false;
            }
            return super.setSocketOptions(socket);
        }

        @Override
        protected NioChannel createChannel(SocketBufferHandler buffers) {
            return isSSLEnabled() ? new TlsChannel(buffers, this, connections) : new PlainChannel(buffers, connections);
        }
    }
}
