package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.tools.check.SchemaConjunction.Kind;
import io.github.eventgateway.tools.check.SchemaDocument.Part;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** A subschema, and the document that resolves its references. */
record SchemaPart(SchemaDocument document, Part part) {

    static SchemaPart whole(SchemaDocument document) {
        return new SchemaPart(document, document.whole());
    }

    static Kind kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case NULL -> Kind.NULL;
            case BOOLEAN -> Kind.BOOLEAN;
            case STRING -> Kind.STRING;
            case ARRAY -> Kind.ARRAY;
            case NUMBER -> isWhole(value) ? Kind.INTEGER : Kind.FRACTION;
            default -> Kind.OBJECT;
        };
    }

    private static boolean isWhole(JsonNode number) {
        return number.isIntegralNumber()
                || number.decimalValue().stripTrailingZeros().scale() <= 0;
    }

    String key() {
        return System.identityHashCode(document) + "#" + part.pointer();
    }

    boolean isAt(SchemaPart other) {
        return document == other.document && part.pointer().equals(other.part.pointer());
    }

    boolean has(String keyword) {
        return part.node().has(keyword);
    }

    JsonNode get(String keyword) {
        return part.get(keyword);
    }

    /** Returns the place of one of its keywords. */
    String at(String keyword) {
        return part.at(keyword);
    }

    SchemaPart below(Object... steps) {
        return new SchemaPart(document, part.below(steps));
    }

    /** Returns the schema of a keyword, if there is one. */
    List<SchemaPart> one(String keyword) {
        return has(keyword) ? List.of(below(keyword)) : List.of();
    }

    /** Returns the schemas of a keyword. */
    List<SchemaPart> list(String keyword) {
        List<SchemaPart> list = new ArrayList<>();
        for (int i = 0; i < get(keyword).size(); i++) {
            list.add(below(keyword, i));
        }
        return list;
    }

    Optional<SchemaPart> target() {
        return document.target(part).map(target -> new SchemaPart(document, target));
    }

    Set<Kind> kinds() {
        return SchemaConjunction.of(document, part).kinds();
    }

    boolean isNever() {
        return TrivialSchema.isNever(part.node());
    }

    /** Returns whether it accepts everything explicitly. */
    boolean isAnything() {
        return part.node().isBoolean()
                ? part.node().booleanValue()
                : part.node().isEmpty();
    }

    /** Returns whether it accepts no object with all these members. */
    boolean forbids(Set<String> members) {
        JsonNode names = get("not").path("required");
        if (get("not").size() != 1 || !names.isArray()) {
            return false;
        }
        for (JsonNode name : names) {
            if (!members.contains(name.asText())) {
                return false;
            }
        }
        return true;
    }

    /** Returns its schemas for a member of this name. */
    List<SchemaPart> members(String name) {
        List<SchemaPart> members = new ArrayList<>();
        if (get("properties").has(name)) {
            members.add(below("properties", name));
        }
        for (Map.Entry<String, JsonNode> pattern : get("patternProperties").properties()) {
            if (finds(pattern.getKey(), name)) {
                members.add(below("patternProperties", pattern.getKey()));
            }
        }
        return members.isEmpty() ? one("additionalProperties") : members;
    }

    private static boolean finds(String pattern, String name) {
        try {
            return Pattern.compile(pattern).matcher(name).find();
        } catch (PatternSyntaxException e) {
            // Such a schema does not compile and is not compared.
            return false;
        }
    }

    /** Returns its schema for the element at this index. */
    List<SchemaPart> items(int index) {
        return index < get("prefixItems").size() ? List.of(below("prefixItems", index)) : one("items");
    }

    /** Returns why a value violates it. */
    Optional<String> problem(JsonNode value) {
        return document.problem(part, value);
    }

    /** Returns whether both have the same text, including the targets of their references. */
    boolean isWrittenAs(SchemaPart other) {
        return isWrittenAs(other, new HashSet<>());
    }

    private boolean isWrittenAs(SchemaPart other, Set<String> seen) {
        if (!part.node().equals(other.part.node())) {
            return false;
        }
        for (Part reference : document.parts()) {
            boolean isInside = (reference.pointer() + "/").startsWith(part.pointer() + "/");
            if (isInside && reference.node().has("$ref") && seen.add(reference.pointer())) {
                String way = reference.pointer().substring(part.pointer().length());
                Optional<SchemaPart> target = new SchemaPart(document, reference).target();
                Optional<SchemaPart> otherTarget = other.document.parts().stream()
                        .filter(each -> each.pointer().equals(other.part.pointer() + way))
                        .findFirst()
                        .flatMap(each -> new SchemaPart(other.document, each).target());
                if (target.isEmpty() || otherTarget.isEmpty() || !target.get().isWrittenAs(otherTarget.get(), seen)) {
                    return false;
                }
            }
        }
        return true;
    }
}
