package io.github.eventgateway.startup;

/** {@code GATEWAY_ROLES} names something that is no role; the message says what to write. */
public class UnknownRoleException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnknownRoleException(String message) {
        super(message);
    }
}
