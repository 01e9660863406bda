package io.github.eventgateway.query;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A table that is shown page by page, newest rows first. All its texts are constant SQL.
 *
 * @param table its name
 * @param columns the columns to show
 * @param order the sort columns, each descending; the last one is unique
 * @param texts the columns that can make a row long
 */
public record Listing(String table, String columns, List<String> order, List<String> texts) {

    /** The column with the number of rows of the page before their length is considered. */
    static final String FOUND = "found";

    /** The size in an answer of a row without its long texts. */
    private static final int BYTES_BESIDE = 500;

    /**
     * Returns the SQL of one page. The database checks the lengths before it reads the rows. It returns at least one
     * row, and none after the row with which the page reaches {@code :?page_bytes}.
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
