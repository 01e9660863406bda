package io.github.eventgateway.server.security;

import io.github.eventgateway.api.Words;
import io.github.eventgateway.event.PublishPermission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The valid scopes of a token: those of the gateway's own calls, and those of the calls in a folder of routes. */
public final class Scopes {

    /** The scopes of the gateway's own calls, as a list in words. */
    static final String LIST =
            "events:write, events:read, events:export, dead-letters:write, kafka:test, audit:read, data:erase";

    /** The scopes of the gateway's own calls. */
    public static final List<String> KNOWN = List.of(LIST.split(", "));

    /** Returns all of them as a list in words. */
    static final String IN_WORDS = LIST + "; events:write:<type> or events:write:<prefix>* allows only some types";

    private static final String ROUTE_FILE = ".camel.yaml";
    private static final Pattern DECLARED = Pattern.compile("(?m)^\\s*(?:- )?scopes:\\s*[\"']?([^\"'#\\n]+)");

    private Scopes() {}

    /**
     * Returns those scopes that no call needs.
     *
     * @param routes the folder of the routes, whose calls may need further scopes; it may be missing
     */
    static Set<String> unknown(String scopes, Path routes) {
        Set<String> unknown = new TreeSet<>(Arrays.asList(scopes.split(" ")));
        unknown.removeIf(scope -> KNOWN.contains(scope) || PublishPermission.isGrantedBy(scope));
        if (!unknown.isEmpty() && Files.isDirectory(routes)) {
            unknown.removeAll(declared(routes));
        }
        return unknown;
    }

    private static Set<String> declared(Path routes) {
        Set<String> declared = new TreeSet<>();
        try (Stream<Path> files = Files.walk(routes)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (file.toString().endsWith(ROUTE_FILE)) {
                    DECLARED.matcher(Files.readString(file))
                            .results()
                            .forEach(found -> declared.addAll(Words.of(found.group(1))));
                }
            }
        } catch (IOException e) {
            // An unreadable file declares nothing.
        }
        return declared;
    }
}
