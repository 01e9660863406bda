package io.github.eventgateway.api;

import java.util.Map;

/**
 * An answer of any length. The server writes it piece by piece, and asks for the next piece when the caller has read
 * the one before. One thread at a time, but not always the same one.
 */
public interface StreamedAnswer extends Audited {

    /** Returns the value of the header {@code Content-Type}. */
    String contentType();

    /** Returns further headers of the answer. */
    Map<String, String> headers();

    /**
     * Returns the next piece, an empty one if none is available yet, or null at the end. It may wait for the database,
     * because such answers have their own threads.
     *
     * @throws RuntimeException if the piece cannot be made; {@link #end} then decides how the answer ends
     */
    byte[] next();

    /**
     * Returns the last piece of an answer that ends early, because the next piece failed or the gateway stops. The
     * default is null: the server closes the connection, so that the caller notices that the answer is incomplete.
     *
     * @param failure the error answer as one line of JSON
     */
    default byte[] end(byte[] failure) {
        return null;
    }

    /**
     * Releases what the answer holds. The server calls it once, on any thread, and then calls no other method. The
     * default does nothing.
     */
    default void close() {}
}
