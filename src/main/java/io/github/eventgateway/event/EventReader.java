package io.github.eventgateway.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.event.Violations.Place;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Iterator;
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
    public static final String IDEMPOTENCY_KEY = "Idempotency-Key";

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
     * Reads an event in the form of {@code POST /api/events}. A missing id becomes a UUIDv7, a missing timestamp
     * becomes now.
     */
    public Event read(byte[] body) {
        return read(body, null, PublishPermission.ALL);
    }

    /**
     * Reads an event as {@link #read(byte[])} does.
     *
     * @param idempotencyKey the header {@value #IDEMPOTENCY_KEY}, or null: the id of an event without one
     * @param permission the types that the caller may publish
     * @throws GatewayException with {@code INVALID_PARAMETER} if the key is not a valid id, and with
     *     {@code TYPE_NOT_ALLOWED}
     */
    public Event read(byte[] body, String idempotencyKey, PublishPermission permission) {
        String id = EventIds.ofHeader(idempotencyKey);
        JsonNode node = StrictJson.parse(body);
        Violations violations = Violations.forEvent();
        if (id != null && node instanceof ObjectNode event) {
            JsonNode own = event.get("id");
            if (own == null) {
                event.put("id", id);
            } else if (own.isTextual() && !own.textValue().equals(id)) {
                violations.add("/id", "differs from the header " + IDEMPOTENCY_KEY);
            }
        }
        return event(node, Source.all(body), Arrival.ofRequest(Instant.now(), permission), violations);
    }

    /**
     * Reads only the data of an event, whose type is in the path.
     *
     * @param callerAddress the value for fields with {@code "x-fill": "caller-address"} in the schema
     * @param idempotencyKey the header {@value #IDEMPOTENCY_KEY}, or null: the id of the event
     * @param permission the types that the caller may publish
     * @throws GatewayException with {@code INVALID_PARAMETER} if the key is not a valid id, and with
     *     {@code TYPE_NOT_ALLOWED}
     */
    public Event readData(
            String type, byte[] body, String callerAddress, String idempotencyKey, PublishPermission permission) {
        EventType known = catalogue.type(type);
        permission.require(type, "type");
        String id = EventIds.ofHeader(idempotencyKey);
        if (!(StrictJson.parse(body) instanceof ObjectNode data)) {
            throw invalid("", "must be a JSON object with the data of the event");
        }
        Violations violations = Violations.forEvent();
        if (data.has("id") && !known.declares("id")) {
            violations.add(
                    "/data/id",
                    "is not a field of this type; send the id of the event in the header " + IDEMPOTENCY_KEY);
        }
        EventText.check(data, Place.DATA, violations);
        known.fill(data, callerAddress);
        complete(known, data, false, violations);
        return event(id == null ? UuidV7.next() : id, known, new Time(Instant.now(), false), data, null);
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
                StrictJson.parse(value), Source.all(value), Arrival.ofRecord(recordTime, ownId), Violations.forEvent());
    }

    /**
     * Reads the elements of a JSON array one after the other, with only one in memory.
     *
     * @param permission the types that the caller may publish; an element of another type fails
     * @param each receives the result of each element with its index
     * @throws GatewayException with {@code MALFORMED_JSON} if the array itself is broken
     */
    public void readArray(byte[] body, PublishPermission permission, ObjIntConsumer<Outcome> each) {
        new EventBatchReader(this, longestElement, body, permission, each).readArray();
    }

    /**
     * Reads newline-delimited JSON as {@link #readArray} reads an array. Invalid JSON in a line is a failure of only
     * this line.
     */
    public void readLines(byte[] body, PublishPermission permission, ObjIntConsumer<Outcome> each) {
        new EventBatchReader(this, longestElement, body, permission, each).readLines();
    }

    /** The position of the JSON of an event. */
    record Source(byte[] bytes, int start, int end) {

        static Source all(byte[] bytes) {
            return new Source(bytes, 0, bytes.length);
        }
    }

    /**
     * The request or the record with an event.
     *
     * @param at the timestamp for an event without one
     * @param ownId supplies the id for a record without one; null for a request
     * @param permission the types that the event may have
     */
    record Arrival(Instant at, Supplier<String> ownId, PublishPermission permission) {

        static Arrival ofRequest(Instant at, PublishPermission permission) {
            return new Arrival(at, null, permission);
        }

        static Arrival ofRecord(Instant at, Supplier<String> ownId) {
            return new Arrival(at, ownId, PublishPermission.ALL);
        }

        private boolean isRecord() {
            return ownId != null;
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

    /** Converts JSON to an event. The source is its text. */
    Event event(JsonNode node, Source source, Arrival arrival, Violations violations) {
        if (!(node instanceof ObjectNode object)) {
            throw invalid("", "must be a JSON object");
        }
        EventType type = type(object.get("type"));
        arrival.permission().require(type.name(), "/type");
        String id = EventIds.read(object.get("id"), arrival.ownId(), violations);
        Time time = Time.of(timestamp(object.get("timestamp"), arrival.at(), violations), arrival.at());
        checkFields(object, violations);
        if (!(object.get("data") instanceof ObjectNode data)) {
            violations.add("/data", "must be a JSON object");
            throw new GatewayException(Reason.EVENT_INVALID, violations.list());
        }
        EventText.check(data, Place.DATA, violations);
        boolean isUnchanged = complete(type, data, arrival.isRecord(), violations);
        byte[] written = isUnchanged ? CompactData.of(source.bytes(), source.start(), source.end()) : null;
        return event(id, type, time, data, written);
    }

    private static void checkFields(ObjectNode event, Violations violations) {
        Iterator<String> names = event.fieldNames();
        while (names.hasNext() && !violations.isFull()) {
            String name = names.next();
            if (!FIELDS.contains(name)) {
                violations.add("/" + StrictJson.escaped(name), "is not a field of an event");
            }
        }
    }

    /**
     * Adds defaults to the data, validates and redacts it. Returns whether it is still the data that arrived.
     *
     * @throws GatewayException with all violations, if there are any
     */
    private static boolean complete(EventType type, ObjectNode data, boolean isRecord, Violations violations) {
        int fields = data.size();
        type.applyDefaults(data);
        boolean isUnchanged = data.size() == fields && type.keepsText();
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
        return isUnchanged;
    }

    private static Event event(String id, EventType type, Time time, ObjectNode data, byte[] written) {
        String key = Scalars.text(data.at(type.topic().key()));
        return new Event(id, type.name(), time.at(), time.isGiven(), key, data, written);
    }

    private EventType type(JsonNode node) {
        if (node == null || !node.isTextual()) {
            throw invalid("/type", "must be a string with the event type");
        }
        return catalogue.type(node.textValue());
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

    private static GatewayException invalid(String path, String message) {
        return new GatewayException(Reason.EVENT_INVALID, path, message);
    }
}
