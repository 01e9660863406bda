package io.github.eventgateway.query;

import java.util.List;
import java.util.Map;

/**
 * The rows of one page: as many as were asked for, or fewer where they are long or there are no more.
 *
 * @param shown the rows
 * @param last the last one, after which the next page begins; null if there is no next page
 */
public record PageRows(List<Map<String, Object>> shown, Map<String, Object> last) {

    /**
     * @param found the rows that the SQL of a {@link Listing} gave
     * @param limit how many the page holds at most
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
