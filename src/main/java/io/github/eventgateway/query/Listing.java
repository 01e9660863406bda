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
 * @param lazyTexts whether the database loads a long text only into the answer, as PostgreSQL does (TOAST); otherwise
 *     the rows are looked up again by the last sort column after their lengths are known
 */
public record Listing(String table, String columns, List<String> order, List<String> texts, boolean lazyTexts) {

    /** The column with the number of rows of the page before their length is considered. */
    static final String FOUND = "found";

    /** The size in an answer of a row without its long texts. */
    private static final int BYTES_BESIDE = 500;

    /**
     * Returns the SQL of one page. The database checks the lengths before it loads the texts. It returns at least one
     * row, and none after the row with which the page reaches {@code :?page_bytes}.
     *
     * @param clause the conditions, with WHERE; may be empty
     */
    String page(String clause) {
        String downwards = order.stream().map(column -> column + " DESC").collect(Collectors.joining(", "));
        return lazyTexts ? readOnce(clause, downwards) : readTwice(clause, downwards);
    }

    /** A look-up of each row in each partition would cost more than the page itself. */
    private String readOnce(String clause, String downwards) {
        return """
                WITH candidate AS (SELECT %s, %s AS bytes FROM %s%s ORDER BY %s LIMIT :?rows)
                SELECT %s, found FROM (
                    SELECT %s, COUNT(*) OVER () AS found, SUM(bytes) OVER (ORDER BY %s) - bytes AS bytes_before
                    FROM candidate) page
                WHERE bytes_before < :?page_bytes ORDER BY %s""".formatted(columns, bytes(), table, clause, downwards, columns, columns, downwards, downwards);
    }

    private String readTwice(String clause, String downwards) {
        String id = order.get(order.size() - 1);
        return """
                WITH candidate AS (SELECT %s, %s AS bytes FROM %s%s ORDER BY %s LIMIT :?rows)
                SELECT %s, found FROM (
                    SELECT %s, COUNT(*) OVER () AS found, SUM(bytes) OVER (ORDER BY %s) - bytes AS bytes_before
                    FROM candidate) page
                JOIN %s USING (%s) WHERE bytes_before < :?page_bytes ORDER BY %s""".formatted(
                        String.join(", ", order),
                        bytes(),
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

    private String bytes() {
        return texts.stream()
                .map(text -> "COALESCE(octet_length(" + text + "), 0)")
                .collect(Collectors.joining(" + ", "", " + " + BYTES_BESIDE));
    }
}
