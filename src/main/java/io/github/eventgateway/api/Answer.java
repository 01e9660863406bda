package io.github.eventgateway.api;

/**
 * What a route wants to be answered when the status depends on the outcome. A route whose body is anything else is
 * answered with status 200 (or the header {@code CamelHttpResponseCode}), that body being the {@code data}.
 *
 * @param status the HTTP status
 * @param messageKey the key of the localised sentence in {@code messages*.properties}
 * @param data what stands under {@code data}; null leaves it out
 */
public record Answer(int status, String messageKey, Object data) {}
