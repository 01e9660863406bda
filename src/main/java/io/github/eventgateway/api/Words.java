package io.github.eventgateway.api;

import java.util.List;
import java.util.regex.Pattern;

/** Lists of words in texts, such as settings. Any thread. */
public final class Words {

    private static final Pattern SEPARATOR = Pattern.compile("[,\\s]+");

    private Words() {}

    /** Returns the words of a text, which commas or white space separate. */
    public static List<String> of(String text) {
        return SEPARATOR.splitAsStream(text).filter(word -> !word.isEmpty()).toList();
    }
}
