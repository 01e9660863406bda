package io.github.eventgateway.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.http.server.PathContainer;
import org.springframework.stereotype.Component;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * The REST verbs that are being served, by path. The starter's mapping keeps a verb whose route is gone; this one
 * forgets it. Any thread.
 */
@Component
public class VerbTable {

    private static final String MATCH = VerbTable.class.getName() + ".match";

    private final PathPatternParser parser = new PathPatternParser();
    private final CopyOnWriteArrayList<Verb> verbs = new CopyOnWriteArrayList<>();
    private volatile Map<String, List<Verb>> literal = Map.of();

    /**
     * What a request meets.
     *
     * @param verb the verb that serves it, or null
     * @param variables the values of the path's variables
     * @param allowed the methods that the path has, empty where there is no such path
     */
    record Match(Verb verb, Map<String, String> variables, Set<String> allowed) {}

    PathPattern pattern(String path) {
        return parser.parse(path);
    }

    synchronized void add(Verb verb) {
        verbs.add(verb);
        verbs.sort(Comparator.comparing(Verb::pattern, PathPattern.SPECIFICITY_COMPARATOR));
        index();
    }

    synchronized void remove(HttpConsumer handler) {
        verbs.removeIf(verb -> verb.handler() == handler);
        index();
    }

    /** Who may call what this request meets; null where it meets nothing. */
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
            String method = "HEAD".equals(request.getMethod()) ? "GET" : request.getMethod();
            match = match(method, request.getRequestURI());
            request.setAttribute(MATCH, match);
        }
        return match;
    }

    private Match match(String method, String uri) {
        List<Verb> here = literal.get(uri);
        if (here != null) {
            for (Verb verb : here) {
                if (verb.method().equals(method)) {
                    return new Match(verb, Map.of(), Set.of());
                }
            }
        }
        PathContainer path = PathContainer.parsePath(uri);
        Set<String> allowed = new TreeSet<>();
        for (Verb verb : verbs) {
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

    private void index() {
        Map<String, List<Verb>> byPath = new HashMap<>();
        for (Verb verb : verbs) {
            if (!verb.pattern().hasPatternSyntax()) {
                byPath.computeIfAbsent(verb.pattern().getPatternString(), path -> new ArrayList<>())
                        .add(verb);
            }
        }
        literal = byPath;
    }
}
