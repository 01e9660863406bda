package io.github.eventgateway.event;

/**
 * The event types or topics in application.yaml, or a schema file, are invalid. The message names the entry and the
 * problem.
 */
public class InvalidCatalogueException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvalidCatalogueException(String message) {
        super(message);
    }
}
