package io.github.eventgateway.server.audit;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A position in the chain: the number of a record and its MAC. Its text {@code <sequence>.<mac>} is an anchor in the
 * log.
 */
record Head(long sequence, String mac) {

    private static final Pattern FORM = Pattern.compile("([0-9]{1,18})\\.([0-9a-f]{64})");

    /** Parses a position; null if the text is not a position. */
    static Head parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches() ? new Head(Long.parseLong(matcher.group(1)), matcher.group(2)) : null;
    }

    @Override
    public String toString() {
        return sequence + "." + mac;
    }
}
