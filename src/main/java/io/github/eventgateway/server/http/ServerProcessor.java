package io.github.eventgateway.server.http;

import java.io.IOException;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * Handles the requests of one connection, so that a slow caller holds no thread. While an answer waits for the caller,
 * the connection and its next request wait too. A caller with endless requests gives way to others after a few. The
 * head of a request must arrive in time.
 */
final class ServerProcessor extends Http11Processor {

    private static final int MOST_IN_A_ROW = 16;

    private final HttpSettings settings;
    private final Adapter counting;
    private int begun;
    private boolean answered;

    ServerProcessor(AbstractHttp11Protocol<?> protocol, Adapter adapter, HttpSettings settings) {
        super(protocol, adapter);
        this.settings = settings;
        this.counting = new CountingAdapter(adapter);
    }

    @Override
    public Adapter getAdapter() {
        return counting == null ? super.getAdapter() : counting;
    }

    @Override
    public SocketState process(SocketWrapperBase<?> connection, SocketEvent event) throws IOException {
        ConnectionOutput outgoing = CallerChannel.of(connection);
        if (outgoing == null) {
            return super.process(connection, event);
        }
        begun = 0;
        SocketState afterwards = outgoing.afterwards();
        if (afterwards == null) {
            return next(connection, outgoing, super.process(connection, event));
        }
        if (event != SocketEvent.OPEN_READ && event != SocketEvent.OPEN_WRITE) {
            return SocketState.CLOSED;
        }
        if (!outgoing.flush()) {
            return awaitWritable(connection);
        }
        outgoing.afterwards(null);
        return afterwards == SocketState.CLOSED
                ? afterwards
                : next(connection, outgoing, super.process(connection, SocketEvent.OPEN_READ));
    }

    /** The next action for the connection. */
    private SocketState next(SocketWrapperBase<?> connection, ConnectionOutput outgoing, SocketState state) {
        boolean isHeadIncomplete = state == SocketState.LONG && !isAsync();
        if (!outgoing.isHeadInTime(isHeadIncomplete)) {
            return SocketState.CLOSED;
        }
        if (state != SocketState.OPEN && state != SocketState.CLOSED) {
            return state;
        }
        if (outgoing.isPending()) {
            outgoing.afterwards(state);
            return awaitWritable(connection);
        }
        if (state == SocketState.OPEN && begun >= MOST_IN_A_ROW) {
            outgoing.afterwards(state);
            connection.processSocket(SocketEvent.OPEN_READ, true);
            return SocketState.SUSPENDED;
        }
        return state;
    }

    private SocketState awaitWritable(SocketWrapperBase<?> connection) {
        // From now on the server closes the connection if the caller reads nothing for this time.
        connection.setWriteTimeout(settings.answerTimeout().toMillis());
        ((NioSocketWrapper) connection).updateLastWrite();
        connection.registerWriteInterest();
        return SocketState.SUSPENDED;
    }

    /** Handles the requests that have arrived, as long as the caller reads its answers. */
    @Override
    public SocketState service(SocketWrapperBase<?> connection) throws IOException {
        ConnectionOutput outgoing = CallerChannel.of(connection);
        if (outgoing == null) {
            return super.service(connection);
        }
        SocketState state = SocketState.OPEN;
        boolean mayContinue = true;
        while (mayContinue && state == SocketState.OPEN && begun < MOST_IN_A_ROW && !outgoing.isPending()) {
            try {
                state = super.service(connection);
                mayContinue = answered;
            } finally {
                answered = false;
            }
            if (mayContinue && state == SocketState.LONG) {
                request.updateCounters();
                state = dispatchEndRequest();
            }
        }
        return state;
    }

    /**
     * Reports an answered request as asynchronous. Otherwise the server would begin the next request, although a part
     * of the answer still waits.
     */
    @Override
    public boolean isAsync() {
        return answered || super.isAsync();
    }

    /**
     * When a chunked body ends during its processing, the server processes the connection a second time. It would begin
     * the next request at the same time, or close the connection before the answer. This method prevents that. The
     * server processes the connection again afterwards. Measured on Tomcat 11.0.27: without this method
     * RequestFramingTest gets no answer.
     */
    @Override
    protected void executeDispatches() {
        if (!request.isRequestThread()) {
            super.executeDispatches();
        }
    }

    /** Counts requests, and notes those that are answered when it returns. */
    private final class CountingAdapter implements Adapter {

        private final Adapter adapter;

        CountingAdapter(Adapter adapter) {
            this.adapter = adapter;
        }

        @Override
        public void service(Request request, Response response) throws Exception {
            begun++;
            request.setAttribute(ConnectionOutput.ATTRIBUTE, CallerChannel.of(getSocketWrapper()));
            adapter.service(request, response);
            answered = !isAsync() && !getErrorState().isError();
        }

        @Override
        public boolean prepare(Request request, Response response) throws Exception {
            return adapter.prepare(request, response);
        }

        @Override
        public boolean asyncDispatch(Request request, Response response, SocketEvent event) throws Exception {
            return adapter.asyncDispatch(request, response, event);
        }

        @Override
        public void log(Request request, Response response, long time) {
            adapter.log(request, response, time);
        }

        @Override
        public void checkRecycled(Request request, Response response) {
            adapter.checkRecycled(request, response);
        }

        @Override
        public String getDomain() {
            return adapter.getDomain();
        }
    }
}
