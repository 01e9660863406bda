package io.github.eventgateway.server.http;

import org.apache.tomcat.util.net.SocketWrapperBase;

/** The server's end of a connection, whose writes never wait. */
interface CallerChannel {

    /** Null before the connection is there. */
    Outgoing outgoing();

    /** What goes out on this connection; null once it is closed. */
    static Outgoing of(SocketWrapperBase<?> connection) {
        return connection.getSocket() instanceof CallerChannel channel ? channel.outgoing() : null;
    }
}
