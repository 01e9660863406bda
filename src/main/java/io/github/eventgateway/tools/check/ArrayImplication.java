package io.github.eventgateway.tools.check;

import io.github.eventgateway.tools.check.SchemaConjunction.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Proves the keywords for the items of an array. For one thread. */
final class ArrayImplication {

    private final SchemaImplication proof;

    ArrayImplication(SchemaImplication proof) {
        this.proof = proof;
    }

    List<SchemaGap> contains(KnownValue value, SchemaPart schema) {
        int least = schema.get("minContains").asInt(1);
        boolean isBounded = schema.has("maxContains");
        if (!value.mayBe(Kind.ARRAY) || least == 0 && !isBounded) {
            return List.of();
        }
        SchemaPart now = schema.below("contains");
        boolean isKept = value.facts().stream()
                .filter(fact -> fact.has("contains"))
                .anyMatch(fact -> {
                    SchemaPart before = fact.below("contains");
                    boolean atLeast =
                            fact.get("minContains").asInt(1) >= least && proof.surely(KnownValue.of(before), now);
                    boolean atMost = !isBounded
                            || fact.has("maxContains")
                                    && fact.get("maxContains").asInt()
                                            <= schema.get("maxContains").asInt()
                                    && proof.surely(KnownValue.of(now), before);
                    return atLeast && atMost;
                });
        return isKept ? List.of() : List.of(proof.unproven(schema, "contains", "demands more than before"));
    }

    List<SchemaGap> items(KnownValue value, SchemaPart schema) {
        int most = value.smallest("maxItems")
                .filter(number -> number.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) < 0)
                .map(BigDecimal::intValue)
                .orElse(Integer.MAX_VALUE);
        int apart = Math.max(value.mostPrefixItems(), schema.get("prefixItems").size());
        List<SchemaGap> gaps = new ArrayList<>();
        for (int i = 0; i <= apart && i < most; i++) {
            for (SchemaPart part : schema.items(i)) {
                gaps.addAll(proof.within(i < apart ? String.valueOf(i) : "[]", value.item(i), part));
            }
        }
        return gaps;
    }
}
