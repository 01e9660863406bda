package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.eventgateway.tools.check.SchemaConjunction.Fault;
import io.github.eventgateway.tools.check.SchemaConjunction.Kind;
import io.github.eventgateway.tools.check.SchemaDocument.Part;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Finds contradictions between the members that several schemas require and allow. */
final class SchemaMembers {

    private final SchemaDocument document;
    private final List<Part> parts;
    private final SchemaConjunction conjunction;

    SchemaMembers(SchemaDocument document, List<Part> parts, SchemaConjunction conjunction) {
        this.document = document;
        this.parts = parts;
        this.conjunction = conjunction;
    }

    void check(List<Fault> faults) {
        Map<String, String> required = required();
        required.forEach((name, at) -> checkMember(name, at, faults));
        for (Part part : parts) {
            JsonNode most = part.get("maxProperties");
            if (most.canConvertToInt() && required.size() > most.intValue()) {
                faults.add(Fault.of(
                        EnumSet.of(Kind.OBJECT),
                        part.at("maxProperties"),
                        "maxProperties is " + most + ", but " + required.size() + " members are required"));
            }
            JsonNode forbidden = part.get("not").path("required");
            boolean forbids = part.get("not").size() == 1 && forbidden.isArray() && !forbidden.isEmpty();
            if (forbids && required.keySet().containsAll(names(forbidden))) {
                faults.add(Fault.of(
                        EnumSet.of(Kind.OBJECT),
                        part.at("not"),
                        String.join(", ", names(forbidden)) + " is required, but the keyword not forbids it"));
            }
            checkLeast(part, faults);
            checkDependent(part, required.keySet(), faults);
        }
    }

    private void checkDependent(Part part, Set<String> required, List<Fault> faults) {
        if (conjunction.isAlternative()) {
            return;
        }
        for (String name : required) {
            if (part.get("dependentSchemas").has(name)) {
                Part dependent = part.below("dependentSchemas").below(name);
                List<Part> together = new ArrayList<>(parts);
                together.add(dependent);
                conjunction
                        .impossible(together, true)
                        .ifPresent(fault -> faults.add(Fault.of(
                                EnumSet.of(Kind.OBJECT),
                                dependent.pointer(),
                                name + " is required, but its dependentSchemas accept no value: " + fault.message())));
            }
        }
    }

    private void checkLeast(Part part, List<Fault> faults) {
        int least = parts.stream()
                .mapToInt(other -> other.get("minProperties").asInt(0))
                .max()
                .orElse(0);
        if (TrivialSchema.isNever(part.get("additionalProperties"))
                && part.get("patternProperties").isEmpty()
                && least > part.get("properties").size()) {
            faults.add(Fault.of(
                    EnumSet.of(Kind.OBJECT),
                    part.at("additionalProperties"),
                    "minProperties is " + least + ", but additionalProperties allows none beyond the "
                            + part.get("properties").size() + " of properties"));
        }
    }

    /** Returns the required members, including those that others require, with the place of the requirement. */
    Map<String, String> required() {
        Map<String, String> required = new LinkedHashMap<>();
        for (Part part : parts) {
            add(part.get("required"), part.at("required"), required);
        }
        int before;
        do {
            before = required.size();
            for (Part part : parts) {
                part.get("dependentRequired").properties().forEach(one -> {
                    if (required.containsKey(one.getKey())) {
                        add(one.getValue(), part.below("dependentRequired").at(one.getKey()), required);
                    }
                });
            }
        } while (required.size() > before);
        return required;
    }

    private static void add(JsonNode names, String at, Map<String, String> required) {
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).isTextual()) {
                required.putIfAbsent(names.get(i).textValue(), at + "/" + i);
            }
        }
    }

    private static List<String> names(JsonNode list) {
        List<String> names = new ArrayList<>();
        list.forEach(name -> names.add(name.asText()));
        return names;
    }

    private void checkMember(String name, String at, List<Fault> faults) {
        Set<Kind> objects = EnumSet.of(Kind.OBJECT);
        List<Part> members = new ArrayList<>();
        for (Part part : parts) {
            List<Part> own = members(part, name);
            members.addAll(own);
            for (String rest : List.of("additionalProperties", "unevaluatedProperties")) {
                boolean known = rest.startsWith("a") ? !own.isEmpty() : isNamedBelow(part, name, new HashSet<>());
                if (TrivialSchema.isNever(part.get(rest)) && !known) {
                    faults.add(Fault.of(
                            objects,
                            at,
                            name + " is required, but properties has no " + name + ", and " + rest + " is false"));
                    return;
                }
            }
            if (part.node().has("propertyNames")) {
                document.problem(part.below("propertyNames"), TextNode.valueOf(name))
                        .ifPresent(problem -> faults.add(Fault.of(
                                objects, at, name + " is required, but propertyNames forbids it: " + problem)));
            }
        }
        if (!members.isEmpty()) {
            checkMember(name, at, members, faults);
        }
    }

    private void checkMember(String name, String at, List<Part> members, List<Fault> faults) {
        Optional<Fault> impossible = conjunction.impossible(members, false);
        if (impossible.isEmpty()) {
            return;
        }
        boolean never = members.stream().anyMatch(part -> TrivialSchema.isNever(part.node()));
        boolean reportedBelow = !never
                && members.stream()
                        .anyMatch(part ->
                                conjunction.impossible(List.of(part), false).isPresent());
        String why = never
                ? "its schema accepts no value"
                : "no value satisfies its schema: " + impossible.get().message();
        faults.add(new Fault(EnumSet.of(Kind.OBJECT), at, name + " is required, but " + why, reportedBelow));
    }

    /** Returns the schemas for a member of this name. */
    static List<Part> members(Part part, String name) {
        List<Part> members = new ArrayList<>();
        if (part.get("properties").has(name)) {
            members.add(part.below("properties", name));
        }
        part.get("patternProperties").fieldNames().forEachRemaining(pattern -> {
            if (finds(pattern, name)) {
                members.add(part.below("patternProperties", pattern));
            }
        });
        if (members.isEmpty() && part.get("additionalProperties").isObject()) {
            members.add(part.below("additionalProperties"));
        }
        return members;
    }

    private static boolean finds(String pattern, String name) {
        try {
            return Pattern.compile(pattern).matcher(name).find();
        } catch (PatternSyntaxException e) {
            return true;
        }
    }

    /** Returns whether a schema that may apply mentions this member. */
    private boolean isNamedBelow(Part part, String name, Set<String> seen) {
        if (!seen.add(part.pointer())) {
            return false;
        }
        if (!members(part, name).isEmpty() || part.get("additionalProperties").asBoolean()) {
            return true;
        }
        List<Part> below = new ArrayList<>();
        document.target(part).ifPresent(below::add);
        for (String keyword : List.of("allOf", "anyOf", "oneOf")) {
            for (int i = 0; i < part.get(keyword).size(); i++) {
                below.add(part.below(keyword, i));
            }
        }
        for (String keyword : List.of("if", "then", "else")) {
            if (part.node().has(keyword)) {
                below.add(part.below(keyword));
            }
        }
        part.get("dependentSchemas")
                .fieldNames()
                .forEachRemaining(one -> below.add(part.below("dependentSchemas", one)));
        return below.stream().anyMatch(one -> isNamedBelow(one, name, seen));
    }
}
