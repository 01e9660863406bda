package io.github.eventgateway.api;

/**
 * The gateway cannot start with its settings. Operators see only the message: one or two sentences that name the
 * problem, its place and the remedy.
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
