package io.github.eventgateway.api;

import java.util.Map;

/**
 * An answer of any length that is written piece by piece, each when the caller has taken the one before. One thread at a time,
 * but not always the same.
 */
public interface StreamedAnswer extends Audited {

    /** The header {@code Content-Type}. */
    String contentType();

    /** Further headers of the answer. */
    Map<String, String> headers();

    /**
     * The next piece, null at the end; empty where there is nothing just now. It may wait for the database, since threads of their
     * own write such answers.
     *
     * @throws RuntimeException where it cannot be made: the answer ends as {@link #end} says
     */
    byte[] next();

    /**
     * The last piece of an answer that ends for this failure: since the next piece cannot be made, or since the gateway stops. Null,
     * which is the default, ends the connection, so that the caller does not take the answer for whole.
     *
     * @param failure as JSON, in one line
     */
    default byte[] end(byte[] failure) {
        return null;
    }

    /** Nothing is asked of it any more; called once, by any thread. By default it does nothing. */
    default void close() {
        // nothing is held
    }
}
