package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.eventgateway.event.SchemaDialect;
import io.github.eventgateway.tools.check.SchemaConjunction.Kind;
import io.github.eventgateway.tools.check.SchemaGap.Weight;
import java.math.BigDecimal;
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
import java.util.TreeSet;
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

    private boolean surely(KnownValue value, SchemaPart schema) {
        return gaps(value, schema).isEmpty();
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
            gaps.addAll(members(value, schema));
        }
        if (value.mayBe(Kind.ARRAY)) {
            gaps.addAll(items(value, schema));
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
            case "required" -> required(value, schema);
            case "dependentRequired" -> dependentRequired(value, schema);
            case "dependentSchemas" -> dependentSchemas(value, schema);
            case "propertyNames" -> propertyNames(value, schema);
            case "contains" -> contains(value, schema);
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

    private List<SchemaGap> required(KnownValue value, SchemaPart schema) {
        if (!value.mayBe(Kind.OBJECT)) {
            return List.of();
        }
        Set<String> had = value.required();
        List<SchemaGap> gaps = new ArrayList<>();
        for (int i = 0; i < schema.get("required").size(); i++) {
            String name = schema.get("required").get(i).asText();
            if (!had.contains(name) && !(way.isEmpty() && filled.contains(name))) {
                gaps.add(breaking(
                        schema.at("required") + "/" + i, name + " is required: records without it were valid"));
            }
        }
        return gaps;
    }

    private List<SchemaGap> dependentRequired(KnownValue value, SchemaPart schema) {
        List<SchemaGap> gaps = new ArrayList<>();
        if (value.mayBe(Kind.OBJECT)) {
            schema.get("dependentRequired").properties().forEach(entry -> {
                Set<String> missing = new TreeSet<>();
                entry.getValue().forEach(name -> missing.add(name.asText()));
                missing.removeAll(value.required());
                missing.removeAll(value.requiredWith(entry.getKey()));
                missing.remove(entry.getKey());
                if (!missing.isEmpty() && !value.member(entry.getKey()).isImpossible()) {
                    gaps.add(breaking(
                            schema.below("dependentRequired").at(entry.getKey()),
                            "a record with " + entry.getKey() + " needs " + String.join(", ", missing)
                                    + ": records without these fields were valid"));
                }
            });
        }
        return gaps;
    }

    private List<SchemaGap> dependentSchemas(KnownValue value, SchemaPart schema) {
        List<SchemaGap> gaps = new ArrayList<>();
        if (value.mayBe(Kind.OBJECT)) {
            schema.get("dependentSchemas").fieldNames().forEachRemaining(name -> {
                KnownValue known = value;
                for (SchemaPart fact : value.facts()) {
                    if (fact.get("dependentSchemas").has(name)) {
                        known = known.and(fact.below("dependentSchemas", name));
                    }
                }
                if (!value.member(name).isImpossible()) {
                    gaps.addAll(gaps(known, schema.below("dependentSchemas", name)));
                }
            });
        }
        return gaps;
    }

    private List<SchemaGap> propertyNames(KnownValue value, SchemaPart schema) {
        SchemaPart names = schema.below("propertyNames");
        if (!value.mayBe(Kind.OBJECT)) {
            return List.of();
        }
        Optional<Set<String>> only = value.onlyNames();
        if (only.isPresent()
                && only.get().stream()
                        .allMatch(name -> names.problem(TextNode.valueOf(name)).isEmpty())) {
            return List.of();
        }
        KnownValue name = KnownValue.ofKinds(EnumSet.of(Kind.STRING));
        for (SchemaPart fact : value.facts()) {
            for (SchemaPart part : fact.one("propertyNames")) {
                name = name.and(part);
            }
        }
        return within("the name of a field", name, names);
    }

    private List<SchemaGap> contains(KnownValue value, SchemaPart schema) {
        int least = schema.get("minContains").asInt(1);
        boolean isBounded = schema.has("maxContains");
        if (!value.mayBe(Kind.ARRAY) || least == 0 && !isBounded) {
            return List.of();
        }
        SchemaPart now = schema.below("contains");
        boolean isKept = value.facts().stream()
                .filter(fact -> fact.has("contains"))
                .anyMatch(fact -> {
                    SchemaPart before = fact.below("contains");
                    boolean atLeast = fact.get("minContains").asInt(1) >= least && surely(KnownValue.of(before), now);
                    boolean atMost = !isBounded
                            || fact.has("maxContains")
                                    && fact.get("maxContains").asInt()
                                            <= schema.get("maxContains").asInt()
                                    && surely(KnownValue.of(now), before);
                    return atLeast && atMost;
                });
        return isKept ? List.of() : List.of(unproven(schema, "contains", "demands more than before"));
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

    private List<SchemaGap> members(KnownValue value, SchemaPart schema) {
        Set<String> names = new LinkedHashSet<>();
        schema.get("properties").fieldNames().forEachRemaining(names::add);
        names.addAll(value.names());
        List<SchemaGap> gaps = new ArrayList<>();
        names.forEach(name -> gaps.addAll(member(value, schema, name)));
        Set<String> patterns = new LinkedHashSet<>();
        schema.get("patternProperties").fieldNames().forEachRemaining(patterns::add);
        patterns.forEach(pattern -> gaps.addAll(within(
                "a field like " + pattern, value.memberLike(pattern), schema.below("patternProperties", pattern))));
        for (SchemaPart other : schema.one("additionalProperties")) {
            gaps.addAll(others(value, other, schema));
            value.patterns().stream()
                    .filter(pattern -> !patterns.contains(pattern))
                    .forEach(pattern ->
                            gaps.addAll(within("a field like " + pattern, value.memberLike(pattern), other)));
        }
        return gaps;
    }

    private List<SchemaGap> member(KnownValue value, SchemaPart schema, String name) {
        KnownValue member = value.member(name);
        if (member.isImpossible()) {
            return List.of();
        }
        boolean isListed = schema.get("properties").has(name);
        List<SchemaGap> gaps = new ArrayList<>();
        for (SchemaPart part : schema.members(name)) {
            if (part.isNever() && !isListed) {
                gaps.add(breaking(
                        part.part().pointer(),
                        name + " is no longer a property, and no others are allowed: records with it were valid"));
            } else {
                gaps.addAll(within(name, member, part));
            }
        }
        boolean isNew = isListed
                && value.isSilentOn(name)
                && !value.names().contains(name)
                && !value.required().contains(name);
        return gaps.isEmpty() || !isNew
                ? gaps
                : List.of(gap(
                        schema.below("properties").at(name),
                        Weight.UNNAMED,
                        name
                                + " is new, but unknown fields were valid: an existing record with a "
                                + "field of this name may be invalid"));
    }

    private List<SchemaGap> others(KnownValue value, SchemaPart other, SchemaPart schema) {
        KnownValue member = value.otherMember();
        if (other.isNever() && !member.isImpossible()) {
            return List.of(breaking(
                    schema.at("additionalProperties"),
                    "additionalProperties is false: records with other fields were valid"));
        }
        return within("an unknown field", member, other);
    }

    private List<SchemaGap> items(KnownValue value, SchemaPart schema) {
        int most = value.smallest("maxItems")
                .filter(number -> number.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) < 0)
                .map(BigDecimal::intValue)
                .orElse(Integer.MAX_VALUE);
        int apart = Math.max(value.mostPrefixItems(), schema.get("prefixItems").size());
        List<SchemaGap> gaps = new ArrayList<>();
        for (int i = 0; i <= apart && i < most; i++) {
            for (SchemaPart part : schema.items(i)) {
                gaps.addAll(within(i < apart ? String.valueOf(i) : "[]", value.item(i), part));
            }
        }
        return gaps;
    }

    private List<SchemaGap> within(String step, KnownValue value, SchemaPart schema) {
        way.addLast(step);
        try {
            return gaps(value, schema);
        } finally {
            way.removeLast();
        }
    }

    private SchemaGap breaking(String pointer, String message) {
        return gap(pointer, Weight.BREAKING, message);
    }

    private SchemaGap unproven(SchemaPart schema, String keyword, String message) {
        return gap(schema.at(keyword), Weight.UNPROVEN, keyword + " " + message);
    }

    private SchemaGap gap(String pointer, Weight weight, String message) {
        return new SchemaGap(pointer, weight, way.isEmpty() ? message : String.join(".", way) + ": " + message);
    }
}
