package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.tools.check.SchemaConjunction.Kind;
import io.github.eventgateway.tools.check.SchemaDocument.Part;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds keywords of a schema that JSON Schema ignores, because another keyword is missing or has another type. */
final class IdleKeywords {

    private static final Map<String, List<String>> NEEDED = Map.of(
            "then", List.of("if"),
            "else", List.of("if"),
            "if", List.of("then", "else"));
    private static final Map<Set<Kind>, List<String>> OF_KINDS = Map.of(
            Kind.NUMBERS,
            List.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
            Set.of(Kind.STRING),
            List.of("minLength", "maxLength", "pattern"),
            Set.of(Kind.ARRAY),
            List.of("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"),
            Set.of(Kind.OBJECT),
            List.of("properties", "required", "minProperties", "maxProperties", "patternProperties", "propertyNames"));

    private final SchemaDocument document;
    private final Rule.Report report;

    IdleKeywords(SchemaDocument document, Rule.Report report) {
        this.document = document;
        this.report = report;
    }

    void check() {
        for (Part part : document.parts()) {
            NEEDED.forEach((keyword, others) -> {
                if (part.node().has(keyword) && others.stream().noneMatch(part.node()::has)) {
                    warn(part, keyword, keyword + " has no effect without " + String.join(" or ", others));
                }
            });
            if (part.node().has("type")) {
                checkKinds(part);
            }
            checkTwice(part);
        }
    }

    private void checkKinds(Part part) {
        Set<Kind> kinds = SchemaConjunction.kinds(part.get("type"));
        OF_KINDS.forEach((wanted, keywords) -> {
            if (Collections.disjoint(kinds, wanted)) {
                keywords.stream()
                        .filter(part.node()::has)
                        .forEach(keyword ->
                                warn(part, keyword, keyword + " has no effect on the type " + text(part.get("type"))));
            }
        });
    }

    private static String text(JsonNode type) {
        return type.isTextual() ? type.textValue() : type.toString();
    }

    private void checkTwice(Part part) {
        Set<JsonNode> seen = new HashSet<>();
        JsonNode values = part.get("enum");
        for (int i = 0; i < values.size(); i++) {
            if (!seen.add(values.get(i))) {
                report.warn(document.at(part.at("enum") + "/" + i), "enum lists this value twice");
            }
        }
    }

    private void warn(Part part, String keyword, String message) {
        report.warn(document.at(part.at(keyword)), message);
    }
}
