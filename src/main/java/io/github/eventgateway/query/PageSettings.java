package io.github.eventgateway.query;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How large the pages are that callers ask for.
 *
 * @param pageBytes a page ends with the row that takes it to so many bytes, or beyond; 1 or more
 */
@ConfigurationProperties("gateway.query")
public record PageSettings(@DefaultValue("8388608") int pageBytes) {

    /** @throws IllegalArgumentException when a page could hold no row */
    public PageSettings {
        if (pageBytes < 1) {
            throw new IllegalArgumentException("gateway.query.page-bytes must be 1 or more");
        }
    }
}
