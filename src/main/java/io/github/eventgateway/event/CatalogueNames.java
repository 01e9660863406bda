package io.github.eventgateway.event;

import java.util.Optional;
import java.util.regex.Pattern;

/** The names that topics and event types can have: what Kafka takes, and what the columns of the database hold. */
public final class CatalogueNames {

    private static final int LONGEST_TYPE = 64;

    /** Kafka takes 249 characters, of which the dead-letter topic needs some for its ending. */
    private static final int LONGEST_TOPIC = 249 - Topic.DEAD_LETTERS.length();

    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1," + LONGEST_TOPIC + "}");

    private static final Pattern FIELD = Pattern.compile("(/([^~/]|~[01])+)+");

    private CatalogueNames() {}

    /** What is wrong with the name of a topic, as the end of a sentence about it; empty where nothing is. */
    public static Optional<String> wrongWithTopic(String name) {
        return TOPIC.matcher(name).matches() && !name.equals(".") && !name.equals("..")
                ? Optional.empty()
                : Optional.of("is not a valid topic name: write 1 to " + LONGEST_TOPIC
                        + " of A-Z a-z 0-9 . _ -, and not . or ..");
    }

    /** Likewise with the name of an event type. */
    public static Optional<String> wrongWithType(String name) {
        int length = name.codePointCount(0, name.length());
        if (name.isBlank() || length > LONGEST_TYPE) {
            return Optional.of("has " + length + " characters: write 1 to " + LONGEST_TYPE);
        }
        return name.codePoints().anyMatch(c -> Character.isISOControl(c) || c == '/')
                ? Optional.of("has a slash or a control character: leave it out")
                : Optional.empty();
    }

    /** Likewise with a JSON Pointer (RFC 6901) to a field of an event's data. */
    public static Optional<String> wrongWithField(String pointer) {
        return FIELD.matcher(pointer).matches()
                ? Optional.empty()
                : Optional.of("is not a field: write a JSON Pointer into data, such as /ip or /address/city");
    }

    /** What Kafka takes for the same in the names of two topics: it does not tell {@code .} from {@code _}. */
    public static String comparable(String topic) {
        return topic.replace('.', '_');
    }
}
