package io.github.eventgateway.api;

import java.io.IOException;

/**
 * Another system did not answer. The message is a sentence without its full stop. It contains no secret and no content of
 * events, so it can be logged.
 */
public class NoAnswerException extends IOException {

    private static final long serialVersionUID = 1L;

    protected NoAnswerException(String message) {
        super(message);
    }
}
