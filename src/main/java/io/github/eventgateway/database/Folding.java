package io.github.eventgateway.database;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Text without regard to the case of its letters, each by itself: two are the same where {@link String#equalsIgnoreCase}
 * says so. Both databases go by this and neither by its own: what a server folds depends on the locale that it was made
 * with.
 */
public final class Folding {

    private static final String QUOTED = "\\";

    private Folding() {}

    /** Returns the text with one form for all the forms of each letter. */
    public static String fold(String text) {
        return text.codePoints()
                .map(Folding::fold)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** Returns a regular expression of PostgreSQL's for all texts that are folded as this one, wherever they stand. */
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

    /** Made when somebody looks for text first. */
    private static final class Forms {

        /** The forms of each letter that has several, by the folded one. */
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
