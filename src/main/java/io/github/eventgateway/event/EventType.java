package io.github.eventgateway.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.ValidationMessage;
import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.api.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One event type: its topic, the schema of its data, and the values for missing fields. A {@code default} (JSON Schema
 * 2020-12, validation, 9.2) always applies. {@code x-fill} applies only if the caller sends the data alone and names
 * the type in the path.
 */
final class EventType {

    private static final String CALLER_ADDRESS = "caller-address";

    private final String name;
    private final Topic topic;
    private final JsonNode document;
    private final JsonSchema schema;
    private final Redaction redaction;
    private final Predicate<JsonNode> quickCheck;
    private final boolean hasPlainName;
    private final Map<String, JsonNode> defaults = new HashMap<>();
    private final Map<String, String> fills = new HashMap<>();
    private final Set<String> filledWithTheAddress;

    private EventType(String name, Topic topic, JsonNode schema, Redaction redaction) {
        this.name = name;
        this.topic = topic;
        this.redaction = redaction;
        this.document = schema;
        this.schema = SchemaDialect.compile(schema);
        this.quickCheck = QuickCheck.of(schema);
        this.hasPlainName = EventIds.isId(name);
        schema.path("properties").properties().forEach(property -> {
            JsonNode value = property.getValue();
            if (value.has("default")) {
                defaults.put(property.getKey(), value.get("default"));
            }
            if (value.has(SchemaDialect.FILL)) {
                fills.put(property.getKey(), value.get(SchemaDialect.FILL).asText());
            }
        });
        filledWithTheAddress = fills.entrySet().stream()
                .filter(fill -> fill.getValue().equals(CALLER_ADDRESS))
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    static EventType load(String name, Topic topic, Path file, Redaction redaction) {
        try {
            JsonNode schema = StrictJson.MAPPER.readTree(Files.readAllBytes(file));
            if (schema == null || !schema.isObject()) {
                throw new InvalidCatalogueException(file + " is not a JSON Schema: it must be a JSON object");
            }
            if (schema.has("$schema")) {
                SchemaDialect.dialectFault(schema.get("$schema").asText()).ifPresent(wrong -> {
                    throw new InvalidCatalogueException(file + ": " + wrong);
                });
            }
            return new EventType(name, topic, schema, redaction);
        } catch (IOException e) {
            throw new InvalidCatalogueException(file + " cannot be read as a JSON Schema: " + StrictJson.problem(e));
        }
    }

    String name() {
        return name;
    }

    Topic topic() {
        return topic;
    }

    /**
     * Returns whether the data can be written unchanged: no field is withheld, and the name needs no escapes in JSON.
     */
    boolean keepsText() {
        return hasPlainName && redaction.isNone();
    }

    Redaction redaction() {
        return redaction;
    }

    /** Returns the JSON Schema of the data, as in the file. */
    JsonNode schema() {
        return document;
    }

    /** Returns whether the schema defines this field of the data. */
    boolean declares(String field) {
        return document.path("properties").has(field);
    }

    /** Returns the verb of the type, the last part of its name: {@code login} for {@code user_login}. */
    String verb() {
        return SchemaDialect.verb(name);
    }

    /** Returns the fields that get the address of the caller if they are missing and the type is in the path. */
    Set<String> filledWithTheAddress() {
        return filledWithTheAddress;
    }

    void applyDefaults(ObjectNode data) {
        defaults.forEach((field, value) -> {
            if (!data.has(field)) {
                data.set(field, value.deepCopy());
            }
        });
    }

    void fill(ObjectNode data, String callerAddress) {
        fills.forEach((field, source) -> {
            if (!data.has(field)) {
                switch (source) {
                    case "verb" -> data.put(field, verb());
                    case CALLER_ADDRESS -> data.put(field, callerAddress);
                    default -> throw new IllegalStateException("Unknown x-fill '" + source + "' in schema of " + name);
                }
            }
        });
    }

    /** Returns true if a quick check finds the data valid. False means that the quick check cannot decide. */
    boolean isSurelyValid(ObjectNode data) {
        return quickCheck.test(data);
    }

    /** Returns every violation of the schema, with JSON Pointers from the root of the event. */
    Stream<Violation> violations(ObjectNode data) {
        try {
            return BoundedPattern.bound(() -> schema.validate(data)).stream().map(EventType::violation);
        } catch (BoundedPattern.TooManySteps e) {
            return Stream.of(new Violation("/data", e.getMessage()));
        } catch (StackOverflowError e) {
            // Java's regular expressions recurse for each repetition of a group.
            return Stream.of(new Violation("/data", "has a text that is too long for its pattern or format"));
        }
    }

    private static Violation violation(ValidationMessage message) {
        String at = "/data" + message.getInstanceLocation();
        String property = message.getProperty();
        if (property != null) {
            at = at + "/" + StrictJson.escaped(property);
        }
        String text = message.getMessage();
        int colon = text.indexOf(": ");
        return new Violation(at, colon < 0 ? text : text.substring(colon + 2));
    }
}
