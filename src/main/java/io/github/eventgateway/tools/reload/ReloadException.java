package io.github.eventgateway.tools.reload;

/** An edit that is not taken; the message says what is wrong with it, and the routes are as they were. */
class ReloadException extends Exception {

    private static final long serialVersionUID = 1L;

    ReloadException(String message) {
        super(message);
    }

    ReloadException(String message, Throwable cause) {
        super(message, cause);
    }
}
