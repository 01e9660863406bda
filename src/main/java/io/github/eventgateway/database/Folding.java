package io.github.eventgateway.database;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Converts text so that the case of letters does not matter. Two letters are equal if {@link String#equalsIgnoreCase}
 * says so. Both databases use this function and not their own, which depends on the locale of the server.
 */
public final class Folding {

    private static final String QUOTED = "\\";

    private Folding() {}

    /** Returns the text with one form for all forms of each letter. */
    public static String fold(String text) {
        return text.codePoints()
                .map(Folding::fold)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** Returns a regular expression for PostgreSQL that finds every text that folds to the same form. */
    public static String pattern(String text) {
        StringBuilder pattern = new StringBuilder();
        text.codePoints().forEach(letter -> {
            List<Integer> forms = Forms.OF_FOLDED.get(fold(letter));
            if (forms != null) {
                pattern.append('[');
                forms.forEach(pattern::appendCodePoint);
                pattern.append(']');
            } else {
                boolean isPlain = letter > '~' || letter >= '0' && letter <= '9';
                pattern.append(isPlain ? "" : QUOTED).appendCodePoint(letter);
            }
        });
        return pattern.toString();
    }

    private static int fold(int letter) {
        return Character.toLowerCase(Character.toUpperCase(letter));
    }

    /** Created at the first text search. */
    private static final class Forms {

        /** The forms of each letter that has several, by its folded form. */
        private static final Map<Integer, List<Integer>> OF_FOLDED = all();

        private static Map<Integer, List<Integer>> all() {
            Map<Integer, List<Integer>> forms = new HashMap<>();
            for (int letter = 0; letter <= Character.MAX_CODE_POINT; letter++) {
                int folded = fold(letter);
                if (folded != letter) {
                    forms.computeIfAbsent(folded, first -> new ArrayList<>(List.of(first)))
                            .add(letter);
                }
            }
            return forms;
        }
    }
}
