package io.github.eventgateway.api;

/**
 * One problem in the content of a request.
 *
 * @param path a JSON Pointer (RFC 6901) into the body of the request, or the name of a parameter
 * @param message the problem in English; it may quote the schema, but never the value that was sent
 */
public record Violation(String path, String message) {}
