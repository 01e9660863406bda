package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.tools.check.SchemaConjunction.Fault;
import io.github.eventgateway.tools.check.SchemaConjunction.Kind;
import io.github.eventgateway.tools.check.SchemaDocument.Part;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds contradictions between the numbers of array elements that several schemas ask for and allow. */
final class SchemaItems {

    private final List<Part> parts;

    SchemaItems(List<Part> parts) {
        this.parts = parts;
    }

    void check(List<Fault> faults) {
        Set<Kind> arrays = EnumSet.of(Kind.ARRAY);
        for (Part part : parts) {
            int least = leastItems();
            if (TrivialSchema.isNever(part.get("items"))
                    && least > part.get("prefixItems").size()) {
                faults.add(Fault.of(
                        arrays,
                        part.at("items"),
                        "minItems is " + least + ", but items allows none beyond the "
                                + part.get("prefixItems").size() + " of prefixItems"));
            }
            JsonNode values = part.get("items").path("enum");
            Set<JsonNode> different = new HashSet<>();
            values.forEach(different::add);
            if (values.isArray() && part.get("uniqueItems").asBoolean() && least > different.size()) {
                faults.add(Fault.of(
                        arrays,
                        part.at("uniqueItems"),
                        "minItems is " + least + ", but items allows only " + different.size()
                                + " values, and uniqueItems is true"));
            }
            if (TrivialSchema.isNever(part.get("contains"))
                    && part.get("minContains").asInt(1) > 0) {
                faults.add(Fault.of(arrays, part.at("contains"), "contains accepts no element"));
            }
            if (part.node().has("contains") && part.get("minContains").asInt(1) > mostItems()) {
                faults.add(Fault.of(
                        arrays,
                        part.at("contains"),
                        "contains requires " + part.get("minContains").asInt(1) + ", but maxItems is " + mostItems()));
            }
        }
    }

    private int leastItems() {
        return parts.stream()
                .mapToInt(part -> part.get("minItems").asInt(0))
                .max()
                .orElse(0);
    }

    private int mostItems() {
        return parts.stream()
                .mapToInt(part -> part.get("maxItems").asInt(Integer.MAX_VALUE))
                .min()
                .orElse(Integer.MAX_VALUE);
    }
}
