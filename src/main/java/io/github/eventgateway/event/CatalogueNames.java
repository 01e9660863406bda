package io.github.eventgateway.event;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Checks the names of topics and event types: Kafka must accept them, and they must fit the columns of the database.
 */
public final class CatalogueNames {

    private static final int LONGEST_TYPE = 64;

    /** Kafka accepts 249 characters. The suffix of the dead-letter topic needs some of them. */
    private static final int LONGEST_TOPIC = 249 - Topic.DEAD_LETTER_SUFFIX.length();

    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1," + LONGEST_TOPIC + "}");

    private static final Pattern FIELD = Pattern.compile("(/([^~/]|~[01])+)+");

    private CatalogueNames() {}

    /** Returns the fault of a topic name as the end of a sentence; empty if the name is valid. */
    public static Optional<String> topicFault(String name) {
        return TOPIC.matcher(name).matches() && !name.equals(".") && !name.equals("..")
                ? Optional.empty()
                : Optional.of("is not a valid topic name: write 1 to " + LONGEST_TOPIC
                        + " of A-Z a-z 0-9 . _ -, and not . or ..");
    }

    /** Returns the fault of an event type name in the same form. */
    public static Optional<String> typeFault(String name) {
        int length = name.codePointCount(0, name.length());
        if (name.isBlank() || length > LONGEST_TYPE) {
            return Optional.of("has " + length + " characters: write 1 to " + LONGEST_TYPE);
        }
        return name.codePoints().anyMatch(c -> Character.isISOControl(c) || c == '/')
                ? Optional.of("has a slash or a control character: leave it out")
                : Optional.empty();
    }

    /** Returns the fault of a JSON Pointer (RFC 6901) to a field of the data in the same form. */
    public static Optional<String> fieldFault(String pointer) {
        return FIELD.matcher(pointer).matches()
                ? Optional.empty()
                : Optional.of("is not a field: write a JSON Pointer into data, such as /ip or /address/city");
    }

    /** Returns the name as Kafka compares it: Kafka does not distinguish {@code .} from {@code _}. */
    public static String comparable(String topic) {
        return topic.replace('.', '_');
    }
}
