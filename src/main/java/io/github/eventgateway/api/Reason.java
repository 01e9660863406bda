package io.github.eventgateway.api;

/**
 * The reason of an error: the stable word in {@code data.reason} that programs test, and its HTTP status. The key of
 * the sentence for people is {@code reason.<NAME>} in {@code messages*.properties}.
 */
public enum Reason {
    MALFORMED_JSON(400),
    MALFORMED_REQUEST(400),
    INVALID_PARAMETER(400),
    UNAUTHENTICATED(401),
    INSUFFICIENT_SCOPE(403),
    TYPE_NOT_ALLOWED(403),
    ORIGIN_NOT_ALLOWED(403),
    NOT_FOUND(404),
    METHOD_NOT_ALLOWED(405),
    TOO_SLOW(408),
    REPLAY_REFUSED(409),
    DEAD_LETTER_NOT_OPEN(409),
    TOO_LARGE(413),
    UNSUPPORTED_MEDIA_TYPE(415),
    UNKNOWN_EVENT_TYPE(422),
    EVENT_INVALID(422),
    REQUEST_INVALID(422),
    TOO_MANY_REQUESTS(429),
    INTERNAL_ERROR(500),
    KAFKA_UNAVAILABLE(503),
    KAFKA_DISABLED(503),
    DATABASE_UNAVAILABLE(503),
    ISSUER_UNAVAILABLE(503),
    OVERLOADED(503),
    STARTING(503),
    STOPPING(503);

    private final int status;

    Reason(int status) {
        this.status = status;
    }

    /** Returns the reason for a status that the server set itself, before any route ran. */
    public static Reason ofStatus(int status) {
        return switch (status) {
            case 401 -> UNAUTHENTICATED;
            case 403 -> INSUFFICIENT_SCOPE;
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 408 -> TOO_SLOW;
            case 413 -> TOO_LARGE;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 429 -> TOO_MANY_REQUESTS;
            case 503 -> OVERLOADED;
            // The caller can correct a protocol or a transfer coding that the server does not support.
            case 501, 505 -> MALFORMED_REQUEST;
            default -> status < 500 ? MALFORMED_REQUEST : INTERNAL_ERROR;
        };
    }

    /** Returns the HTTP status of this reason. */
    public int status() {
        return status;
    }

    /** Returns whether the same request may succeed later. The answer then has the header {@code Retry-After}. */
    public boolean isTemporary() {
        return status == 429 || status == 503;
    }
}
