package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.github.eventgateway.tools.check.SchemaConjunction.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything known about a JSON value: it has one of these kinds, and it is valid by all these schemas, including their
 * {@code $ref} and {@code allOf}. If the exact answer costs too much, it returns less knowledge, never wrong knowledge.
 * Immutable.
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

    /** Returns the same value, which also has one of these kinds. */
    KnownValue andKinds(Set<Kind> other) {
        Set<Kind> both = EnumSet.copyOf(kinds);
        both.retainAll(other);
        return new KnownValue(facts, both, choices);
    }

    /** Returns the same value, which is also valid by this schema. */
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

    /** Returns the cases of one remaining choice; empty without one. */
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

    /** Returns the knowledge as a key for a map. */
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

    /** Returns whether a schema demands exactly this value of a keyword. */
    boolean has(String keyword, JsonNode value) {
        return all(keyword).anyMatch(value::equals);
    }

    /** Returns the values of a keyword in all schemas. */
    Stream<JsonNode> all(String keyword) {
        return facts.stream().filter(fact -> fact.has(keyword)).map(fact -> fact.get(keyword));
    }

    /** Returns the largest number of a keyword. */
    Optional<BigDecimal> largest(String keyword) {
        return all(keyword)
                .filter(JsonNode::isNumber)
                .map(JsonNode::decimalValue)
                .max(BigDecimal::compareTo);
    }

    /** Returns the smallest number of a keyword. */
    Optional<BigDecimal> smallest(String keyword) {
        return all(keyword)
                .filter(JsonNode::isNumber)
                .map(JsonNode::decimalValue)
                .min(BigDecimal::compareTo);
    }

    /** Returns all possible values; empty if they are not enumerated. */
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

    /** Returns true if no such value exists. False means unknown. */
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

    /** Returns the members that an object must have, including those that others require. */
    Set<String> required() {
        Set<String> required = new LinkedHashSet<>();
        all("required").forEach(names -> names.forEach(name -> required.add(name.asText())));
        return withRequired(required);
    }

    /** Returns the members that an object must have if it has this one, including this one. */
    Set<String> requiredWith(String name) {
        return withRequired(new LinkedHashSet<>(Set.of(name)));
    }

    private Set<String> withRequired(Set<String> names) {
        int before;
        do {
            before = names.size();
            for (String name : Set.copyOf(names)) {
                all("dependentRequired").forEach(map -> map.path(name).forEach(other -> names.add(other.asText())));
            }
        } while (names.size() > before);
        return names;
    }

    /** Returns the names in the {@code properties} of the schemas. */
    Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        all("properties").forEach(map -> map.fieldNames().forEachRemaining(names::add));
        return names;
    }

    /** Returns the name patterns of the schemas. */
    Set<String> patterns() {
        Set<String> patterns = new LinkedHashSet<>();
        all("patternProperties").forEach(map -> map.fieldNames().forEachRemaining(patterns::add));
        return patterns;
    }

    /** Returns whether no schema mentions a member of this name. */
    boolean isSilentOn(String name) {
        return facts.stream().allMatch(fact -> fact.members(name).stream().allMatch(SchemaPart::isAnything));
    }

    /** Returns the member of this name, if the object has it. */
    KnownValue member(String name) {
        return below(fact -> fact.members(name));
    }

    /** Returns a member whose name matches this pattern and is not in {@code properties}. */
    KnownValue memberLike(String pattern) {
        return below(fact -> {
            if (fact.get("patternProperties").has(pattern)) {
                return List.of(fact.below("patternProperties", pattern));
            }
            return fact.has("patternProperties") ? List.of() : fact.one("additionalProperties");
        });
    }

    /** Returns a member whose name matches no pattern and is not in {@code properties}. */
    KnownValue otherMember() {
        return below(fact -> fact.one("additionalProperties"));
    }

    /** Returns the element at this index, if the array has it. */
    KnownValue item(int index) {
        return below(fact -> fact.items(index));
    }

    /** Returns how many elements at the beginning have their own schema. */
    int mostPrefixItems() {
        return all("prefixItems").mapToInt(JsonNode::size).max().orElse(0);
    }

    /**
     * Returns whether an object can have only these members: {@code additionalProperties} is false, and there are no
     * patterns.
     */
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
