package io.github.eventgateway.query;

import io.github.eventgateway.database.ColumnTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * The number of rows in one {@link Bucket}.
 *
 * @param time the beginning of the bucket
 */
public record TimeCount(Instant time, long count) {

    /**
     * Groups rows by a column, whose equal values follow one another. The columns {@code bucket} and {@code bucket_n}
     * have the time and the count of a row, or null. A null in the column means that there is no group.
     *
     * @param group creates a group from its first row and its counts
     */
    public static <T> List<T> group(
            List<Map<String, Object>> rows, String column, BiFunction<Map<String, Object>, List<TimeCount>, T> group) {
        List<T> groups = new ArrayList<>();
        List<TimeCount> counts = new ArrayList<>();
        Object value = null;
        for (Map<String, Object> row : rows) {
            if (row.get(column) != null && !row.get(column).equals(value)) {
                value = row.get(column);
                counts = new ArrayList<>();
                groups.add(group.apply(row, counts));
            }
            if (row.get("bucket") != null) {
                counts.add(new TimeCount(ColumnTime.of(row.get("bucket")), number(row, "bucket_n")));
            }
        }
        return groups;
    }

    /** Returns the number in a column. */
    public static long number(Map<String, Object> row, String column) {
        return ((Number) row.get(column)).longValue();
    }
}
