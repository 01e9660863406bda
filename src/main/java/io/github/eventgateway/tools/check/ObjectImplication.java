package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.node.TextNode;
import io.github.eventgateway.tools.check.SchemaConjunction.Kind;
import io.github.eventgateway.tools.check.SchemaGap.Weight;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Proves the keywords for the members of an object. For one thread. */
final class ObjectImplication {

    private final SchemaImplication proof;

    ObjectImplication(SchemaImplication proof) {
        this.proof = proof;
    }

    List<SchemaGap> required(KnownValue value, SchemaPart schema) {
        if (!value.mayBe(Kind.OBJECT)) {
            return List.of();
        }
        Set<String> had = value.required();
        List<SchemaGap> gaps = new ArrayList<>();
        for (int i = 0; i < schema.get("required").size(); i++) {
            String name = schema.get("required").get(i).asText();
            if (!had.contains(name) && !proof.isFilled(name)) {
                gaps.add(proof.breaking(
                        schema.at("required") + "/" + i, name + " is required: records without it were valid"));
            }
        }
        return gaps;
    }

    List<SchemaGap> dependentRequired(KnownValue value, SchemaPart schema) {
        List<SchemaGap> gaps = new ArrayList<>();
        if (value.mayBe(Kind.OBJECT)) {
            schema.get("dependentRequired").properties().forEach(entry -> {
                Set<String> missing = new TreeSet<>();
                entry.getValue().forEach(name -> missing.add(name.asText()));
                missing.removeAll(value.required());
                missing.removeAll(value.requiredWith(entry.getKey()));
                missing.remove(entry.getKey());
                if (!missing.isEmpty() && !value.member(entry.getKey()).isImpossible()) {
                    gaps.add(proof.breaking(
                            schema.below("dependentRequired").at(entry.getKey()),
                            "a record with " + entry.getKey() + " needs " + String.join(", ", missing)
                                    + ": records without these fields were valid"));
                }
            });
        }
        return gaps;
    }

    List<SchemaGap> dependentSchemas(KnownValue value, SchemaPart schema) {
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
                    SchemaPart dependent = schema.below("dependentSchemas", name);
                    Set<String> needless = neededBefore(value, name, dependent);
                    proof.gaps(known, dependent).stream()
                            .filter(gap -> !needless.contains(gap.pointer()))
                            .forEach(gaps::add);
                }
            });
        }
        return gaps;
    }

    /** Returns the places of the required members that a value with this member already had. */
    private static Set<String> neededBefore(KnownValue value, String name, SchemaPart dependent) {
        Set<String> had = value.requiredWith(name);
        Set<String> places = new LinkedHashSet<>();
        for (int i = 0; i < dependent.get("required").size(); i++) {
            if (had.contains(dependent.get("required").get(i).asText())) {
                places.add(dependent.at("required") + "/" + i);
            }
        }
        return places;
    }

    List<SchemaGap> propertyNames(KnownValue value, SchemaPart schema) {
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
        return proof.within("the name of a field", name, names);
    }

    List<SchemaGap> members(KnownValue value, SchemaPart schema) {
        Set<String> names = new LinkedHashSet<>();
        schema.get("properties").fieldNames().forEachRemaining(names::add);
        names.addAll(value.names());
        List<SchemaGap> gaps = new ArrayList<>();
        names.forEach(name -> gaps.addAll(member(value, schema, name)));
        Set<String> patterns = new LinkedHashSet<>();
        schema.get("patternProperties").fieldNames().forEachRemaining(patterns::add);
        patterns.forEach(pattern -> gaps.addAll(proof.within(
                "a field like " + pattern, value.memberLike(pattern), schema.below("patternProperties", pattern))));
        for (SchemaPart other : schema.one("additionalProperties")) {
            gaps.addAll(others(value, other, schema));
            value.patterns().stream()
                    .filter(pattern -> !patterns.contains(pattern))
                    .forEach(pattern ->
                            gaps.addAll(proof.within("a field like " + pattern, value.memberLike(pattern), other)));
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
                gaps.add(proof.breaking(
                        part.part().pointer(),
                        name + " is no longer a property, and no others are allowed: records with it were valid"));
            } else {
                gaps.addAll(proof.within(name, member, part));
            }
        }
        boolean isNew = isListed
                && value.isSilentOn(name)
                && !value.names().contains(name)
                && !value.required().contains(name);
        return gaps.isEmpty() || !isNew
                ? gaps
                : List.of(proof.gap(
                        schema.below("properties").at(name),
                        Weight.UNNAMED,
                        name
                                + " is new, but unknown fields were valid: an existing record with a "
                                + "field of this name may be invalid"));
    }

    private List<SchemaGap> others(KnownValue value, SchemaPart other, SchemaPart schema) {
        KnownValue member = value.otherMember();
        if (other.isNever() && !member.isImpossible()) {
            return List.of(proof.breaking(
                    schema.at("additionalProperties"),
                    "additionalProperties is false: records with other fields were valid"));
        }
        return proof.within("an unknown field", member, other);
    }
}
