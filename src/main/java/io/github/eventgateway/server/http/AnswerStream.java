package io.github.eventgateway.server.http;

import io.github.eventgateway.api.FatalErrors;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.StreamedAnswer;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one {@link StreamedAnswer}. Bytes that the network does not accept wait in the connection, without a thread.
 * The next piece is made when all bytes were sent. A stream therefore holds one piece in memory and no database
 * connection while its caller reads. A caller below the minimum rate loses the connection. If an answer ends
 * early, the connection closes without the regular end of HTTP. Any thread.
 */
final class AnswerStream {

    private static final Logger LOG = LoggerFactory.getLogger(AnswerStream.class);

    private final StreamedAnswer answer;
    private final HttpServletResponse response;
    private final ConnectionOutput outgoing;
    private final Function<GatewayException, byte[]> inWords;
    private final BiConsumer<Reason, Boolean> ended;
    private boolean closed;

    /** The result of a step. */
    enum Progress {
        /** A piece was written. */
        WRITTEN,
        /** No piece is available now. */
        IDLE,
        /** The caller has not read the last piece yet. */
        BLOCKED,
        ENDED
    }

    /**
     * @param inWords converts a failure to one line of JSON
     * @param ended is called once at the end, with the cause of an early end or null, and whether the connection is
     *     still usable
     */
    AnswerStream(
            StreamedAnswer answer,
            HttpServletResponse response,
            ConnectionOutput outgoing,
            Function<GatewayException, byte[]> inWords,
            BiConsumer<Reason, Boolean> ended) {
        this.answer = answer;
        this.response = response;
        this.outgoing = outgoing;
        this.inWords = inWords;
        this.ended = ended;
    }

    /** Writes the next piece, or sends the rest of the last one. */
    synchronized Progress step() {
        if (closed) {
            return Progress.ENDED;
        }
        try {
            if (!isSent()) {
                return closed ? Progress.ENDED : Progress.BLOCKED;
            }
            byte[] piece = answer.next();
            if (piece == null) {
                end(null, true);
                return Progress.ENDED;
            }
            if (piece.length == 0) {
                return Progress.IDLE;
            }
            write(piece);
            return Progress.WRITTEN;
        } catch (IOException e) {
            // The server has noticed it too, and ends the request.
            LOG.debug("The caller closed the connection before the end of the answer", e);
            end(null, false);
        } catch (RuntimeException | Error e) {
            FatalErrors.endOn(e);
            GatewayException known =
                    Failures.of(e instanceof Exception failure ? failure : new IllegalStateException(e));
            if (known.reason() == Reason.INTERNAL_ERROR) {
                LOG.error("A response ended before it was complete", e);
            }
            stop(known);
        }
        return Progress.ENDED;
    }

    private void write(byte[] piece) throws IOException {
        response.getOutputStream().write(piece);
        response.flushBuffer();
    }

    private boolean isSent() {
        try {
            return outgoing.flush();
        } catch (SocketTimeoutException e) {
            abort(Reason.TOO_SLOW);
        } catch (IOException e) {
            LOG.debug("The caller closed the connection before the end of the answer", e);
            abort(null);
        }
        return false;
    }

    /** Reports that the connection is closed. */
    synchronized void close() {
        if (!closed) {
            end(null, false);
        }
    }

    /** Ends the answer before its first piece, for a caller that asked only for the headers. */
    synchronized void endAfterHeaders() {
        if (!closed) {
            end(null, true);
        }
    }

    /**
     * Ends the answer with its last piece if it has one and the caller has read everything before; otherwise closes the
     * connection.
     */
    synchronized void stop(GatewayException failure) {
        if (closed) {
            return;
        }
        try {
            byte[] last = answer.end(inWords.apply(failure));
            if (last != null && outgoing.flush()) {
                write(last);
                end(failure.reason(), true);
                return;
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("The end of an answer cannot be written", e);
        }
        abort(failure.reason());
    }

    /** Closes the connection before the answer is complete. The reason is null if the caller has left. */
    synchronized void abort(Reason reason) {
        if (!closed) {
            outgoing.giveUp();
            end(reason, false);
        }
    }

    private void end(Reason reason, boolean isConnected) {
        closed = true;
        answer.close();
        ended.accept(reason, isConnected);
    }
}
