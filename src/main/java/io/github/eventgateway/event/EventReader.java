package io.github.eventgateway.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.event.Violations.Place;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * Converts bytes from outside to events, or reports every problem in them. It throws {@link GatewayException} with
 * {@code MALFORMED_JSON}, {@code UNKNOWN_EVENT_TYPE} or {@code EVENT_INVALID}. Immutable; any thread.
 */
@Component
public class EventReader {

    /** The header with the id of the event. */
    public static final String KEY_HEADER = "Idempotency-Key";

    private static final int LONGEST_ID = 64;
    private static final String OWN_IDS_RULE =
            "must not begin with " + EventIds.DERIVED + ", the prefix of ids that the gateway makes";
    private static final String ID_RULE = "must be a string of 1 to 64 of A-Z a-z 0-9 . _ : -";
    private static final Set<String> FIELDS = Set.of("id", "type", "timestamp", "data");

    private final EventCatalogue catalogue;
    private final int longestElement;

    EventReader(EventCatalogue catalogue, EventSettings settings) {
        this.catalogue = catalogue;
        // Indentation and escapes make the received JSON longer than the event.
        this.longestElement = 2 * settings.maxEventBytes();
    }

    /**
     * Returns a reader with these settings, for a command that runs without the gateway.
     *
     * @throws InvalidCatalogueException if a schema file is missing or invalid
     */
    public static EventReader of(EventSettings settings) {
        return new EventReader(new EventCatalogue(settings), settings);
    }

    /**
     * The result for one element of a batch.
     *
     * @param event the event; null if the element is invalid
     * @param id the id of an invalid element, if it has one
     * @param failure the problem; null for a valid event
     */
    public record Outcome(Event event, String id, GatewayException failure) {}

    /**
     * Returns whether the text is a valid id of an event: 1 to 64 of {@code A-Z a-z 0-9 . _ : -}. A regular expression
     * would need 0.46 µs more (0.44–0.47, 11 turns), which is 8 % of an event in a batch.
     */
    public static boolean isId(String id) {
        if (id.isEmpty() || id.length() > LONGEST_ID) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '-' && c <= ':' && c != '/' || c == '_')) {
                return false;
            }
        }
        return true;
    }

    /**
     * Reads an event in the form of {@code POST /api/events}. A missing id becomes a UUIDv7, a missing timestamp
     * becomes now.
     */
    public Event read(byte[] body) {
        return read(body, null, PublishPermission.ALL);
    }

    /**
     * Reads an event as {@link #read(byte[])} does.
     *
     * @param key the header {@value #KEY_HEADER}, or null: the id of an event without one
     * @param permission the types that the caller may publish
     * @throws GatewayException with {@code INVALID_PARAMETER} if the key is not a valid id, and with
     *     {@code TYPE_NOT_ALLOWED}
     */
    public Event read(byte[] body, String key, PublishPermission permission) {
        String id = id(key);
        JsonNode node = StrictJson.parse(body);
        Violations violations = Violations.forEvent();
        if (id != null && node instanceof ObjectNode event) {
            JsonNode own = event.get("id");
            if (own == null) {
                event.put("id", id);
            } else if (own.isTextual() && !own.textValue().equals(id)) {
                violations.add("/id", "differs from the header " + KEY_HEADER);
            }
        }
        return event(node, Source.all(body), null, Instant.now(), permission, violations);
    }

    /**
     * Reads only the data of an event, whose type is in the path.
     *
     * @param callerAddress the value for fields with {@code "x-fill": "caller-address"} in the schema
     * @param key the header {@value #KEY_HEADER}, or null: the id of the event
     * @param permission the types that the caller may publish
     * @throws GatewayException with {@code INVALID_PARAMETER} if the key is not a valid id, and with
     *     {@code TYPE_NOT_ALLOWED}
     */
    public Event readData(String type, byte[] body, String callerAddress, String key, PublishPermission permission) {
        EventType known = catalogue.type(type);
        permission.require(type, "type");
        String id = id(key);
        if (!(StrictJson.parse(body) instanceof ObjectNode data)) {
            throw invalid("", "must be a JSON object with the data of the event");
        }
        Violations violations = Violations.forEvent();
        if (data.has("id") && !known.declares("id")) {
            violations.add(
                    "/data/id",
                    "is not a field of this type; send the id of the event in the " + "header " + KEY_HEADER);
        }
        checkText(data, Place.DATA, violations);
        known.fill(data, callerAddress);
        return complete(
                id == null ? UuidV7.next() : id, known, new Time(Instant.now(), false), data, null, violations, false);
    }

    /** The header may have quotes around the id, as structured fields have around text (RFC 9651, section 3.3.3). */
    private static String id(String key) {
        if (key == null) {
            return null;
        }
        boolean quoted = key.length() > 1 && key.startsWith("\"") && key.endsWith("\"");
        String id = quoted ? key.substring(1, key.length() - 1) : key;
        if (!isId(id)) {
            throw new GatewayException(Reason.INVALID_PARAMETER, KEY_HEADER, ID_RULE);
        }
        if (EventIds.isDerived(id)) {
            throw new GatewayException(Reason.INVALID_PARAMETER, KEY_HEADER, OWN_IDS_RULE);
        }
        return id;
    }

    /**
     * Reads the value of a record from any producer.
     *
     * @param ownId supplies the id for an event without one. It is the same each time this record is read. No other id
     *     may have its form. It is called only if needed.
     * @param recordTime the timestamp for an event without one
     */
    public Event readRecord(byte[] value, Supplier<String> ownId, Instant recordTime) {
        if (value == null) {
            throw new GatewayException(Reason.MALFORMED_JSON, "", "the record has no value");
        }
        return event(
                StrictJson.parse(value),
                Source.all(value),
                ownId,
                recordTime,
                PublishPermission.ALL,
                Violations.forEvent());
    }

    /**
     * Reads the elements of a JSON array one after the other, with only one in memory.
     *
     * @param permission the types that the caller may publish; an element of another type fails
     * @param each receives the result of each element with its index
     * @throws GatewayException with {@code MALFORMED_JSON} if the array itself is broken
     */
    public void readArray(byte[] body, PublishPermission permission, ObjIntConsumer<Outcome> each) {
        try (JsonParser parser = StrictJson.parser(body)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new GatewayException(Reason.MALFORMED_JSON, "", "must be a JSON array of events");
            }
            Instant now = Instant.now();
            Violations.BatchViolations found = new Violations.BatchViolations();
            for (int index = 0; parser.nextToken() != JsonToken.END_ARRAY; index++) {
                long start = parser.currentTokenLocation().getByteOffset();
                JsonNode element = StrictJson.element(parser, longestElement);
                long end = parser.currentLocation().getByteOffset();
                Source source = new Source(body, (int) start, (int) end);
                each.accept(element == null ? tooLarge() : outcome(element, source, now, permission, found), index);
            }
            if (parser.nextToken() != null) {
                throw new GatewayException(Reason.MALFORMED_JSON, "", "content after the array's end");
            }
        } catch (IOException e) {
            throw StrictJson.malformed(e);
        } catch (NumberFormatException e) {
            throw StrictJson.unreadableNumber();
        }
    }

    /**
     * Reads newline-delimited JSON as {@link #readArray} reads an array. Invalid JSON in a line is a failure of only
     * this line.
     */
    public void readLines(byte[] body, PublishPermission permission, ObjIntConsumer<Outcome> each) {
        Instant now = Instant.now();
        Violations.BatchViolations found = new Violations.BatchViolations();
        int index = 0;
        int start = 0;
        for (int at = 0; at <= body.length; at++) {
            if (at == body.length || body[at] == '\n') {
                int end = at > start && body[at - 1] == '\r' ? at - 1 : at;
                if (end > start) {
                    each.accept(line(body, start, end, now, permission, found), index++);
                }
                start = at + 1;
            }
        }
    }

    private Outcome line(
            byte[] body,
            int start,
            int end,
            Instant now,
            PublishPermission permission,
            Violations.BatchViolations found) {
        if (end - start > longestElement) {
            return tooLarge();
        }
        try {
            return outcome(
                    StrictJson.parse(body, start, end - start), new Source(body, start, end), now, permission, found);
        } catch (GatewayException e) {
            return new Outcome(null, null, e);
        }
    }

    private Outcome tooLarge() {
        return new Outcome(
                null,
                null,
                new GatewayException(
                        Reason.TOO_LARGE,
                        "",
                        "must not be longer than " + longestElement + " bytes, nor have more than "
                                + StrictJson.MAX_TOKENS + " tokens"));
    }

    private Outcome outcome(
            JsonNode node, Source source, Instant now, PublishPermission permission, Violations.BatchViolations found) {
        try {
            StrictJson.checkNumbers(node);
            return new Outcome(event(node, source, null, now, permission, found.nextEvent()), null, null);
        } catch (GatewayException e) {
            found.count(e.details().size());
            JsonNode id = node.path("id");
            return new Outcome(null, id.isTextual() && isId(id.textValue()) ? id.textValue() : null, e);
        }
    }

    /** The position of the JSON of an event. */
    private record Source(byte[] bytes, int start, int end) {

        static Source all(byte[] bytes) {
            return new Source(bytes, 0, bytes.length);
        }
    }

    /** The time of an event, and whether its sender gave it. */
    private record Time(Instant at, boolean isGiven) {

        /**
         * If the gateway published an event without a timestamp, the record has the same timestamp, to the millisecond.
         */
        static Time of(Instant at, Instant receivedAt) {
            return new Time(at, at != null && at.toEpochMilli() != receivedAt.toEpochMilli());
        }
    }

    private Event event(
            JsonNode node,
            Source source,
            Supplier<String> ownId,
            Instant fallbackTime,
            PublishPermission permission,
            Violations violations) {
        if (!(node instanceof ObjectNode object)) {
            throw invalid("", "must be a JSON object");
        }
        EventType type = type(object.get("type"));
        permission.require(type.name(), "/type");
        String id = id(object.get("id"), ownId, violations);
        Time time = Time.of(timestamp(object.get("timestamp"), fallbackTime, violations), fallbackTime);
        Iterator<String> names = object.fieldNames();
        while (names.hasNext() && !violations.isFull()) {
            String name = names.next();
            if (!FIELDS.contains(name)) {
                violations.add("/" + StrictJson.escaped(name), "is not a field of an event");
            }
        }
        if (!(object.get("data") instanceof ObjectNode data)) {
            violations.add("/data", "must be a JSON object");
            throw new GatewayException(Reason.EVENT_INVALID, violations.list());
        }
        checkText(data, Place.DATA, violations);
        return complete(id, type, time, data, source, violations, ownId != null);
    }

    private static Event complete(
            String id,
            EventType type,
            Time time,
            ObjectNode data,
            Source source,
            Violations violations,
            boolean isRecord) {
        int fields = data.size();
        type.applyDefaults(data);
        boolean isUnchanged = source != null && data.size() == fields && type.keepsText();
        if (!type.isSurelyValid(data)) {
            type.violations(data)
                    .filter(violation -> !isRecord || !type.redaction().excuses(violation, data))
                    .limit(violations.left())
                    .forEach(violation -> violations.add(violation.path(), violation.message()));
        }
        if (!violations.isEmpty()) {
            throw new GatewayException(Reason.EVENT_INVALID, violations.list());
        }
        type.redaction().apply(data, isRecord);
        String key = Scalars.text(data.at(type.topic().key()));
        byte[] written = isUnchanged ? CompactData.of(source.bytes(), source.start(), source.end()) : null;
        return new Event(id, type.name(), time.at(), time.isGiven(), key, data, written);
    }

    private EventType type(JsonNode node) {
        if (node == null || !node.isTextual()) {
            throw invalid("/type", "must be a string with the event type");
        }
        return catalogue.type(node.textValue());
    }

    private static String id(JsonNode node, Supplier<String> own, Violations violations) {
        if (node == null) {
            return own == null ? UuidV7.next() : own.get();
        }
        if (!node.isTextual() || !isId(node.textValue())) {
            violations.add("/id", ID_RULE);
            return null;
        }
        String id = node.textValue();
        // A repaired event has the id that the gateway made for the original.
        if (EventIds.isDerived(id) && (own == null || !id.equals(own.get()))) {
            violations.add("/id", OWN_IDS_RULE);
            return null;
        }
        return id;
    }

    private static Instant timestamp(JsonNode node, Instant fallback, Violations violations) {
        if (node == null) {
            return fallback;
        }
        try {
            if (node.isTextual() && node.textValue().length() <= 40) {
                return Timestamps.parse(node.textValue());
            }
        } catch (DateTimeException e) {
            // This is reported below, together with every other invalid timestamp.
        }
        violations.add("/timestamp", Timestamps.RULE);
        return null;
    }

    /** Databases cannot store U+0000 in text, and UTF-8 cannot encode half of a surrogate pair. */
    private static void checkText(JsonNode node, Place place, Violations violations) {
        if (violations.isFull()) {
            return;
        }
        if (node.isTextual()) {
            checkString(node.textValue(), place, violations);
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                JsonNode value = node.get(i);
                if (value.isTextual() || value.isContainerNode()) {
                    checkText(value, place.element(i), violations);
                }
            }
        } else if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                checkString(field.getKey(), place, violations);
                JsonNode value = field.getValue();
                if (value.isTextual() || value.isContainerNode()) {
                    checkText(value, place.member(field.getKey()), violations);
                }
            }
        }
    }

    private static void checkString(String text, Place place, Violations violations) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                violations.add(place.toString(), "must not contain the character U+0000");
                return;
            }
            if (Character.isSurrogate(c)) {
                if (Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    i++;
                } else {
                    violations.add(place.toString(), "must not contain half a surrogate pair");
                    return;
                }
            }
        }
    }

    private static GatewayException invalid(String path, String message) {
        return new GatewayException(Reason.EVENT_INVALID, path, message);
    }
}
