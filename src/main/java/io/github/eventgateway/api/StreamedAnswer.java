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
     * The next piece, null at the end. It may wait for the database, since threads of their own write such answers.
     *
     * @throws RuntimeException where it cannot be made: the connection ends, so that the caller does not take the answer for whole
     */
    byte[] next();
}
