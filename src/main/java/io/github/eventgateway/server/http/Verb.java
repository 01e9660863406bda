package io.github.eventgateway.server.http;

import java.util.List;
import java.util.Set;
import org.springframework.web.util.pattern.PathPattern;

/**
 * One verb of the REST DSL, as the YAML declares it.
 *
 * @param method GET, POST, …
 * @param pattern its path with variables
 * @param access who may call it
 * @param parameters the query parameters that it takes; any other is refused
 * @param headers the headers that its route gets; no other reaches it
 * @param consumes the media types of its body; empty takes any
 * @param isStreamed whether its answer is a stream: it produces lines or events rather than one document
 * @param isEndless whether that stream goes on for as long as the caller listens
 * @param handler what serves it
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

    private static final Set<String> TAKES_EVENTS = Set.of("events:write");

    /**
     * Who may call a verb: the {@code security} of the verb in the YAML.
     *
     * @param isPublic true lets anyone in
     * @param scopes the scopes of which the token must hold all; of none, any good token will do
     */
    record Access(boolean isPublic, Set<String> scopes) {}

    /** Whether it does nothing but take events. */
    boolean takesEvents() {
        return access.scopes().equals(TAKES_EVENTS);
    }

    /** What changes or shows something; events are not audited one by one, but a verb of another scope is. */
    boolean isAudited() {
        return !access.scopes().isEmpty() && !takesEvents();
    }

    String action() {
        return method + " " + pattern.getPatternString();
    }

    boolean takesBatches() {
        return consumes.contains("application/x-ndjson");
    }
}
