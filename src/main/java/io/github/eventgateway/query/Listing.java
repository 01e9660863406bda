package io.github.eventgateway.query;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A table that is shown page by page, the newest rows first. All of it is SQL, and none of it comes from a caller.
 *
 * @param table its name
 * @param columns those that are shown
 * @param order those that it is in the order of, each downwards; the last one is unique
 * @param texts those whose length makes a row long
 */
public record Listing(String table, String columns, List<String> order, List<String> texts) {

    /** The column with the number of rows that there would be without regard to their lengths. */
    static final String FOUND = "found";

    /** What an answer holds of a row beside its long texts. */
    private static final int BYTES_BESIDE = 500;

    /**
     * The SQL of one page. It looks at the lengths of the rows before it reads them: the database gives no row after the one
     * that takes the page to {@code :?page_bytes}, and at least one.
     *
     * @param clause the conditions, with WHERE; may be empty
     */
    String page(String clause) {
        String id = order.get(order.size() - 1);
        String downwards = order.stream().map(column -> column + " DESC").collect(Collectors.joining(", "));
        String bytes = texts.stream()
                .map(text -> "COALESCE(octet_length(" + text + "), 0)")
                .collect(Collectors.joining(" + "));
        return """
                WITH candidate AS (SELECT %s, %s + %d AS bytes FROM %s%s ORDER BY %s LIMIT :?rows)
                SELECT %s, found FROM (
                    SELECT %s, COUNT(*) OVER () AS found, SUM(bytes) OVER (ORDER BY %s) - bytes AS bytes_before
                    FROM candidate) page
                JOIN %s USING (%s) WHERE bytes_before < :?page_bytes ORDER BY %s""".formatted(
                        String.join(", ", order),
                        bytes,
                        BYTES_BESIDE,
                        table,
                        clause,
                        downwards,
                        columns,
                        id,
                        downwards,
                        table,
                        id,
                        downwards);
    }
}
