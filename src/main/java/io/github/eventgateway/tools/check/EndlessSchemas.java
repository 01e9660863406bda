package io.github.eventgateway.tools.check;

import io.github.eventgateway.tools.check.SchemaConjunction.Kind;
import io.github.eventgateway.tools.check.SchemaDocument.Part;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds schemas whose required members or elements lead back to the schema itself, so that each value is endless. */
final class EndlessSchemas {

    private final SchemaDocument document;
    private final Rule.Report report;
    private final Set<String> reported = new HashSet<>();

    EndlessSchemas(SchemaDocument document, Rule.Report report) {
        this.document = document;
        this.report = report;
    }

    void check() {
        for (Part part : document.parts()) {
            List<String> way = new ArrayList<>();
            if (!reported.contains(part.pointer()) && leadsBack(part, part, way, new HashSet<>())) {
                reported.addAll(way);
                report.add(
                        document.at(part.node().has("$ref") ? part.at("$ref") : part.pointer()),
                        "this schema requires itself without end, so no value is valid: make one of the fields on the"
                                + " way optional");
            }
        }
    }

    /** Returns whether the required parts of the value lead back to the start, and adds their schemas to the way. */
    private boolean leadsBack(Part start, Part at, List<String> way, Set<String> seen) {
        for (Part next : required(at)) {
            boolean isBack = next.pointer().equals(start.pointer());
            if (isBack || seen.add(next.pointer()) && leadsBack(start, next, way, seen)) {
                way.add(next.pointer());
                return true;
            }
        }
        return false;
    }

    /** Returns the schemas of the members and elements that each value has. */
    private List<Part> required(Part part) {
        SchemaConjunction all = SchemaConjunction.of(document, part);
        List<Part> required = new ArrayList<>();
        if (all.kinds().equals(Set.of(Kind.OBJECT))) {
            for (Part one : all.parts()) {
                one.get("required").forEach(name -> all.parts()
                        .forEach(other -> required.addAll(SchemaMembers.members(other, name.asText()))));
            }
        } else if (all.kinds().equals(Set.of(Kind.ARRAY))) {
            for (Part one : all.parts()) {
                if (one.get("minItems").asInt(0) > 0) {
                    all.parts().forEach(other -> required.addAll(first(other)));
                }
                if (one.node().has("contains") && one.get("minContains").asInt(1) > 0) {
                    required.add(one.below("contains"));
                }
            }
        }
        return required;
    }

    private static List<Part> first(Part part) {
        if (!part.get("prefixItems").isEmpty()) {
            return List.of(part.below("prefixItems", 0));
        }
        return part.node().has("items") ? List.of(part.below("items")) : List.of();
    }
}
