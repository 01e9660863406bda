package io.github.eventgateway.event;

/** The event types or topics in application.yaml, or a schema file, are unusable; the message says which and why. */
public class InvalidCatalogueException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvalidCatalogueException(String message) {
        super(message);
    }
}
