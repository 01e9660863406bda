package io.github.eventgateway.api;

/**
 * Names of the exchange properties that the HTTP engine sets for a route. They are properties because headers can leave
 * the gateway by accident.
 */
public final class CallProperties {

    /** The id that the caller gets in {@code X-Request-Id}; a String. */
    public static final String REQUEST_ID = "requestId";

    /** The address of the caller; a String. */
    public static final String CALLER_ADDRESS = "callerAddress";

    /** The media type of the body, without parameters, in lower case; a String, or absent. */
    public static final String CONTENT_TYPE = "contentType";

    /** The subject of the caller's token; a String, or absent for an anonymous caller. */
    public static final String SUBJECT = "subject";

    /** When the caller's token expires; an {@link java.time.Instant}, or absent for never and for an anonymous caller. */
    public static final String TOKEN_EXPIRY = "tokenExpiry";

    /**
     * Whether the key of the caller's token was withdrawn since the call began; a {@link
     * java.util.function.BooleanSupplier}, or absent for an anonymous caller. It may wait for the issuer.
     */
    public static final String KEY_WITHDRAWN = "keyWithdrawn";

    /** The scopes of the caller's token; a {@code Set<String>}, empty for an anonymous caller. */
    public static final String SCOPES = "scopes";

    /** The record of the call in the audit trail; an {@link io.github.eventgateway.server.audit.AuditedCall}, or absent. */
    public static final String AUDITED = "audited";

    private CallProperties() {}
}
