package io.github.eventgateway.query;

import java.util.List;
import java.util.Map;

/**
 * The rows of one page: at most the limit, and fewer if they are long or the last ones.
 *
 * @param shown the rows
 * @param last the last row, after which the next page begins; null without a next page
 */
public record PageRows(List<Map<String, Object>> shown, Map<String, Object> last) {

    /**
     * @param found the rows from the SQL of a {@link Listing}
     * @param limit the maximum number of rows of the page
     */
    public static PageRows of(List<Map<String, Object>> found, int limit) {
        if (found.isEmpty()) {
            return new PageRows(found, null);
        }
        List<Map<String, Object>> shown = found.subList(0, Math.min(limit, found.size()));
        long all = ((Number) found.get(0).get(Listing.FOUND)).longValue();
        return new PageRows(shown, all > shown.size() ? shown.get(shown.size() - 1) : null);
    }
}
