package io.github.eventgateway.query;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A position in the order in which events were stored: before the event with this index in the batch with this number.
 *
 * @param batch the number of a transaction of the store
 * @param index from 0
 */
record StreamPosition(long batch, int index) {

    private static final Pattern FORM = Pattern.compile("([0-9]{1,18})-([0-9]{1,9})");

    /** Parses a position; null if the text is not a position. */
    static StreamPosition decode(String text) {
        Matcher parts = FORM.matcher(text);
        return parts.matches()
                ? new StreamPosition(Long.parseLong(parts.group(1)), Integer.parseInt(parts.group(2)))
                : null;
    }

    String encode() {
        return batch + "-" + index;
    }

    /** Returns the position after the event at this position. */
    StreamPosition next() {
        return new StreamPosition(batch, index + 1);
    }

    boolean isBefore(StreamPosition other) {
        return batch < other.batch || batch == other.batch && index < other.index;
    }
}
