package io.github.eventgateway.tools.check;

import io.github.eventgateway.tools.check.SchemaConjunction.Kind;
import io.github.eventgateway.tools.check.SchemaDocument.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** The fields of a schema by JSON Pointer. */
final class SchemaFields {

    private static final int DEEPEST = 30;

    private static final List<String> SAYS_MORE = List.of(
            "properties",
            "patternProperties",
            "$ref",
            "allOf",
            "anyOf",
            "oneOf",
            "then",
            "else",
            "items",
            "prefixItems");

    private final SchemaDocument document;

    SchemaFields(SchemaDocument document) {
        this.document = document;
    }

    /** Returns the kinds of values at a pointer; empty if the schema has no such field. */
    Set<Kind> kinds(String pointer) {
        return kinds(document.whole(), steps(pointer), 0);
    }

    private static List<String> steps(String pointer) {
        return Arrays.stream(pointer.substring(1).split("/", -1))
                .map(step -> step.replace("~1", "/").replace("~0", "~"))
                .toList();
    }

    /** Returns whether each valid value has the field at a pointer, or the gateway fills it in. */
    boolean isRequired(String pointer) {
        return isRequired(document.whole(), steps(pointer), 0);
    }

    private boolean isRequired(Part part, List<String> steps, int depth) {
        if (steps.isEmpty() || depth > DEEPEST) {
            return true;
        }
        String name = steps.get(0);
        SchemaConjunction all = SchemaConjunction.of(document, part);
        boolean isFilled = depth == 0 && part.get("properties").path(name).has("default");
        List<String> rest = steps.subList(1, steps.size());
        if (isFilled || all.requires(name) || name.matches("\\d+")) {
            return rest.isEmpty()
                    || all.parts().stream()
                            .flatMap(one -> SchemaMembers.members(one, name).stream())
                            .anyMatch(member -> isRequired(member, rest, depth + 1));
        }
        return all.parts().stream()
                .anyMatch(one -> requireAll(branches(one, "anyOf"), steps, depth)
                        || requireAll(branches(one, "oneOf"), steps, depth)
                        || one.node().has("then")
                                && one.node().has("else")
                                && requireAll(List.of(one.below("then"), one.below("else")), steps, depth));
    }

    private boolean requireAll(List<Part> branches, List<String> steps, int depth) {
        return !branches.isEmpty() && branches.stream().allMatch(branch -> isRequired(branch, steps, depth + 1));
    }

    private static List<Part> branches(Part part, String keyword) {
        return IntStream.range(0, part.get(keyword).size())
                .mapToObj(i -> part.below(keyword, i))
                .toList();
    }

    /** Returns the top-level fields as pointers. */
    Set<String> names() {
        Set<String> names = new TreeSet<>();
        document.whole()
                .get("properties")
                .fieldNames()
                .forEachRemaining(
                        name -> names.add("/" + name.replace("~", "~0").replace("/", "~1")));
        return names;
    }

    private Set<Kind> kinds(Part part, List<String> steps, int depth) {
        if (steps.isEmpty()) {
            return kinds(part, depth);
        }
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        if (depth > DEEPEST || isOpen(part)) {
            return isNone(part) ? kinds : EnumSet.allOf(Kind.class);
        }
        List<String> rest = steps.subList(1, steps.size());
        next(part, steps.get(0)).forEach(next -> kinds.addAll(kinds(next, rest, depth + 1)));
        ofTheSameValue(part, List.of("allOf", "anyOf", "oneOf"))
                .forEach(other -> kinds.addAll(kinds(other, steps, depth + 1)));
        return kinds;
    }

    private Set<Kind> kinds(Part part, int depth) {
        SchemaConjunction all = SchemaConjunction.of(document, part);
        Set<Kind> kinds = all.kinds();
        all.parts().forEach(one -> kinds.retainAll(listed(one)));
        for (String keyword : List.of("anyOf", "oneOf")) {
            if (!part.get(keyword).isEmpty() && depth <= DEEPEST) {
                Set<Kind> any = EnumSet.noneOf(Kind.class);
                for (int i = 0; i < part.get(keyword).size(); i++) {
                    any.addAll(kinds(part.below(keyword, i), depth + 1));
                }
                kinds.retainAll(any);
            }
        }
        return kinds;
    }

    /** Returns the kinds of the values that {@code const} or {@code enum} lists. */
    private static Set<Kind> listed(Part part) {
        if (part.node().has("const")) {
            return Kind.of(part.get("const"));
        }
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        part.get("enum").forEach(value -> kinds.addAll(Kind.of(value)));
        return part.get("enum").isArray() ? kinds : EnumSet.allOf(Kind.class);
    }

    /** Returns whether it says nothing about its content. */
    private static boolean isOpen(Part part) {
        return SAYS_MORE.stream().noneMatch(part.node()::has)
                && !part.get("additionalProperties").isObject();
    }

    private boolean isNone(Part part) {
        Set<Kind> kinds = SchemaConjunction.of(document, part).kinds();
        return TrivialSchema.isNever(part.node())
                || !kinds.contains(Kind.OBJECT) && !kinds.contains(Kind.ARRAY)
                || TrivialSchema.isNever(part.get("additionalProperties"));
    }

    private static List<Part> next(Part part, String name) {
        List<Part> next = new ArrayList<>(SchemaMembers.members(part, name));
        if (name.matches("0|[1-9]\\d{0,8}")) {
            int index = Integer.parseInt(name);
            boolean first = index < part.get("prefixItems").size();
            if (first || part.node().has("items")) {
                next.add(first ? part.below("prefixItems", index) : part.below("items"));
            }
        }
        return next;
    }

    private List<Part> ofTheSameValue(Part part, List<String> lists) {
        List<Part> parts = new ArrayList<>();
        document.target(part).ifPresent(parts::add);
        for (String keyword : lists) {
            for (int i = 0; i < part.get(keyword).size(); i++) {
                parts.add(part.below(keyword, i));
            }
        }
        for (String keyword : List.of("then", "else")) {
            if (part.node().has(keyword)) {
                parts.add(part.below(keyword));
            }
        }
        return parts;
    }
}
