package io.github.eventgateway.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FoldingTest {

    /** Brackets and backslashes in the pattern must have the same meaning in Java and PostgreSQL. */
    @Test
    void thePatternOfALetterMatchesExactlyTheLettersWithTheSameFolding() {
        for (int letter = 1; letter <= Character.MAX_CODE_POINT; letter += letter < 0x3000 ? 1 : 7) {
            if (letter >= Character.MIN_SURROGATE && letter <= Character.MAX_SURROGATE) {
                continue;
            }
            String text = Character.toString(letter);
            Pattern pattern = Pattern.compile(Folding.pattern(text));
            String upper = Character.toString(Character.toUpperCase(letter));
            String lower = Character.toString(Character.toLowerCase(letter));
            assertThat(pattern.matcher(text).matches()).as(text).isTrue();
            for (String other : new String[] {upper, lower, "a", "B", ".", "\\"}) {
                assertThat(pattern.matcher(other).matches())
                        .as("%s and %s", text, other)
                        .isEqualTo(text.equalsIgnoreCase(other));
                assertThat(Folding.fold(text).equals(Folding.fold(other)))
                        .as("%s and %s folded", text, other)
                        .isEqualTo(text.equalsIgnoreCase(other));
            }
        }
    }
}
