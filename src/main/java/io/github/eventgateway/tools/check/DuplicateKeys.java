package io.github.eventgateway.tools.check;

import java.util.HashSet;
import java.util.Set;

/** Checks that no mapping has a key twice, because the later value would silently replace the other. */
final class DuplicateKeys implements Rule {

    @Override
    public void check(Routes routes, Report report) {
        routes.files().stream().flatMap(YamlNode::all).forEach(node -> {
            Set<String> seen = new HashSet<>();
            for (YamlNode.Entry entry : node.entries()) {
                if (!seen.add(entry.name())) {
                    report.add(
                            entry.key(),
                            "the key " + entry.name() + " occurs twice; the later one " + "would replace the other");
                }
            }
        });
    }
}
