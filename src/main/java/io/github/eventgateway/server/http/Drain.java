package io.github.eventgateway.server.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and drops the rest of a body after an error answer. If the connection closed earlier, many clients would miss
 * the answer. The server can do this itself, but would hold a thread as long as the caller sends.
 */
final class Drain implements ReadListener, AsyncListener {

    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    static final long LONGEST_MS = 5000;

    private static final int MOST_BYTES = 2 * 1024 * 1024;
    private static final int MAX_EMPTY_READS = 10;
    private static final int BUFFER = 8192;

    private final ServletInputStream in;
    private final AsyncContext async;
    private final RequestInput input;
    private final AtomicBoolean ended = new AtomicBoolean();
    private int count;
    private int emptyReads;

    Drain(ServletInputStream in, AsyncContext async, RequestInput input) {
        this.in = in;
        this.async = async;
        this.input = input;
    }

    @Override
    public void onDataAvailable() throws IOException {
        while (!ended.get() && in.isReady() && !in.isFinished()) {
            int skipped = skip();
            count += skipped;
            emptyReads = skipped > 0 ? 0 : emptyReads + 1;
            if (count > MOST_BYTES || emptyReads > MAX_EMPTY_READS) {
                giveUp();
            }
        }
    }

    /**
     * Skips bytes in the buffers of the server, or else unread bytes of the servlet stream: while those exist, the
     * server reports the stream as ready.
     */
    private int skip() throws IOException {
        int skipped = input.skip();
        return skipped > 0 ? skipped : Math.max(0, in.read(new byte[BUFFER]));
    }

    @Override
    public void onAllDataRead() {
        if (ended.compareAndSet(false, true)) {
            async.complete();
        }
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        giveUp();
    }

    void giveUp() {
        if (ended.compareAndSet(false, true)) {
            input.abandon();
            async.complete();
        }
    }

    @Override
    public void onError(Throwable failure) {
        LOG.debug("The caller of a rejected request closed the connection", failure);
    }

    @Override
    public void onError(AsyncEvent event) {
        // Otherwise the server looks for an error page, but the caller has left.
        onAllDataRead();
    }

    @Override
    public void onComplete(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {
        // It never restarts.
    }
}
