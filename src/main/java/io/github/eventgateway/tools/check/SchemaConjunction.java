package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.tools.check.SchemaDocument.Part;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A group of schemas that one value must satisfy: a schema, its {@code $ref} and {@code allOf}, and further ones. It
 * finds contradictions, which no value satisfies. It decides only the plain cases, and reports nothing for the others.
 */
final class SchemaConjunction {

    private static final int DEEPEST = 5;
    /** The kinds of JSON Schema; integers are separate from other numbers. */
    enum Kind {
        NULL,
        BOOLEAN,
        OBJECT,
        ARRAY,
        STRING,
        FRACTION,
        INTEGER;

        static final Set<Kind> NUMBERS = EnumSet.of(FRACTION, INTEGER);
        static final Set<Kind> FEW_VALUES = EnumSet.of(BOOLEAN, NULL);

        static Set<Kind> of(JsonNode value) {
            return value.isIntegralNumber()
                    ? EnumSet.of(INTEGER)
                    : value.isNumber()
                            ? NUMBERS
                            : named(value.getNodeType().name().toLowerCase(Locale.ROOT));
        }

        static Set<Kind> named(String type) {
            return switch (type) {
                case "null" -> EnumSet.of(NULL);
                case "boolean" -> EnumSet.of(BOOLEAN);
                case "object" -> EnumSet.of(OBJECT);
                case "array" -> EnumSet.of(ARRAY);
                case "string" -> EnumSet.of(STRING);
                case "integer" -> EnumSet.of(INTEGER);
                case "number" -> NUMBERS;
                default -> EnumSet.allOf(Kind.class);
            };
        }
    }

    /**
     * A contradiction for values of some kinds.
     *
     * @param pointer the keyword to report
     * @param isReportedBelow whether a subschema reports it too
     */
    record Fault(Set<Kind> kinds, String pointer, String message, boolean isReportedBelow) {

        static Fault of(Set<Kind> kinds, String pointer, String message) {
            return new Fault(kinds, pointer, message, false);
        }
    }

    private final SchemaDocument document;
    private final List<Part> parts;
    private final int depth;
    private final boolean isAlternative;

    private SchemaConjunction(SchemaDocument document, List<Part> parts, int depth, boolean isAlternative) {
        this.document = document;
        this.parts = parts;
        this.depth = depth;
        this.isAlternative = isAlternative;
    }

    static SchemaConjunction of(SchemaDocument document, Part part) {
        return of(document, List.of(part), 0, false);
    }

    private static SchemaConjunction of(SchemaDocument document, List<Part> parts, int depth, boolean isAlternative) {
        Map<String, Part> all = new LinkedHashMap<>();
        parts.forEach(part -> add(document, part, all));
        return new SchemaConjunction(document, List.copyOf(all.values()), depth, isAlternative);
    }

    /** Returns whether it is a branch of {@code anyOf}, {@code oneOf} or a condition, whose own branches are not tried. */
    boolean isAlternative() {
        return isAlternative;
    }

    /** Returns why no value satisfies all of these schemas; empty if a value may. */
    Optional<Fault> impossible(List<Part> together, boolean alternative) {
        return of(document, together, depth + 1, alternative).impossible();
    }

    /** Returns the group of schemas that a member or element must satisfy. */
    SchemaConjunction below(List<Part> together) {
        return of(document, together, depth + 1, false);
    }

    /** Returns how many different values its types and enumerations alone allow. */
    long values() {
        Set<Kind> kinds = kinds();
        long most = Kind.FEW_VALUES.containsAll(kinds)
                ? (kinds.contains(Kind.BOOLEAN) ? 2 : 0) + (kinds.contains(Kind.NULL) ? 1 : 0)
                : Long.MAX_VALUE;
        for (Part part : parts) {
            Set<JsonNode> listed = new HashSet<>();
            part.get("enum").forEach(listed::add);
            most = part.get("enum").isArray() ? Math.min(most, listed.size()) : most;
            most = part.node().has("const") ? Math.min(most, 1) : most;
        }
        return most;
    }

    private static void add(SchemaDocument document, Part part, Map<String, Part> all) {
        if (all.putIfAbsent(part.pointer(), part) == null) {
            document.target(part).ifPresent(target -> add(document, target, all));
            for (int i = 0; i < part.get("allOf").size(); i++) {
                add(document, part.below("allOf", i), all);
            }
        }
    }

    /** Returns the schemas, including the targets of references and those of {@code allOf}. */
    List<Part> parts() {
        return parts;
    }

    /** Returns whether each valid object has this member. */
    boolean requires(String name) {
        return new SchemaMembers(document, parts, this).required().containsKey(name);
    }

    boolean isNever() {
        return parts.stream().anyMatch(part -> TrivialSchema.isNever(part.node()));
    }

    /** Returns the kinds that its types alone allow. */
    Set<Kind> kinds() {
        Set<Kind> kinds = EnumSet.allOf(Kind.class);
        for (Part part : parts) {
            if (part.get("type").isTextual() || !part.get("type").isEmpty()) {
                kinds.retainAll(kinds(part.get("type")));
            }
            JsonNode not = part.get("not");
            if (not.size() == 1 && not.has("type")) {
                kinds.removeAll(kinds(not.path("type")));
            }
        }
        return kinds;
    }

    static Set<Kind> kinds(JsonNode type) {
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        (type.isArray() ? type : List.of(type)).forEach(one -> kinds.addAll(Kind.named(one.asText())));
        return kinds;
    }

    /** Returns why no value at all is valid; empty if a value may be. */
    Optional<Fault> impossible() {
        if (depth > DEEPEST || !document.mayGoOn()) {
            return Optional.empty();
        }
        Optional<Part> never = parts.stream()
                .filter(part -> TrivialSchema.isNever(part.node()))
                .findFirst();
        if (never.isPresent()) {
            return Optional.of(
                    Fault.of(EnumSet.allOf(Kind.class), never.get().pointer(), "the schema accepts no value"));
        }
        Set<Kind> left = kinds();
        List<Fault> faults = faults();
        faults.forEach(fault -> left.removeAll(fault.kinds()));
        return left.isEmpty() ? faults.stream().findFirst() : Optional.empty();
    }

    /** Returns all contradictions. */
    List<Fault> faults() {
        List<Fault> faults = new ArrayList<>();
        checkTypes(faults);
        new SchemaBounds(parts, kinds()).check(faults);
        new SchemaItems(parts, this).check(faults);
        new SchemaMembers(document, parts, this).check(faults);
        checkValues(faults);
        if (!isAlternative) {
            checkAlternatives(faults);
            checkConditions(faults);
        }
        return faults;
    }

    private void checkTypes(List<Fault> faults) {
        if (kinds().isEmpty()) {
            List<Part> typed =
                    parts.stream().filter(part -> part.node().has("type")).toList();
            Set<String> types = new TreeSet<>();
            typed.forEach(part -> types.add(
                    part.get("type").isArray()
                            ? part.get("type").toString()
                            : part.get("type").asText()));
            String what = types.size() > 1
                    ? "no value has all these types: " + String.join(", ", types)
                    : "type requires " + String.join(", ", types) + ", but the keyword not forbids it";
            faults.add(Fault.of(
                    EnumSet.allOf(Kind.class), typed.get(typed.size() - 1).at("type"), what));
        }
    }

    private void checkValues(List<Fault> faults) {
        for (Part part : parts) {
            for (String keyword : List.of("const", "enum")) {
                if (part.node().has(keyword)) {
                    checkValues(part, keyword, faults);
                    return;
                }
            }
        }
    }

    /** Reports an enumeration without a value that satisfies all other schemas. */
    private void checkValues(Part part, String keyword, List<Fault> faults) {
        JsonNode listed = part.get(keyword);
        boolean one = keyword.equals("const");
        String problem = "";
        if (!one && !listed.isArray()) {
            return;
        }
        for (JsonNode value : one ? List.of(listed) : listed) {
            Optional<String> wrong = parts.stream()
                    .flatMap(other -> document.problem(other, value).stream())
                    .findFirst();
            if (wrong.isEmpty()) {
                return;
            }
            problem = problem.isEmpty() ? ": " + wrong.get() : problem;
        }
        boolean reportedBelow = !part.equals(parts.get(0))
                && of(document, List.of(part), depth + 1, true).faults().stream()
                        .anyMatch(fault -> fault.pointer().equals(part.at(keyword)));
        String what = one ? "const contradicts the other keywords" : "no value of enum satisfies the other keywords";
        faults.add(new Fault(EnumSet.allOf(Kind.class), part.at(keyword), what + problem, reportedBelow));
    }

    /** Reports a condition if the schemas for both of its results accept no value. */
    private void checkConditions(List<Fault> faults) {
        for (Part part : parts) {
            if (!part.node().has("if")) {
                continue;
            }
            JsonNode asked = part.get("if");
            Optional<Fault> then = TrivialSchema.isNever(asked) ? never("if", part) : with(List.of("if", "then"), part);
            Optional<Fault> other = TrivialSchema.isAnything(asked) ? never("if", part) : with(List.of("else"), part);
            boolean reportedBelow = TrivialSchema.isNever(part.node());
            if (then.isPresent() && other.isPresent()) {
                faults.add(new Fault(
                        EnumSet.allOf(Kind.class),
                        part.at("if"),
                        "neither then nor else accepts a value: "
                                + (TrivialSchema.isNever(asked) ? other : then)
                                        .get()
                                        .message(),
                        reportedBelow));
            }
        }
    }

    private static Optional<Fault> never(String keyword, Part part) {
        return Optional.of(Fault.of(EnumSet.allOf(Kind.class), part.at(keyword), "the schema accepts no value"));
    }

    /** Returns why no value satisfies this schema together with these of its keywords. */
    private Optional<Fault> with(List<String> keywords, Part part) {
        List<Part> together = new ArrayList<>(parts);
        keywords.stream().filter(part.node()::has).map(part::below).forEach(together::add);
        return together.size() == parts.size() ? Optional.empty() : impossible(together, true);
    }

    private void checkAlternatives(List<Fault> faults) {
        for (Part part : parts) {
            for (String keyword : List.of("anyOf", "oneOf")) {
                checkAlternatives(part, keyword, faults);
            }
        }
    }

    private void checkAlternatives(Part part, String keyword, List<Fault> faults) {
        String problem = "";
        boolean reportedBelow = true;
        for (int i = 0; i < part.get(keyword).size(); i++) {
            Part alternative = part.below(keyword, i);
            List<Part> all = new ArrayList<>(parts);
            all.add(alternative);
            Optional<Fault> fault = impossible(all, true);
            if (fault.isEmpty()) {
                return;
            }
            problem = problem.isEmpty() ? fault.get().message() : problem;
            reportedBelow &= !TrivialSchema.isNever(alternative.node())
                    && impossible(List.of(alternative), true).isPresent();
        }
        if (!problem.isEmpty()) {
            faults.add(new Fault(
                    EnumSet.allOf(Kind.class),
                    part.at(keyword),
                    "none of " + keyword + " satisfies the other keywords: " + problem,
                    reportedBelow));
        }
    }
}
