package io.github.eventgateway.event;

import com.networknt.schema.JsonSchemaException;
import com.networknt.schema.regex.RegularExpression;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pattern of a schema whose work is bounded. Java's regular expressions can try each way to divide a text, and nothing
 * interrupts them. Any thread.
 */
final class BoundedPattern implements RegularExpression {

    private static final int STEPS_OF_AN_EVENT = 50_000;
    private static final int STEPS_FOR_A_CHARACTER = 50;

    private static final Pattern BY_LINES = Pattern.compile("\\(\\?[a-zA-Z]*m");

    /** The parts that can contain a {@code $} with another meaning, and the end. */
    private static final Pattern END = Pattern.compile(
            "\\\\Q.*?(?:\\\\E|\\z)|\\\\.|\\[\\^?\\]?(?:\\\\.|\\[(?:\\\\.|[^\\]\\\\])*\\]|[^\\]\\\\])*\\]|\\$",
            Pattern.DOTALL);

    private static final ThreadLocal<Steps> OF_THIS_EVENT = new ThreadLocal<>();

    private final Pattern written;
    private final Pattern pattern;

    BoundedPattern(String pattern) {
        this.written = Pattern.compile(pattern);
        this.pattern = Pattern.compile(withStrictEnd(pattern));
    }

    /**
     * Returns the pattern with {@code \z} instead of {@code $}, which in Java also matches before a final line break.
     * In JSON Schema it does not (ECMA 262, section 22.2.2.4). A pattern that switches to lines is unchanged.
     */
    private static String withStrictEnd(String pattern) {
        if (pattern.indexOf('$') < 0 || BY_LINES.matcher(pattern).find()) {
            return pattern;
        }
        return END.matcher(pattern)
                .replaceAll(part -> part.group().equals("$") ? "\\\\z" : Matcher.quoteReplacement(part.group()));
    }

    /**
     * Validates one event on this thread.
     *
     * @throws TooManySteps if its patterns together need more than {@value #STEPS_OF_AN_EVENT} steps and
     *     {@value #STEPS_FOR_A_CHARACTER} for each character of their texts
     */
    static <T> T bound(Supplier<T> validation) {
        OF_THIS_EVENT.set(new Steps());
        try {
            return validation.get();
        } finally {
            OF_THIS_EVENT.remove();
        }
    }

    @Override
    public boolean matches(String value) {
        Steps steps = OF_THIS_EVENT.get();
        if (steps == null) {
            steps = new Steps();
        }
        steps.left += (long) STEPS_FOR_A_CHARACTER * value.length();
        return pattern.matcher(new CountedText(value, steps, written)).find();
    }

    private static final class Steps {
        private long left = STEPS_OF_AN_EVENT;
    }

    /** The validator logs any other exception of a pattern with its stack trace. */
    @SuppressWarnings("serial")
    static final class TooManySteps extends JsonSchemaException {

        private TooManySteps(Pattern pattern) {
            super("has a text that needs too many steps to match the pattern " + pattern);
        }

        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }

    /** A text that counts each look at a character. */
    private record CountedText(String text, Steps steps, Pattern pattern) implements CharSequence {

        @Override
        public char charAt(int index) {
            if (--steps.left < 0) {
                throw new TooManySteps(pattern);
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
