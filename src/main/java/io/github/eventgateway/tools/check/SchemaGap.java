package io.github.eventgateway.tools.check;

import java.util.Comparator;
import java.util.List;

/**
 * A place at which a schema may refuse what another one took.
 *
 * @param pointer the keyword of the new schema
 * @param weight how sure that is
 * @param message what was taken and is refused
 */
record SchemaGap(String pointer, Weight weight, String message) {

    /** How sure it is that valid records become invalid, in ascending order. */
    enum Weight {
        /** Only records with a field that no schema named. */
        UNNAMED,
        /** It was not found that all stay valid. */
        UNPROVEN,
        /** A record of an ordinary form does. */
        BREAKING
    }

    private static final Comparator<List<SchemaGap>> ORDER =
            Comparator.comparing(SchemaGap::worst).thenComparing(List::size);

    /** The list that says least against a change; the first of those that say the same. */
    static List<SchemaGap> least(List<List<SchemaGap>> lists) {
        return lists.stream().min(ORDER).orElse(List.of());
    }

    private static int worst(List<SchemaGap> gaps) {
        return gaps.stream().mapToInt(gap -> gap.weight().ordinal() + 1).max().orElse(0);
    }
}
