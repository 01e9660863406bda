package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.node.TextNode;
import io.github.eventgateway.event.SchemaDialect;
import io.github.eventgateway.tools.check.SchemaDocument.Part;
import java.util.List;
import java.util.Map;

/**
 * Checks {@code x-fill} and {@code default}: the gateway fills the field, and the schema of the field accepts each
 * value of {@code x-fill}. SchemaContradictions checks the values of {@code default}.
 */
final class FilledFields {

    /** An IPv4 address, and an IPv6 address without a short form. */
    private static final List<String> ADDRESSES = List.of("192.0.2.1", "2001:db8f:85a3:18d3:1319:8a2e:1370:7348");

    private final Map<String, List<String>> values;
    private final SchemaDocument document;
    private final Rule.Report report;

    FilledFields(String type, SchemaDocument document, Rule.Report report) {
        values = Map.of("verb", List.of(SchemaDialect.verb(type)), "caller-address", ADDRESSES);
        this.document = document;
        this.report = report;
    }

    void check() {
        for (Part part : document.parts()) {
            checkValues(part);
            if (!isFilled(part)) {
                checkEffect(part);
            }
        }
    }

    private void checkEffect(Part part) {
        for (String keyword : List.of(SchemaDialect.FILL, "default")) {
            boolean isValid = keyword.equals(SchemaDialect.FILL)
                    || document.problem(part, part.get(keyword)).isEmpty();
            if (part.node().has(keyword) && isValid) {
                report.warn(
                        document.at(part.at(keyword)),
                        keyword + " has no effect here: the gateway fills only fields directly under properties of the"
                                + " whole schema");
            }
        }
    }

    private void checkValues(Part part) {
        values.getOrDefault(part.get(SchemaDialect.FILL).asText(), List.of()).stream()
                .flatMap(value -> document.problem(part, TextNode.valueOf(value)).stream()
                        .map(problem -> "x-fill violates its schema with " + value + ": " + problem))
                .findFirst()
                .ifPresent(wrong -> report.add(document.at(part.at(SchemaDialect.FILL)), wrong));
    }

    private static boolean isFilled(Part part) {
        return part.path().size() == 2 && part.path().get(0).equals("properties");
    }
}
