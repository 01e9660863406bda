package io.github.eventgateway.api;

/**
 * One thing that is wrong with a request's content.
 *
 * @param path a JSON Pointer (RFC 6901) into the request's body, or the name of a parameter
 * @param message what is wrong there, in English; it may repeat the schema, never the value that was sent
 */
public record Violation(String path, String message) {}
