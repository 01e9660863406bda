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
 * One {@link StreamedAnswer} in progress. The part of a piece that the network does not take waits in the connection, without a
 * thread; the next piece is made when all of it is sent. So a stream holds one piece in memory, and no connection to the database while
 * its caller reads. A caller who takes a piece more slowly than the least rate loses the connection. An answer that is not whole ends
 * with the connection, without the end that HTTP has for it. Any thread.
 */
final class AnswerStream {

    private static final Logger LOG = LoggerFactory.getLogger(AnswerStream.class);

    private final StreamedAnswer answer;
    private final HttpServletResponse response;
    private final Outgoing outgoing;
    private final Function<GatewayException, byte[]> inWords;
    private final BiConsumer<Reason, Boolean> ended;
    private boolean closed;

    /** The result of a step. */
    enum Step {
        /** A piece is written. */
        WRITTEN,
        /** There is nothing to write just now. */
        IDLE,
        /** The caller has not taken the last piece yet. */
        WAITS,
        ENDED
    }

    /**
     * @param inWords gives a failure as JSON, in one line
     * @param ended is told the end, once: why it is not whole, or null, and whether the connection is still of use
     */
    AnswerStream(
            StreamedAnswer answer,
            HttpServletResponse response,
            Outgoing outgoing,
            Function<GatewayException, byte[]> inWords,
            BiConsumer<Reason, Boolean> ended) {
        this.answer = answer;
        this.response = response;
        this.outgoing = outgoing;
        this.inWords = inWords;
        this.ended = ended;
    }

    /** Writes the next piece, or sends more of the last one. */
    synchronized Step step() {
        if (closed) {
            return Step.ENDED;
        }
        try {
            if (!isTaken()) {
                return closed ? Step.ENDED : Step.WAITS;
            }
            byte[] piece = answer.next();
            if (piece == null) {
                end(null, true);
                return Step.ENDED;
            }
            if (piece.length == 0) {
                return Step.IDLE;
            }
            write(piece);
            return Step.WRITTEN;
        } catch (IOException e) {
            // the server has noticed, too, and ends the request
            LOG.debug("The caller went away before the end of its answer", e);
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
        return Step.ENDED;
    }

    private void write(byte[] piece) throws IOException {
        response.getOutputStream().write(piece);
        response.flushBuffer();
    }

    private boolean isTaken() {
        try {
            return outgoing.flush();
        } catch (SocketTimeoutException e) {
            abort(Reason.TOO_SLOW);
        } catch (IOException e) {
            LOG.debug("The caller went away before the end of its answer", e);
            abort(null);
        }
        return false;
    }

    /** The connection is gone. */
    synchronized void close() {
        if (!closed) {
            end(null, false);
        }
    }

    /** Ends the answer with its last words, where it has any and the caller has taken what came before; otherwise the connection. */
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
            LOG.debug("The last words of an answer cannot be written", e);
        }
        abort(failure.reason());
    }

    /** Ends the connection before the answer is whole; the reason is null if the caller went away. */
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
