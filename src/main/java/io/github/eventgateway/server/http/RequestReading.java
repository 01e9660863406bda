package io.github.eventgateway.server.http;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.coyote.BadRequestException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the body of one request: at once if it has arrived, otherwise in parts as they arrive. No thread waits for a
 * part. One thread at a time, except that the timeout and an error may come at any time.
 */
final class RequestReading implements ReadListener {

    private static final Logger LOG = LoggerFactory.getLogger(RequestReading.class);

    private final RoutedRequest call;
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final BodyBuffer body;
    private final HttpSettings settings;
    private final long startedAt;
    private final AtomicBoolean reading = new AtomicBoolean();
    private AsyncContext async;
    private Drain drain;

    /** @param startedAt when the request began, by {@link System#nanoTime} */
    RequestReading(
            RoutedRequest call,
            HttpServletRequest request,
            HttpServletResponse response,
            BodyBuffer body,
            HttpSettings settings,
            long startedAt) {
        this.call = call;
        this.request = request;
        this.response = response;
        this.body = body;
        this.settings = settings;
        this.startedAt = startedAt;
    }

    boolean hasArrived(long length) {
        RequestInput input = RequestInput.of(request);
        return input == null || length >= 0 && input.available() >= length;
    }

    void readAtOnce(int length) throws IOException {
        if (length > 0) {
            body.allocate(length);
        }
        ServletInputStream in = request.getInputStream();
        while (body.readFrom(in)) {
            // Continues with the next part.
        }
    }

    void readAsItArrives(AsyncContext context) throws IOException {
        async = context;
        reading.set(true);
        request.getInputStream().setReadListener(this);
    }

    /** Ends the reading. Returns whether it was in progress. */
    boolean stop() {
        return reading.compareAndSet(true, false);
    }

    /** Single bytes do not keep a request alive: each received byte extends the time according to the minimum rate. */
    @Override
    public void onDataAvailable() throws IOException {
        if (drain != null) {
            drain.onDataAvailable();
            return;
        }
        ServletInputStream in = request.getInputStream();
        try {
            boolean more = true;
            while (more && in.isReady() && !in.isFinished()) {
                more = body.readFrom(in);
            }
            async.setTimeout(
                    settings.bodyTimeout().toMillis() + body.size() * 1000L / settings.minBodyBytesPerSecond());
        } catch (GatewayException e) {
            refuseTheRest(in, e);
        } catch (BadRequestException e) {
            refuseAll();
        }
    }

    @Override
    public void onAllDataRead() throws IOException {
        if (drain != null) {
            drain.onAllDataRead();
        } else if (stop()) {
            call.attempt(() -> {
                async.setTimeout(settings.requestTimeout().toMillis() + elapsedMillis());
                call.route();
            });
        }
    }

    /** The server counts each timeout from the start of the request. */
    private long elapsedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt);
    }

    private void refuseTheRest(ServletInputStream in, GatewayException failure) throws IOException {
        if (stop() && call.refuseUnread(failure, () -> {})) {
            call.settle();
            drain = new Drain(in, async, RequestInput.of(request));
            async.setTimeout(Drain.LONGEST_MS + elapsedMillis());
            drain.onDataAvailable();
        }
    }

    /**
     * Handles an invalid body, such as a chunk without a length. The server closes the connection after this returns.
     */
    private void refuseAll() {
        if (stop() && call.refuseUnread(new GatewayException(Reason.MALFORMED_REQUEST), this::reopenToClose)) {
            call.settle();
        }
    }

    private void reopenToClose() {
        RequestInput.of(request).reopenResponse();
        announceClose();
    }

    private void announceClose() {
        response.setHeader("Connection", "close");
    }

    /** Returns whether the time for the body is over. Then the request ends. */
    boolean endsAtTimeout() {
        if (drain != null) {
            drain.giveUp();
            return true;
        }
        if (!stop()) {
            return false;
        }
        if (call.refuseUnread(new GatewayException(Reason.TOO_SLOW), this::announceClose)) {
            RequestInput.of(request).abandon();
            call.finish();
        }
        return true;
    }

    /** Returns whether the request was refused before and its rest was being read. Then it ends. */
    boolean endsAtError(AsyncEvent event) {
        if (drain == null) {
            return false;
        }
        drain.onError(event);
        return true;
    }

    @Override
    public void onError(Throwable failure) {
        LOG.debug("The caller closed the connection before its request was complete", failure);
    }
}
