package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.github.eventgateway.tools.check.SchemaConjunction.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that is known of a value: it is of one of these kinds, and fits all these schemas, which are those that their
 * {@code $ref} and {@code allOf} name, too. Where an answer would take more than that, less is known, never more. Immutable.
 */
final class KnownValue {

    private static final int DEEPEST = 5;

    private final List<SchemaPart> facts;
    private final Set<Kind> kinds;
    private final List<List<SchemaPart>> choices;

    private KnownValue(List<SchemaPart> facts, Set<Kind> kinds, List<List<SchemaPart>> choices) {
        this.facts = facts;
        this.kinds = kinds;
        this.choices = choices;
    }

    static KnownValue ofKinds(Set<Kind> kinds) {
        return new KnownValue(List.of(), kinds, List.of());
    }

    static KnownValue of(SchemaPart schema) {
        return ofKinds(EnumSet.allOf(Kind.class)).and(schema);
    }

    /** The same value, which is also of one of these kinds. */
    KnownValue andKinds(Set<Kind> other) {
        Set<Kind> both = EnumSet.copyOf(kinds);
        both.retainAll(other);
        return new KnownValue(facts, both, choices);
    }

    /** The same value, which also fits this schema. */
    KnownValue and(SchemaPart schema) {
        List<SchemaPart> all = new ArrayList<>(facts);
        List<List<SchemaPart>> open = new ArrayList<>(choices);
        add(schema, all, open);
        Set<Kind> both = kinds.isEmpty() ? EnumSet.noneOf(Kind.class) : EnumSet.copyOf(kinds);
        both.retainAll(schema.kinds());
        return new KnownValue(all, both, open);
    }

    private static void add(SchemaPart schema, List<SchemaPart> all, List<List<SchemaPart>> open) {
        if (all.stream().anyMatch(schema::isAt)) {
            return;
        }
        all.add(schema);
        schema.target().ifPresent(target -> add(target, all, open));
        schema.list("allOf").forEach(part -> add(part, all, open));
        for (String keyword : List.of("anyOf", "oneOf")) {
            if (schema.has(keyword)) {
                open.add(schema.list(keyword));
            }
        }
    }

    /** The cases of one choice that is left; empty if none is left. */
    Optional<List<KnownValue>> cases() {
        if (choices.isEmpty()) {
            return Optional.empty();
        }
        KnownValue rest = new KnownValue(facts, kinds, choices.subList(1, choices.size()));
        return Optional.of(choices.get(0).stream()
                .map(rest::and)
                .filter(value -> !value.isImpossible())
                .toList());
    }

    /** What it is known by, as a key of a map. */
    String key() {
        return facts.stream().map(SchemaPart::key).collect(Collectors.joining(" ")) + " " + kinds + " "
                + choices.size();
    }

    Set<Kind> kinds() {
        return kinds;
    }

    List<SchemaPart> facts() {
        return facts;
    }

    boolean mayBe(Kind kind) {
        return kinds.contains(kind);
    }

    /** Whether a schema asks for this very value of a keyword. */
    boolean has(String keyword, JsonNode value) {
        return all(keyword).anyMatch(value::equals);
    }

    /** What the schemas say by a keyword. */
    Stream<JsonNode> all(String keyword) {
        return facts.stream().filter(fact -> fact.has(keyword)).map(fact -> fact.get(keyword));
    }

    /** The largest number of a keyword. */
    Optional<BigDecimal> largest(String keyword) {
        return all(keyword)
                .filter(JsonNode::isNumber)
                .map(JsonNode::decimalValue)
                .max(BigDecimal::compareTo);
    }

    /** The smallest number of a keyword. */
    Optional<BigDecimal> smallest(String keyword) {
        return all(keyword)
                .filter(JsonNode::isNumber)
                .map(JsonNode::decimalValue)
                .min(BigDecimal::compareTo);
    }

    /** All values that it can be; empty if they are not counted. */
    Optional<List<JsonNode>> values() {
        Optional<List<JsonNode>> listed = facts.stream()
                .filter(fact -> fact.has("const") || fact.get("enum").isArray())
                .findFirst()
                .map(KnownValue::listed);
        if (listed.isEmpty() && EnumSet.of(Kind.NULL, Kind.BOOLEAN).containsAll(kinds)) {
            listed = Optional.of(List.of(NullNode.instance, BooleanNode.TRUE, BooleanNode.FALSE));
        }
        return listed.map(values -> values.stream()
                .filter(value -> kinds.contains(SchemaPart.kind(value)))
                .filter(value ->
                        facts.stream().allMatch(fact -> fact.problem(value).isEmpty()))
                .toList());
    }

    private static List<JsonNode> listed(SchemaPart fact) {
        if (fact.has("const")) {
            return List.of(fact.get("const"));
        }
        List<JsonNode> values = new ArrayList<>();
        fact.get("enum").forEach(values::add);
        return values;
    }

    /** Whether no such value is there; false says nothing. */
    boolean isImpossible() {
        return isImpossible(0);
    }

    private boolean isImpossible(int depth) {
        if (kinds.isEmpty() || facts.stream().anyMatch(SchemaPart::isNever)) {
            return true;
        }
        if (values().filter(List::isEmpty).isPresent()) {
            return true;
        }
        if (depth > DEEPEST || !kinds.equals(EnumSet.of(Kind.OBJECT))) {
            return false;
        }
        Set<String> required = required();
        return facts.stream().anyMatch(fact -> fact.forbids(required))
                || required.stream().anyMatch(name -> member(name).isImpossible(depth + 1));
    }

    /** The members that an object has, be it since it has others. */
    Set<String> required() {
        Set<String> required = new LinkedHashSet<>();
        all("required").forEach(names -> names.forEach(name -> required.add(name.asText())));
        int before;
        do {
            before = required.size();
            Set.copyOf(required).forEach(name -> required.addAll(requiredWith(name)));
        } while (required.size() > before);
        return required;
    }

    /** The members that an object has where it has this one. */
    Set<String> requiredWith(String name) {
        Set<String> required = new HashSet<>();
        all("dependentRequired").forEach(map -> map.path(name).forEach(other -> required.add(other.asText())));
        return required;
    }

    /** The names that schemas list as properties. */
    Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        all("properties").forEach(map -> map.fieldNames().forEachRemaining(names::add));
        return names;
    }

    /** The patterns of names that schemas have. */
    Set<String> patterns() {
        Set<String> patterns = new LinkedHashSet<>();
        all("patternProperties").forEach(map -> map.fieldNames().forEachRemaining(patterns::add));
        return patterns;
    }

    /** Whether no schema says anything of a member of this name. */
    boolean isSilentOn(String name) {
        return facts.stream().allMatch(fact -> fact.members(name).stream().allMatch(SchemaPart::isAnything));
    }

    /** The member of this name, if the object has it. */
    KnownValue member(String name) {
        return below(fact -> fact.members(name));
    }

    /** A member whose name matches this pattern, and is no property. */
    KnownValue memberLike(String pattern) {
        return below(fact -> {
            if (fact.get("patternProperties").has(pattern)) {
                return List.of(fact.below("patternProperties", pattern));
            }
            return fact.has("patternProperties") ? List.of() : fact.one("additionalProperties");
        });
    }

    /** A member whose name matches no pattern, and is no property. */
    KnownValue otherMember() {
        return below(fact -> fact.one("additionalProperties"));
    }

    /** The element at this place, if the array has it. */
    KnownValue item(int index) {
        return below(fact -> fact.items(index));
    }

    /** How many elements at the beginning have a schema of their own. */
    int mostPrefixItems() {
        return all("prefixItems").mapToInt(JsonNode::size).max().orElse(0);
    }

    /** Whether an object can have these members only: {@code additionalProperties} is false and there are no patterns. */
    Optional<Set<String>> onlyNames() {
        return facts.stream()
                .filter(fact -> !fact.has("patternProperties"))
                .filter(fact -> fact.one("additionalProperties").stream().anyMatch(SchemaPart::isNever))
                .findFirst()
                .map(fact -> {
                    Set<String> names = new LinkedHashSet<>();
                    fact.get("properties").properties().stream()
                            .map(Map.Entry::getKey)
                            .forEach(names::add);
                    return names;
                });
    }

    private KnownValue below(Function<SchemaPart, List<SchemaPart>> schemas) {
        KnownValue value = ofKinds(EnumSet.allOf(Kind.class));
        for (SchemaPart fact : facts) {
            for (SchemaPart schema : schemas.apply(fact)) {
                value = value.and(schema);
            }
        }
        return value;
    }
}
