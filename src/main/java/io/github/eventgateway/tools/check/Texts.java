package io.github.eventgateway.tools.check;

import java.util.Set;
import java.util.stream.Stream;

/** What stands in route files for Camel rather than for a reader. */
final class Texts {

    private static final Set<String> PROSE = Set.of("description", "note", "title", "summary");

    private Texts() {}

    /** Returns whether this field holds what a person reads. */
    static boolean isProse(String field) {
        return PROSE.contains(field);
    }

    /** All texts of all files, without descriptions. */
    static Stream<YamlNode> of(Routes routes) {
        return routes.files().stream().flatMap(Texts::below);
    }

    /** All texts below a node, without descriptions. */
    static Stream<YamlNode> below(YamlNode node) {
        if (node.isScalar()) {
            return Stream.of(node);
        }
        Stream<YamlNode> fields =
                node.entries().stream().filter(entry -> !isProse(entry.name())).map(YamlNode.Entry::value);
        return Stream.concat(fields, node.items().stream()).flatMap(Texts::below);
    }
}
