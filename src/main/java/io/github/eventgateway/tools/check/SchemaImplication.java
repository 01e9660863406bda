package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.event.SchemaDialect;
import io.github.eventgateway.tools.check.SchemaConjunction.Kind;
import io.github.eventgateway.tools.check.SchemaGap.Weight;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Proves, keyword by keyword, that every value that satisfies some schemas also satisfies another one, and reports the
 * places without a proof. For one thread.
 */
final class SchemaImplication {

    private static final int MOST_STEPS = 50_000;

    /** Keywords that restrict nothing, and the targets of references. */
    private static final Set<String> NOTES = Set.of(
            SchemaDialect.FILL,
            // Compared as a whole.
            "$schema",
            "$id",
            "$anchor",
            "$comment",
            "$defs",
            "definitions",
            "title",
            "description",
            "default",
            "examples",
            "deprecated",
            "readOnly",
            "writeOnly",
            "contentMediaType",
            "contentEncoding",
            "contentSchema",
            // Handled together with another keyword.
            "then",
            "else",
            "minContains",
            "maxContains");

    private final Set<String> filled;
    private final ObjectImplication objects = new ObjectImplication(this);
    private final ArrayImplication arrays = new ArrayImplication(this);
    private final Deque<String> way = new ArrayDeque<>();
    private final Map<String, Integer> open = new HashMap<>();
    private int steps;

    /**
     * @param filled the members that the complete value always has
     */
    SchemaImplication(Set<String> filled) {
        this.filled = filled;
    }

    /** Returns where the value may violate the schema; empty if it certainly satisfies it. */
    List<SchemaGap> gaps(KnownValue value, SchemaPart schema) {
        if (steps++ > MOST_STEPS) {
            return List.of(gap(schema.part().pointer(), Weight.UNPROVEN, "the schemas are too large to compare"));
        }
        if (value.isImpossible() || value.facts().stream().anyMatch(fact -> fact.isWrittenAs(schema))) {
            return List.of();
        }
        Optional<List<JsonNode>> values = value.values();
        if (values.isPresent()) {
            return refused(values.get(), schema);
        }
        String question = value.key() + " > " + schema.key();
        Integer before = open.get(question);
        if (before != null) {
            // For a nested value the proof may assume what it proves; for the value itself it would be circular.
            return before < way.size() ? List.of() : List.of(unproven(schema, "$ref", "refers to itself"));
        }
        open.put(question, way.size());
        try {
            return byCases(value, schema, byKeywords(value, schema));
        } finally {
            open.remove(question);
        }
    }

    boolean surely(KnownValue value, SchemaPart schema) {
        return gaps(value, schema).isEmpty();
    }

    /** Returns whether the complete value always has this member. */
    boolean isFilled(String name) {
        return way.isEmpty() && filled.contains(name);
    }

    /** Each case by itself adds knowledge about the value. */
    private List<SchemaGap> byCases(KnownValue value, SchemaPart schema, List<SchemaGap> gaps) {
        if (gaps.isEmpty()) {
            return gaps;
        }
        Optional<List<KnownValue>> cases = value.cases();
        boolean isChoice = schema.has("anyOf") || schema.has("oneOf");
        if (cases.isEmpty() && isChoice && value.kinds().size() > 1) {
            cases = Optional.of(value.kinds().stream()
                    .map(kind -> value.andKinds(EnumSet.of(kind)))
                    .toList());
        }
        if (cases.isEmpty()) {
            return gaps;
        }
        Set<SchemaGap> each = new LinkedHashSet<>();
        cases.get().forEach(one -> each.addAll(gaps(one, schema)));
        return SchemaGap.least(List.of(List.copyOf(each), gaps));
    }

    private List<SchemaGap> refused(List<JsonNode> values, SchemaPart schema) {
        List<String> refused = values.stream()
                .filter(value -> schema.problem(value).isPresent())
                .map(JsonNode::toString)
                .toList();
        if (refused.isEmpty()) {
            return List.of();
        }
        String keyword = Stream.of("enum", "const", "type")
                .filter(schema::has)
                .findFirst()
                .orElse(null);
        String at = keyword == null ? schema.part().pointer() : schema.at(keyword);
        return List.of(breaking(
                at, (keyword == null ? "the schema" : keyword) + " no longer allows " + String.join(", ", refused)));
    }

    private List<SchemaGap> byKeywords(KnownValue value, SchemaPart schema) {
        if (schema.isNever()) {
            return List.of(breaking(schema.part().pointer(), "no value is valid here any more"));
        }
        List<SchemaGap> gaps = new ArrayList<>();
        schema.part().node().fieldNames().forEachRemaining(keyword -> {
            if (!NOTES.contains(keyword)) {
                gaps.addAll(byKeyword(value, schema, keyword));
            }
        });
        if (value.mayBe(Kind.OBJECT)) {
            gaps.addAll(objects.members(value, schema));
        }
        if (value.mayBe(Kind.ARRAY)) {
            gaps.addAll(arrays.items(value, schema));
        }
        return gaps;
    }

    private List<SchemaGap> byKeyword(KnownValue value, SchemaPart schema, String keyword) {
        return switch (keyword) {
            case "properties", "patternProperties", "additionalProperties", "items", "prefixItems" -> List.of();
            case "$ref" ->
                schema.target()
                        .map(target -> gaps(value, target))
                        .orElse(List.of(unproven(schema, keyword, "has no target")));
            case "allOf" ->
                schema.list(keyword).stream()
                        .flatMap(part -> gaps(value, part).stream())
                        .toList();
            case "anyOf" ->
                SchemaGap.least(schema.list(keyword).stream()
                        .map(part -> gaps(value, part))
                        .toList());
            case "oneOf" -> oneOf(value, schema);
            case "not" -> not(value, schema);
            case "if" -> condition(value, schema);
            case "type" -> type(value, schema);
            case "enum", "const" -> List.of(breaking(schema.at(keyword), keyword + " is new: other values were valid"));
            case "required" -> objects.required(value, schema);
            case "dependentRequired" -> objects.dependentRequired(value, schema);
            case "dependentSchemas" -> objects.dependentSchemas(value, schema);
            case "propertyNames" -> objects.propertyNames(value, schema);
            case "contains" -> arrays.contains(value, schema);
            case "unevaluatedProperties", "unevaluatedItems" -> unevaluated(value, schema, keyword);
            default -> value.has(keyword, schema.get(keyword)) ? List.of() : bound(value, schema, keyword);
        };
    }

    private List<SchemaGap> bound(KnownValue value, SchemaPart schema, String keyword) {
        return new SchemaLimits(value, schema)
                .wrong(keyword)
                .map(wrong -> gap(schema.at(keyword), wrong.weight(), wrong.message()))
                .map(List::of)
                .orElse(List.of());
    }

    private List<SchemaGap> type(KnownValue value, SchemaPart schema) {
        Set<Kind> refused = EnumSet.copyOf(value.kinds());
        refused.removeAll(schema.kinds());
        if (refused.isEmpty()) {
            return List.of();
        }
        String names = refused.stream()
                .map(kind -> switch (kind) {
                    case FRACTION -> "a number with a fraction";
                    case INTEGER -> "a whole number";
                    case NULL -> "null";
                    case ARRAY -> "an array";
                    case OBJECT -> "an object";
                    case STRING -> "a text";
                    default -> "true or false";
                })
                .collect(Collectors.joining(", "));
        return List.of(breaking(
                schema.at("type"),
                "type is " + text(schema.get("type")) + ": " + names + (refused.size() == 1 ? " was" : " were")
                        + " valid before"));
    }

    private static String text(JsonNode type) {
        return type.isTextual() ? type.textValue() : type.toString();
    }

    private List<SchemaGap> oneOf(KnownValue value, SchemaPart schema) {
        for (SchemaPart fact : value.facts()) {
            List<SchemaPart> before = fact.list("oneOf");
            List<SchemaPart> now = schema.list("oneOf");
            if (before.size() == now.size()
                    && Stream.iterate(0, i -> i + 1).limit(now.size()).allMatch(i -> before.get(i)
                            .isWrittenAs(now.get(i)))) {
                return List.of();
            }
        }
        List<List<SchemaGap>> each = new ArrayList<>();
        for (SchemaPart one : schema.list("oneOf")) {
            List<SchemaGap> gaps = new ArrayList<>(gaps(value, one));
            for (SchemaPart other : schema.list("oneOf")) {
                if (!other.isAt(one) && !value.and(other).isImpossible()) {
                    gaps.add(unproven(
                            schema, "oneOf", "has changed: a valid record may now match more than one of them"));
                    break;
                }
            }
            each.add(gaps);
        }
        return SchemaGap.least(each);
    }

    private List<SchemaGap> not(KnownValue value, SchemaPart schema) {
        SchemaPart not = schema.below("not");
        boolean isRefusedBefore = value.facts().stream()
                .flatMap(fact -> fact.one("not").stream())
                .anyMatch(before -> surely(KnownValue.of(not), before));
        return isRefusedBefore || value.and(not).isImpossible()
                ? List.of()
                : List.of(unproven(schema, "not", "forbids values that may have been valid"));
    }

    private List<SchemaGap> condition(KnownValue value, SchemaPart schema) {
        SchemaPart condition = schema.below("if");
        KnownValue thenValue = value.and(condition);
        KnownValue elseValue = value;
        for (SchemaPart fact : value.facts()) {
            if (fact.has("if") && fact.below("if").isWrittenAs(condition)) {
                for (SchemaPart part : fact.one("then")) {
                    thenValue = thenValue.and(part);
                }
                for (SchemaPart part : fact.one("else")) {
                    elseValue = elseValue.and(part);
                }
            }
        }
        List<SchemaGap> gaps = new ArrayList<>();
        for (SchemaPart part : schema.one("then")) {
            gaps.addAll(gaps(thenValue, part));
        }
        for (SchemaPart part : schema.one("else")) {
            if (!surely(value, condition)) {
                gaps.addAll(gaps(elseValue, part));
            }
        }
        return gaps;
    }

    /** Returns gaps unless the schema has all its earlier names. */
    private List<SchemaGap> unevaluated(KnownValue value, SchemaPart schema, String keyword) {
        if (schema.below(keyword).isAnything()) {
            return List.of();
        }
        SchemaPart now = schema.below(keyword);
        boolean isKept = value.facts().stream()
                .anyMatch(fact -> fact.has(keyword)
                        && surely(KnownValue.of(fact.below(keyword)), now)
                        && namesNoLess(fact, schema));
        return isKept ? List.of() : List.of(unproven(schema, keyword, "may reject valid records"));
    }

    private static boolean namesNoLess(SchemaPart before, SchemaPart now) {
        boolean same = isTargetKept(before, now)
                && Stream.of(
                                "allOf",
                                "anyOf",
                                "oneOf",
                                "if",
                                "then",
                                "else",
                                "not",
                                "dependentSchemas",
                                "contains",
                                "patternProperties",
                                "additionalProperties",
                                "prefixItems",
                                "items")
                        .allMatch(keyword -> !before.has(keyword) && !now.has(keyword)
                                || before.has(keyword)
                                        && now.has(keyword)
                                        && !before.get(keyword).toString().contains("$ref")
                                        && before.get(keyword).equals(now.get(keyword)));
        Set<String> names = KnownValue.of(before).names();
        return same && Set.copyOf(KnownValue.of(now).names()).containsAll(names);
    }

    private static boolean isTargetKept(SchemaPart before, SchemaPart now) {
        if (!before.has("$ref") && !now.has("$ref")) {
            return true;
        }
        return before.target()
                .flatMap(then -> now.target().filter(then::isWrittenAs))
                .isPresent();
    }

    /** Returns the gaps of a value within the present one; this step leads to it. */
    List<SchemaGap> within(String step, KnownValue value, SchemaPart schema) {
        way.addLast(step);
        try {
            return gaps(value, schema);
        } finally {
            way.removeLast();
        }
    }

    SchemaGap breaking(String pointer, String message) {
        return gap(pointer, Weight.BREAKING, message);
    }

    SchemaGap unproven(SchemaPart schema, String keyword, String message) {
        return gap(schema.at(keyword), Weight.UNPROVEN, keyword + " " + message);
    }

    SchemaGap gap(String pointer, Weight weight, String message) {
        return new SchemaGap(pointer, weight, way.isEmpty() ? message : String.join(".", way) + ": " + message);
    }
}
