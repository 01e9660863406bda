package io.github.eventgateway.startup;

/** {@code GATEWAY_ROLES} contains an unknown role. The message lists the valid ones. */
public class UnknownRoleException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnknownRoleException(String message) {
        super(message);
    }
}
