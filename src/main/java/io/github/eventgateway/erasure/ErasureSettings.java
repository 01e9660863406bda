package io.github.eventgateway.erasure;

import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings that identify the data of a user.
 *
 * @param userFields JSON Pointers into {@code data} by event type: fields with the id of a user, in addition to
 *     {@code user_id}. An event is erased if one of them has the id of the erased user.
 */
@ConfigurationProperties("gateway.erasure")
public record ErasureSettings(@DefaultValue Map<String, List<String>> userFields) {}
