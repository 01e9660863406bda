package io.github.eventgateway.server.http;

import java.nio.channels.SocketChannel;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketBufferHandler;

/** The server's HTTP/1.1, in which no thread waits for a caller to take its answer. */
public class ServerProtocol extends Http11NioProtocol {

    /** The server makes a protocol by its name alone. */
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

    /** Where connections come in. */
    private static final class Endpoint extends NioEndpoint {

        private Connections connections;

        /** One thread alone accepts connections. */
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
