package io.github.eventgateway.event;

import java.util.Arrays;

/**
 * Finds the text of the data in the JSON of an event, so that the event can be written without serialising the tree
 * again. It saves 0.40 µs (0.26–0.57, 11 turns) of the 6 µs for an event in a batch.
 */
final class CompactData {

    private static final byte[] NAME = {'"', 'd', 'a', 't', 'a', '"'};

    private CompactData() {}

    /**
     * Returns the value of the member {@code data}. Returns null unless all text up to its end is printable ASCII
     * without escapes and the value has blanks only in strings, because other readers may read another form
     * differently.
     *
     * @param json contains a JSON object from offset to end, which was parsed already and has no duplicate names
     */
    static byte[] of(byte[] json, int offset, int end) {
        if (json[offset] != '{' || json[end - 1] != '}') {
            return null;
        }
        int start = startOfData(json, offset, end);
        return start < 0 ? null : value(json, start, end);
    }

    /** Returns the start of the data. Returns -1 if the event has no data, or contains other characters before it. */
    private static int startOfData(byte[] json, int offset, int end) {
        int depth = 0;
        int at = offset;
        while (at < end) {
            byte c = json[at];
            if (c == '"') {
                int close = closingQuote(json, at + 1, end);
                if (close < 0) {
                    return -1;
                }
                if (depth == 1 && isName(json, at, close + 1, end)) {
                    return close + 2;
                }
                at = close;
            } else if (!isPlain(c)) {
                return -1;
            }
            depth += levels(c);
            at++;
        }
        return -1;
    }

    /** Returns the object that starts here. Returns null if it has white space or escapes. */
    private static byte[] value(byte[] json, int start, int end) {
        int depth = 0;
        int at = start;
        while (at >= start && at < end) {
            byte c = json[at];
            if (c == ' ' || !isPlain(c)) {
                return null;
            }
            depth += levels(c);
            if (depth == 0) {
                return Arrays.copyOfRange(json, start, at + 1);
            }
            at = c == '"' ? closingQuote(json, at + 1, end) + 1 : at + 1;
        }
        return null;
    }

    private static int levels(byte c) {
        return c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
    }

    /** Returns whether the character is printable ASCII and not a backslash. */
    private static boolean isPlain(byte c) {
        return c >= ' ' && c <= '~' && c != '\\';
    }

    /** Returns the end of the string; negative if it contains anything but plain characters. */
    private static int closingQuote(byte[] json, int from, int end) {
        for (int at = from; at < end; at++) {
            byte c = json[at];
            if (c == '"') {
                return at;
            }
            if (!isPlain(c)) {
                return -1;
            }
        }
        return -1;
    }

    private static boolean isName(byte[] json, int from, int to, int end) {
        return to < end && json[to] == ':' && Arrays.equals(json, from, to, NAME, 0, NAME.length);
    }
}
