package io.github.eventgateway.tools.check;

import java.util.Comparator;
import java.util.List;

/**
 * A place where a schema may reject values that another one accepted.
 *
 * @param pointer the keyword of the new schema
 * @param weight the certainty
 * @param message the change and the values that become invalid
 */
record SchemaGap(String pointer, Weight weight, String message) {

    /** The certainty that valid records become invalid, in ascending order. */
    enum Weight {
        /** Only for records with a field that no schema mentioned. */
        UNNAMED,
        /** The validity of all records could not be proved. */
        UNPROVEN,
        /** For a record of an ordinary form. */
        BREAKING
    }

    private static final Comparator<List<SchemaGap>> ORDER =
            Comparator.comparing(SchemaGap::worst).thenComparing(List::size);

    /** Returns the list with the least severe gaps; the first of equal ones. */
    static List<SchemaGap> least(List<List<SchemaGap>> lists) {
        return lists.stream().min(ORDER).orElse(List.of());
    }

    private static int worst(List<SchemaGap> gaps) {
        return gaps.stream().mapToInt(gap -> gap.weight().ordinal() + 1).max().orElse(0);
    }
}
