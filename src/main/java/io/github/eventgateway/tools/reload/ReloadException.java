package io.github.eventgateway.tools.reload;

/** An edit does not take effect. The message names the mistake, and the routes are unchanged. */
class ReloadException extends Exception {

    private static final long serialVersionUID = 1L;

    ReloadException(String message) {
        super(message);
    }

    ReloadException(String message, Throwable cause) {
        super(message, cause);
    }
}
