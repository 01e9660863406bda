package io.github.eventgateway.tools.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A step of a route with its inner steps, in any form of the DSL. Disabled steps are left out.
 *
 * @param key the name of the step as a node, for its line
 */
record Step(String kind, YamlNode key, YamlNode node, List<Branch> branches) {

    /**
     * Inner steps.
     *
     * @param kind {@code steps} for plain inner steps, otherwise their clause, such as {@code when}
     */
    record Branch(String kind, YamlNode node, List<Step> steps) {}

    private static final Set<String> BRANCHES =
            Set.of("steps", "when", "otherwise", "doCatch", "doFinally", "onFallback");
    private static final Set<String> ENDPOINTS = Set.of("to", "toD", "wireTap", "poll");
    private static final Set<String> COMPUTED_ENDPOINTS =
            Set.of("enrich", "pollEnrich", "recipientList", "routingSlip", "dynamicRouter");

    /** Returns whether both are the same place in a file. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Step step && step.node.isAt(node);
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(node.identity());
    }

    /** Returns the steps in the list of an element. */
    static List<Step> below(YamlNode holder, RouteSettings settings) {
        return holder.get("steps").stream()
                .flatMap(steps -> steps.items().stream())
                .flatMap(Routes::elements)
                .filter(element -> !isDisabled(element.node(), settings))
                .map(element ->
                        new Step(element.kind(), element.key(), element.node(), branches(element.node(), settings)))
                .toList();
    }

    private static boolean isDisabled(YamlNode node, RouteSettings settings) {
        return settings.resolve(node.text("disabled")).equals("true");
    }

    private static List<Branch> branches(YamlNode node, RouteSettings settings) {
        List<Branch> branches = new ArrayList<>();
        for (YamlNode.Entry entry : node.entries()) {
            if (entry.name().equals("steps")) {
                branches.add(new Branch("steps", node, below(node, settings)));
            } else if (BRANCHES.contains(entry.name())) {
                List<YamlNode> holders = entry.value().isList() ? entry.value().items() : List.of(entry.value());
                holders.stream()
                        .filter(holder -> !isDisabled(holder, settings))
                        .forEach(holder -> branches.add(new Branch(entry.name(), holder, below(holder, settings))));
            }
        }
        return branches;
    }

    /** Returns this step and all inner steps. */
    Stream<Step> all() {
        return Stream.concat(
                Stream.of(this),
                branches.stream().flatMap(branch -> branch.steps().stream()).flatMap(Step::all));
    }

    /** Returns the branches of one kind. */
    List<Branch> branches(String of) {
        return branches.stream().filter(branch -> branch.kind().equals(of)).toList();
    }

    /** Returns whether a field is true. */
    boolean isSet(String field, RouteSettings settings) {
        return settings.resolve(node.text(field)).equals("true");
    }

    /** Returns the name of the field as a node; that of the step without the field. */
    YamlNode keyOf(String field) {
        return node.entries().stream()
                .filter(entry -> entry.name().equals(field))
                .map(YamlNode.Entry::key)
                .findFirst()
                .orElse(key);
    }

    /** Returns whether steps stand under this field. */
    static boolean isBranch(String field) {
        return BRANCHES.contains(field);
    }

    /** Returns the texts of its own fields, without its description and its inner steps. */
    Stream<YamlNode> texts() {
        return node.isScalar() ? Stream.of(node) : texts(node);
    }

    /** Returns the same texts for an element with inner steps. */
    static Stream<YamlNode> texts(YamlNode node) {
        Stream<YamlNode> fields = node.entries().stream()
                .filter(entry -> !BRANCHES.contains(entry.name()) && !Texts.isProse(entry.name()))
                .map(YamlNode.Entry::value);
        return Stream.concat(fields, node.items().stream())
                .flatMap(below -> below.isScalar() ? Stream.of(below) : texts(below));
    }

    /** Returns the URIs of the called endpoints that the file contains, without options. */
    List<String> calls(RouteSettings settings) {
        Stream<String> uris = Stream.empty();
        if (ENDPOINTS.contains(kind)) {
            uris = Stream.of(node.isScalar() ? node.text() : Routes.uri(node));
        } else if (COMPUTED_ENDPOINTS.contains(kind)) {
            uris = Written.of(node).stream()
                    .flatMap(uri -> Arrays.stream(uri.text()
                            .split(
                                    node.text("delimiter").isBlank()
                                            ? ","
                                            : " *\\Q" + node.text("delimiter") + "\\E *")));
        }
        return uris.map(uri -> settings.resolve(uri).strip().replaceFirst("\\?.*", ""))
                .filter(uri -> uri.contains(":"))
                .toList();
    }
}
