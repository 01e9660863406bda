package io.github.eventgateway.tools.create;

/** The command cannot do something. The message is for its user. */
final class RefusedEdit extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RefusedEdit(String message) {
        super(message);
    }
}
