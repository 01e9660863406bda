package io.github.eventgateway.api;

/**
 * One problem in the content of a request. Longer texts are cut, so that neither a long name in the request nor a list
 * of all valid values makes a large answer.
 *
 * @param path a JSON Pointer (RFC 6901) into the body of the request, or the name of a parameter; at most 256 characters
 * @param message the problem in English; it may quote the schema, but never the value that was sent; at most 256
 *     characters
 */
public record Violation(String path, String message) {

    private static final int LONGEST = 256;

    public Violation {
        path = cut(path);
        message = cut(message);
    }

    /** Does not cut within a surrogate pair: half of one has no UTF-8, and the answer could not be written. */
    private static String cut(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int end = LONGEST - 1;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
    }
}
