package io.github.eventgateway.erasure;

import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of erasures.
 *
 * @param userFields JSON Pointers into {@code data} by event type: fields with the id of a user, in addition to
 *     {@code user_id}. An event is erased if one of them has the id of the erased user.
 * @param maxRunning Maximum number of unfinished erasures in the database. A further one is answered with 429.
 */
@ConfigurationProperties("gateway.erasure")
public record ErasureSettings(
        @DefaultValue Map<String, List<String>> userFields,
        @DefaultValue("1000") int maxRunning) {

    /** @throws IllegalArgumentException if no erasure would be allowed */
    public ErasureSettings {
        if (maxRunning < 1) {
            throw new IllegalArgumentException("gateway.erasure.max-running must be 1 or more");
        }
    }
}
