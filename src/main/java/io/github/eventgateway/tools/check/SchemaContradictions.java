package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.tools.check.SchemaDocument.Part;
import java.util.Optional;

/** Checks that each schema of a file allows some value, and allows the values in its own enumerations and defaults. */
final class SchemaContradictions {

    private final SchemaDocument document;
    private final Rule.Report report;

    SchemaContradictions(SchemaDocument document, Rule.Report report) {
        this.document = document;
        this.report = report;
    }

    void check() {
        document.parts().forEach(this::check);
    }

    private void check(Part part) {
        SchemaConjunction all = SchemaConjunction.of(document, part);
        if (all.isNever()) {
            checkNever(part);
            return;
        }
        all.faults().stream()
                .filter(fault -> !fault.isReportedBelow())
                .forEach(fault -> report.add(document.at(fault.pointer()), fault.message()));
        if (all.impossible().isEmpty()) {
            checkValues(part);
        }
    }

    /** A schema may forbid a member or element, but not everything, and not besides other keywords. */
    private void checkNever(Part part) {
        Optional<String> keyword = TrivialSchema.never(part.node());
        boolean isWhole = part.pointer().isEmpty();
        if (isWhole || keyword.isPresent() && !TrivialSchema.isProhibition(part.node())) {
            String at = keyword.map(part::at).orElse(part.pointer());
            report.add(
                    document.at(at),
                    "the schema accepts no value"
                            + keyword.map(name -> ", because of " + name + ": correct it")
                                    .orElse(""));
        }
    }

    private void checkValues(Part part) {
        checkEach(part, "enum", "this value of enum contradicts the other keywords");
        checkEach(part, "examples", "this example violates its schema");
        JsonNode value = part.get("default");
        if (part.node().has("default")) {
            document.problem(part, value)
                    .ifPresent(problem ->
                            report.add(document.at(part.at("default")), "default violates its schema: " + problem));
        }
    }

    private void checkEach(Part part, String keyword, String what) {
        JsonNode values = part.get(keyword);
        for (int i = 0; i < values.size() && values.isArray(); i++) {
            Optional<String> problem = document.problem(part, values.get(i));
            if (problem.isPresent()) {
                report.warn(document.at(part.at(keyword) + "/" + i), what + ": " + problem.get());
            }
        }
    }
}
