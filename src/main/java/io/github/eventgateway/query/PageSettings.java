package io.github.eventgateway.query;

import io.github.eventgateway.api.Heap;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of pages.
 *
 * @param pageBytes Size in bytes at which a page of events, dead letters or audit records ends. The row that reaches it
 *     is the last one of the page. At most 1/128 of the heap.
 * @param searchTime Time after which {@code GET /api/events} with {@code q} ends its page with the events found until
 *     then. The page has the cursor at which the search continues.
 * @param exportTime Maximum time of an export. An export does not end when its token expires. A further export can
 *     continue with the last cursor.
 */
@ConfigurationProperties("gateway.query")
public record PageSettings(
        @DefaultValue("8388608") int pageBytes,
        @DefaultValue("1s") Duration searchTime,
        @DefaultValue("12h") Duration exportTime) {

    private static final int PART_OF_A_PAGE = 128;

    /** @throws IllegalArgumentException if the size is below 1, because a page must have at least one row */
    public PageSettings {
        if (pageBytes < 1) {
            throw new IllegalArgumentException("gateway.query.page-bytes must be 1 or more");
        }
        // While it is read and written, a page takes about six times its bytes.
        pageBytes = Heap.atMost(pageBytes, PART_OF_A_PAGE);
    }
}
