package io.github.eventgateway.api;

/**
 * The answer of a route whose HTTP status depends on the outcome. Any other body becomes the {@code data} of an answer
 * with status 200, or with the status of the header {@code CamelHttpResponseCode}.
 *
 * @param status the HTTP status
 * @param messageKey the key of the localised sentence in {@code messages*.properties}
 * @param data the value of {@code data}; null omits it
 * @param location the path in the header {@code Location}; null omits it
 */
public record Answer(int status, String messageKey, Object data, String location) {

    /** Without a location. */
    public Answer(int status, String messageKey, Object data) {
        this(status, messageKey, data, null);
    }
}
