package io.github.eventgateway.server.http;

import org.apache.tomcat.util.net.SocketWrapperBase;

/** The server side of a connection. Its writes never block. */
interface CallerChannel {

    /** Returns the output of the connection; null before the connection exists. */
    ConnectionOutput outgoing();

    /** Returns the output of this connection; null after it was closed. */
    static ConnectionOutput of(SocketWrapperBase<?> connection) {
        return connection.getSocket() instanceof CallerChannel channel ? channel.outgoing() : null;
    }
}
