package io.github.eventgateway.query;

import io.github.eventgateway.database.PlannedOnce;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
        String downwards = downwards();
        return lazyTexts ? readOnce(clause, downwards) : readTwice(clause, downwards);
    }

    /**
     * Returns the SQL of one page of which PostgreSQL can keep the plan, with at most one filter. The column of the
     * filter leads the order, and the condition is not a plain equality. Therefore only the index of this column
     * returns the rows in their order, and the plan does not depend on the frequency of a value. The constant limit
     * tells the planner that it needs few rows.
     *
     * @param column the column of the filter, compared with the parameter of the same name; null without a filter
     * @param condition a further condition; null without one
     */
    String pagePlannedOnce(String column, String condition) {
        String downwards = downwards();
        String filter = column == null ? null : column + " = ANY(ARRAY[:?" + column + "])";
        String clause = Stream.of(filter, condition).filter(Objects::nonNull).collect(Collectors.joining(" AND "));
        String places = column == null ? downwards : "filtered, " + downwards;
        return PlannedOnce.mark("""
                WITH candidate AS (SELECT * FROM (
                    SELECT %s, %s AS bytes, %s AS filtered FROM %s%s ORDER BY %s LIMIT %d) longest
                    ORDER BY %s LIMIT :?rows)
                SELECT %s, found FROM (
                    SELECT *, COUNT(*) OVER () AS found, SUM(bytes) OVER (ORDER BY %s) - bytes AS bytes_before
                    FROM candidate) page
                WHERE bytes_before < :?page_bytes ORDER BY %s""".formatted(
                        columns,
                        bytes(),
                        column,
                        table,
                        clause.isEmpty() ? "" : " WHERE " + clause,
                        column == null ? downwards : column + ", " + downwards,
                        Selection.MAX_LIMIT + 1,
                        places,
                        columns,
                        places,
                        places));
    }

    private String downwards() {
        return order.stream().map(column -> column + " DESC").collect(Collectors.joining(", "));
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
