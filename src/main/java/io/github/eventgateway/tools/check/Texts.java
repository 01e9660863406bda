package io.github.eventgateway.tools.check;

import java.util.Set;
import java.util.stream.Stream;

/** The texts in route files that Camel reads, without those for people. */
final class Texts {

    private static final Set<String> PROSE = Set.of("description", "note", "title", "summary");

    private Texts() {}

    /** Returns whether this field holds text for people. */
    static boolean isProse(String field) {
        return PROSE.contains(field);
    }

    /** Returns all texts of all files, without descriptions. */
    static Stream<YamlNode> of(Routes routes) {
        return routes.files().stream().flatMap(Texts::below);
    }

    /** Returns all texts below a node, without descriptions. */
    static Stream<YamlNode> below(YamlNode node) {
        if (node.isScalar()) {
            return Stream.of(node);
        }
        Stream<YamlNode> fields =
                node.entries().stream().filter(entry -> !isProse(entry.name())).map(YamlNode.Entry::value);
        return Stream.concat(fields, node.items().stream()).flatMap(Texts::below);
    }
}
