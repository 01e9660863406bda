package io.github.eventgateway.tools.check;

import java.util.Optional;
import java.util.Set;

/**
 * An expression in a file.
 *
 * @param language such as {@code simple}
 * @param at the beginning of its text
 */
record Written(String language, YamlNode at) {

    private static final Set<String> LANGUAGES = Set.of(
            "constant",
            "csimple",
            "datasonnet",
            "exchangeProperty",
            "groovy",
            "header",
            "hl7terser",
            "java",
            "joor",
            "jq",
            "js",
            "jsonpath",
            "language",
            "mvel",
            "ognl",
            "python",
            "ref",
            "simple",
            "spel",
            "tokenize",
            "variable",
            "wasm",
            "xpath",
            "xquery",
            "xtokenize");

    /**
     * Returns the expression of a step or condition, with or without the key {@code expression}; empty for a bean
     * method.
     */
    static Optional<Written> of(YamlNode holder) {
        Optional<YamlNode> wrapped = holder.get("expression").filter(YamlNode::isMapping);
        return wrapped.isPresent() ? in(wrapped.get()) : in(holder);
    }

    private static Optional<Written> in(YamlNode node) {
        return node.entries().stream()
                .filter(entry -> LANGUAGES.contains(entry.name()))
                .map(Written::of)
                .findFirst();
    }

    private static Written of(YamlNode.Entry entry) {
        YamlNode value = entry.value();
        String language = entry.name().equals("language") && value.isMapping() ? value.text("language") : entry.name();
        return new Written(language, value.get("expression").orElse(value));
    }

    String text() {
        return at.text();
    }
}
