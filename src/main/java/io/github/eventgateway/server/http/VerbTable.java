package io.github.eventgateway.server.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.http.server.PathContainer;
import org.springframework.stereotype.Component;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * The REST verbs by path. While routes are exchanged it can keep its state, so that all verbs change at the same
 * moment. Any thread.
 */
@Component
public class VerbTable {

    private static final String MATCH = VerbTable.class.getName() + ".match";

    private final PathPatternParser parser = new PathPatternParser();
    private final List<Verb> verbs = new ArrayList<>();
    private boolean held;

    /** The most specific paths first. */
    private volatile List<Verb> served = List.of();

    /**
     * The verb for a request.
     *
     * @param verb the verb, or null
     * @param variables the values of the path variables
     * @param allowed the methods of the path; empty for an unknown path
     */
    record Match(Verb verb, Map<String, String> variables, Set<String> allowed) {}

    PathPattern pattern(String path) {
        return parser.parse(path);
    }

    synchronized void add(Verb verb) {
        verbs.add(verb);
        verbs.sort(Comparator.comparing(Verb::pattern, PathPattern.SPECIFICITY_COMPARATOR));
        publish();
    }

    synchronized void remove(VerbConsumer handler) {
        verbs.removeIf(verb -> verb.handler() == handler);
        publish();
    }

    /** Keeps the present verbs visible until {@link #release}. */
    synchronized void hold() {
        held = true;
    }

    /** Activates added verbs and removes deleted ones, all at the same moment. */
    synchronized void release() {
        held = false;
        publish();
    }

    /** Returns who may call the verb of this request; null without a verb. */
    public Set<String> requiredScopes(HttpServletRequest request) {
        Verb verb = match(request).verb();
        return verb == null || verb.access().isPublic() ? null : verb.access().scopes();
    }

    /** Returns the method and path template of this request, as the audit trail records them. */
    public String action(HttpServletRequest request) {
        Verb verb = match(request).verb();
        return verb == null ? "unknown" : verb.action();
    }

    /** Finds the verb once per request and keeps it in the request. */
    Match match(HttpServletRequest request) {
        Match match = (Match) request.getAttribute(MATCH);
        if (match == null) {
            match = find(request);
            request.setAttribute(MATCH, match);
        }
        return match;
    }

    /** Returns the result that {@link #match} stored in the request; null if it was not called. */
    static Match stored(HttpServletRequest request) {
        return (Match) request.getAttribute(MATCH);
    }

    /** Finds the verb as {@link #match} does, without keeping it. */
    Match find(HttpServletRequest request) {
        String method = "HEAD".equals(request.getMethod()) ? "GET" : request.getMethod();
        return match(served, method, request.getRequestURI());
    }

    private static Match match(List<Verb> served, String method, String uri) {
        PathContainer path = PathContainer.parsePath(uri);
        Set<String> allowed = new TreeSet<>();
        for (Verb verb : served) {
            PathPattern.PathMatchInfo info = verb.pattern().matchAndExtract(path);
            if (info != null) {
                if (verb.method().equals(method)) {
                    return new Match(verb, info.getUriVariables(), Set.of());
                }
                allowed.add(verb.method());
            }
        }
        return new Match(null, Map.of(), allowed);
    }

    private void publish() {
        if (!held) {
            served = List.copyOf(verbs);
        }
    }
}
