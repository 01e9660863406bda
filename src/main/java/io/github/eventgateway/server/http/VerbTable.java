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
 * The REST verbs that are being served, by path. It can hold them while routes are exchanged, so that all change at one
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
     * What a request meets.
     *
     * @param verb the verb that serves it, or null
     * @param variables the values of the path's variables
     * @param allowed the methods that the path has, empty if there is no such path
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

    /** From now on the verbs that are there are served, whatever comes and goes, until {@link #release}. */
    synchronized void hold() {
        held = true;
    }

    /** Serves the verbs that have come, and no more those that have gone, all at one moment. */
    synchronized void release() {
        held = false;
        publish();
    }

    /** Who may call what this request meets; null if it meets nothing. */
    public Set<String> requiredScopes(HttpServletRequest request) {
        Verb verb = match(request).verb();
        return verb == null || verb.access().isPublic() ? null : verb.access().scopes();
    }

    /** The method and the path's template of what this request meets, in the words of the audit trail. */
    public String action(HttpServletRequest request) {
        Verb verb = match(request).verb();
        return verb == null ? "unknown" : verb.action();
    }

    /** The match is made once a request and kept in it. */
    Match match(HttpServletRequest request) {
        Match match = (Match) request.getAttribute(MATCH);
        if (match == null) {
            match = find(request);
            request.setAttribute(MATCH, match);
        }
        return match;
    }

    /** What the request has met; null if nobody has asked. */
    static Match met(HttpServletRequest request) {
        return (Match) request.getAttribute(MATCH);
    }

    /** As {@link #match}, but nothing is kept. */
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
