package io.github.eventgateway.database;

/** Makes any text fit a database column, so that no input can make an insert fail. */
public final class ColumnText {

    private static final char REPLACEMENT = '\uFFFD';

    private ColumnText() {}

    /**
     * Returns the text without U+0000, with U+FFFD for half a surrogate pair, cut to this number of characters. Null
     * stays null.
     */
    public static String of(String text, int longest) {
        if (text == null) {
            return null;
        }
        StringBuilder clean = new StringBuilder(Math.min(text.length(), longest));
        for (int at = 0; at < text.length(); ) {
            int point = text.codePointAt(at);
            at += Character.charCount(point);
            if (point == 0) {
                continue;
            }
            int safe = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? REPLACEMENT : point;
            if (clean.length() + Character.charCount(safe) > longest) {
                break;
            }
            clean.appendCodePoint(safe);
        }
        return clean.toString();
    }
}
