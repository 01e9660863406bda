package io.github.eventgateway.query;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A position in the order in which events were stored: before the event with this index in the batch with this number.
 *
 * @param batch the number of a transaction of the store
 * @param index from 0
 * @param readAt when all earlier batches were final, by the clock of the database, in milliseconds since 1970. A later
 *     batch with a smaller number shows that the database was restored since. 0 if unknown
 */
record StreamPosition(long batch, int index, long readAt) {

    private static final Pattern FORM = Pattern.compile("([0-9]{1,18})-([0-9]{1,9})(?:-([0-9]{1,15}))?");

    /** Parses a position; null if the text is not a position. */
    static StreamPosition decode(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            return null;
        }
        long readAt = parts.group(3) == null ? 0 : Long.parseLong(parts.group(3));
        return new StreamPosition(Long.parseLong(parts.group(1)), Integer.parseInt(parts.group(2)), readAt);
    }

    String encode() {
        return batch + "-" + index + (readAt == 0 ? "" : "-" + readAt);
    }

    /** Returns the position after the event at this position. */
    StreamPosition next() {
        return new StreamPosition(batch, index + 1, readAt);
    }

    boolean isBefore(StreamPosition other) {
        return batch < other.batch || batch == other.batch && index < other.index;
    }
}
