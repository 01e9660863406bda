package io.github.eventgateway.api;

/**
 * The gateway cannot start as it is set up. The message is all that an operator gets to read: one sentence or two that
 * say what is wrong, where, and what to write instead.
 */
public class StartupException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StartupException(String message) {
        super(message);
    }

    public StartupException(String message, Throwable cause) {
        super(message, cause);
    }
}
