package io.github.eventgateway.erasure;

import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the data of a user are found.
 *
 * @param userFields JSON Pointers into {@code data} by event type: fields beside {@code user_id} that hold the id of a user.
 *     An event is erased if one of them holds the id of the erased user.
 */
@ConfigurationProperties("gateway.erasure")
public record ErasureSettings(@DefaultValue Map<String, List<String>> userFields) {}
