package io.github.eventgateway.tools.check;

import io.github.eventgateway.tools.check.SchemaDocument.Part;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Checks that each {@code $ref} of a schema has a target in the same file, and that references do not form a cycle. */
final class SchemaReferences {

    private final SchemaDocument document;
    private final Rule.Report report;

    SchemaReferences(SchemaDocument document, Rule.Report report) {
        this.document = document;
        this.report = report;
    }

    void check() {
        Set<String> circles = new HashSet<>();
        for (Part part : document.parts()) {
            if (part.get("$ref").isTextual()) {
                check(part, part.get("$ref").textValue(), circles);
            }
        }
    }

    private void check(Part part, String ref, Set<String> circles) {
        YamlNode at = document.at(part.at("$ref"));
        if (!document.isLocal(part, ref)) {
            report.add(
                    at,
                    "$ref leads to " + ref + ", outside this file: put the schema under $defs "
                            + "here, because other files are not read");
        } else if (document.target(part).isEmpty()) {
            report.add(at, "$ref leads to " + ref + ", where there is no schema", Nearest.to(ref, targets()));
        } else if (!circles.contains(part.pointer()) && leadsBack(part, part, new ArrayList<>())) {
            circles.add(part.pointer());
            report.add(at, "$ref refers to itself: no value can be validated with it");
        }
    }

    private Set<String> targets() {
        return document.parts().stream().map(part -> "#" + part.pointer()).collect(Collectors.toSet());
    }

    /** Returns whether the schemas of the same value lead back to the start. */
    private boolean leadsBack(Part start, Part at, List<String> seen) {
        for (Part next : ofTheSameValue(at)) {
            if (next.pointer().equals(start.pointer())) {
                return true;
            }
            if (!seen.contains(next.pointer())) {
                seen.add(next.pointer());
                if (leadsBack(start, next, seen)) {
                    return true;
                }
            }
        }
        return false;
    }

    private List<Part> ofTheSameValue(Part part) {
        List<Part> next = new ArrayList<>();
        document.target(part).ifPresent(next::add);
        for (String keyword : List.of("allOf", "anyOf", "oneOf")) {
            for (int i = 0; i < part.get(keyword).size(); i++) {
                next.add(part.below(keyword, i));
            }
        }
        for (String keyword : List.of("not", "if", "then", "else")) {
            if (part.node().has(keyword)) {
                next.add(part.below(keyword));
            }
        }
        return next;
    }
}
