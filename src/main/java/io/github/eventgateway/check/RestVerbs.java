package io.github.eventgateway.check;

import java.util.List;

/** REST verbs have an id and say who may call them. */
final class RestVerbs implements Rule {

    @Override
    public void check(Routes routes, Report report) {
        for (Routes.Verb verb : routes.verbs()) {
            YamlNode node = verb.element().node();
            String name = verb.element().kind() + " " + verb.path();
            if (verb.element().id().isBlank()) {
                report.add(node, "the REST verb " + name + " has no id");
            }
            List<YamlNode> security = node.get("security").map(YamlNode::items).orElse(List.of());
            if (security.isEmpty()) {
                report.add(node, "the REST verb " + name + " has no security; name its scopes, or the key none");
            }
            for (YamlNode entry : security) {
                if (!entry.text("key").equals("none") && entry.text("scopes").isBlank()) {
                    report.add(entry, "the security of the REST verb " + name + " names no scope");
                }
            }
        }
    }
}
