package io.github.eventgateway.tools.check;

import io.github.eventgateway.tools.check.SchemaConjunction.Fault;
import io.github.eventgateway.tools.check.SchemaConjunction.Kind;
import io.github.eventgateway.tools.check.SchemaDocument.Part;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds contradictions between the array elements that several schemas ask for and allow. */
final class SchemaItems {

    private static final Set<Kind> ARRAYS = EnumSet.of(Kind.ARRAY);

    private final List<Part> parts;
    private final SchemaConjunction conjunction;

    SchemaItems(List<Part> parts, SchemaConjunction conjunction) {
        this.parts = parts;
        this.conjunction = conjunction;
    }

    void check(List<Fault> faults) {
        int least = leastItems();
        for (Part part : parts) {
            if (TrivialSchema.isNever(part.get("items"))
                    && least > part.get("prefixItems").size()) {
                faults.add(Fault.of(
                        ARRAYS,
                        part.at("items"),
                        "minItems is " + least + ", but items allows none beyond the "
                                + part.get("prefixItems").size() + " of prefixItems"));
            }
            checkDifferent(part, least, faults);
            checkContained(part, faults);
        }
        for (int i = 0; i < least && i <= mostPrefixes(); i++) {
            checkElement(i, least, faults);
        }
    }

    private void checkDifferent(Part part, int least, List<Fault> faults) {
        List<Part> items = elements(mostPrefixes());
        if (!part.get("uniqueItems").asBoolean() || items.isEmpty()) {
            return;
        }
        long values = conjunction.below(items).values();
        if (least - mostPrefixes() > values) {
            faults.add(Fault.of(
                    ARRAYS,
                    part.at("uniqueItems"),
                    "minItems is " + least + ", but items allows only " + values + (values == 1 ? " value" : " values")
                            + ", and uniqueItems is true"));
        }
    }

    private void checkContained(Part part, List<Fault> faults) {
        int wanted = part.get("minContains").asInt(1);
        if (!part.node().has("contains") || wanted == 0) {
            return;
        }
        if (TrivialSchema.isNever(part.get("contains"))) {
            faults.add(Fault.of(ARRAYS, part.at("contains"), "contains accepts no element"));
            return;
        }
        if (wanted > mostItems()) {
            faults.add(Fault.of(
                    ARRAYS, part.at("contains"), "contains requires " + wanted + ", but maxItems is " + mostItems()));
        }
        Part contained = part.below("contains");
        List<Part> together = new ArrayList<>(List.of(contained));
        together.addAll(elements(0));
        if (mostPrefixes() == 0 && together.size() > 1) {
            conjunction
                    .impossible(together, false)
                    .ifPresent(fault -> faults.add(new Fault(
                            ARRAYS,
                            part.at("contains"),
                            "contains requires an element that items forbids: " + fault.message(),
                            together.stream().anyMatch(this::isReported))));
        }
    }

    /** Reports a required element that no value can be. */
    private void checkElement(int index, int least, List<Fault> faults) {
        List<Part> elements = elements(index);
        boolean isKnown =
                index == mostPrefixes() && elements.stream().anyMatch(one -> TrivialSchema.isNever(one.node()));
        Optional<Fault> fault =
                elements.isEmpty() || isKnown ? Optional.empty() : conjunction.impossible(elements, false);
        fault.ifPresent(why -> faults.add(new Fault(
                ARRAYS,
                elements.get(0).pointer(),
                "minItems is " + least + ", but no value can be element " + index + ": " + why.message(),
                elements.stream().anyMatch(this::isReported))));
    }

    /** Returns whether this schema alone accepts no value, which is reported there. */
    private boolean isReported(Part part) {
        return !TrivialSchema.isNever(part.node())
                && conjunction.impossible(List.of(part), false).isPresent();
    }

    /** Returns the schemas of the element at this index. */
    private List<Part> elements(int index) {
        List<Part> elements = new ArrayList<>();
        for (Part part : parts) {
            if (index < part.get("prefixItems").size()) {
                elements.add(part.below("prefixItems", index));
            } else if (part.node().has("items")) {
                elements.add(part.below("items"));
            }
        }
        return elements;
    }

    private int mostPrefixes() {
        return parts.stream()
                .mapToInt(part -> part.get("prefixItems").size())
                .max()
                .orElse(0);
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
