package io.github.eventgateway.tools.check;

import io.github.eventgateway.api.Words;
import io.github.eventgateway.server.security.Scopes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks that REST verbs have an id and declare who may call them. */
final class RestVerbs implements Rule {

    private static final Set<String> SCOPES = Set.copyOf(Scopes.KNOWN);

    /** The keys of a public verb, and of a verb that needs any valid token. */
    private static final Set<String> WITHOUT_SCOPES = Set.of("none", "token");

    @Override
    public void check(Routes routes, Report report) {
        Map<String, YamlNode> served = new HashMap<>();
        for (Routes.Verb verb : routes.verbs()) {
            checkPath(verb, served, report);
            YamlNode node = verb.element().node();
            String name = verb.element().kind() + " " + verb.path();
            if (verb.element().id().isBlank()) {
                report.add(node, "the REST verb " + name + " has no id");
            }
            List<YamlNode> security = node.get("security").map(YamlNode::items).orElse(List.of());
            if (security.isEmpty()) {
                report.add(node, "the REST verb " + name + " has no security; declare its scopes, or the key none");
            }
            for (YamlNode entry : security) {
                if (!WITHOUT_SCOPES.contains(entry.text("key"))
                        && entry.text("scopes").isBlank()) {
                    report.add(entry, "the security of the REST verb " + name + " names no scope");
                }
                entry.get("scopes").ifPresent(scopes -> checkScopes(scopes, report));
            }
        }
    }

    /** If two verbs have the same method and path, either of them may answer. */
    private static void checkPath(Routes.Verb verb, Map<String, YamlNode> served, Report report) {
        YamlNode node = verb.element().node();
        String name = verb.element().kind() + " " + verb.path();
        if (node.get("to").isEmpty()) {
            report.add(node, "the REST verb " + name + " has no route: write its route below to, as uri: direct:…");
        }
        YamlNode first = served.putIfAbsent(name.replaceAll("\\{[^}]*}", "{}").replaceFirst("/$", ""), node);
        if (first != null) {
            report.add(
                    node.get("path").orElse(node),
                    "the REST verb " + name + " is in " + first.file().getFileName() + ":" + first.line()
                            + " too; one of them would never be called");
        }
    }

    private static void checkScopes(YamlNode scopes, Report report) {
        Words.of(scopes.text()).stream()
                .filter(scope -> !SCOPES.contains(scope))
                .filter(scope -> !Nearest.to(scope, SCOPES).isEmpty())
                .forEach(scope -> report.add(
                        scopes.place(scope),
                        "no token has the scope " + scope + ", so nobody could call this verb",
                        Nearest.to(scope, SCOPES)));
    }
}
