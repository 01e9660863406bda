package io.github.eventgateway.server.http;

import io.github.eventgateway.event.PublishPermission;
import java.util.List;
import java.util.Set;
import org.springframework.web.util.pattern.PathPattern;

/**
 * A verb of the REST DSL, as declared in YAML.
 *
 * @param method GET, POST, …
 * @param pattern its path with variables
 * @param access who may call it
 * @param parameters the accepted query parameters; any other is an error
 * @param headers the headers that its route gets; no others reach it
 * @param consumes the media types of its body; empty accepts any
 * @param isStreamed whether its answer is a stream of lines or events and not one document
 * @param isEndless whether that stream continues as long as the caller listens
 * @param handler serves the requests
 */
record Verb(
        String method,
        PathPattern pattern,
        Access access,
        Set<String> parameters,
        Set<String> headers,
        List<String> consumes,
        boolean isStreamed,
        boolean isEndless,
        VerbConsumer handler) {

    private static final Set<String> PUBLISHING = Set.of(PublishPermission.SCOPE);

    /**
     * Who may call a verb: the {@code security} of the verb in YAML.
     *
     * @param isPublic true allows everyone
     * @param scopes the token must have all of these scopes; if empty, any valid token is enough
     */
    record Access(boolean isPublic, Set<String> scopes) {}

    /** Returns whether it only publishes events. */
    boolean publishes() {
        return access.scopes().equals(PUBLISHING);
    }

    /**
     * Returns whether it changes or shows something and is audited. Publishing is not audited, but a verb with another
     * scope is.
     */
    boolean isAudited() {
        return !access.scopes().isEmpty() && !publishes();
    }

    String action() {
        return method + " " + pattern.getPatternString();
    }

    boolean acceptsBatches() {
        return consumes.contains("application/x-ndjson");
    }
}
