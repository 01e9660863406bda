package io.github.eventgateway.api;

/**
 * Why a request was refused: the stable word in {@code data.reason} that programs test, with the HTTP status it is
 * answered with. The sentence for people is the message {@code reason.<NAME>} in {@code messages*.properties}.
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

    /** The reason for an answer of which only the status is known, since the server refused it before any route. */
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
            // a protocol or a transfer coding that the server does not speak is the caller's to change
            case 501, 505 -> MALFORMED_REQUEST;
            default -> status < 500 ? MALFORMED_REQUEST : INTERNAL_ERROR;
        };
    }

    /** The HTTP status that goes with this reason. */
    public int status() {
        return status;
    }

    /** Whether the same request may succeed later; the answer then carries {@code Retry-After}. */
    public boolean isTemporary() {
        return status == 429 || status == 503;
    }
}
