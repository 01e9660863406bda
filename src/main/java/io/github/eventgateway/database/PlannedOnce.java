package io.github.eventgateway.database;

/**
 * Marks statements whose plan PostgreSQL keeps, because planning them for many partitions takes longer than running
 * them. The server then plans without the values of the parameters. Mark a statement only if one plan is good for all
 * values, also for values that no row has.
 */
public final class PlannedOnce {

    /** The number of executions after which the driver prepares a statement. Seldom ones stay without a plan. */
    static final int PREPARE_AFTER = 5;

    private static final String MARK = "/* planned once */ ";

    private PlannedOnce() {}

    /** Returns the statement with the mark. Any thread. */
    public static String mark(String sql) {
        return MARK + sql;
    }

    static boolean isMarked(String sql) {
        return sql.startsWith(MARK);
    }
}
