package io.github.eventgateway.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.StrictJson;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Distinguishes a repeat from a different event with the same id. Two events are equal if type, timestamp and data are
 * equal. Data is compared as JSON values: the order of names and the form of numbers (1 or 1.0) do not matter. The
 * topic is not compared, because it depends on the type. Any thread.
 */
@Component
public class EventComparison {

    private final EventCatalogue catalogue;

    EventComparison(EventCatalogue catalogue) {
        this.catalogue = catalogue;
    }

    /**
     * Returns whether two events may come from the same publisher.
     *
     * @param one the subject of a token; null if no gateway proves it
     * @param other likewise
     */
    public static boolean isOfOnePublisher(String one, String other) {
        return one == null || other == null || one.equals(other);
    }

    /**
     * Returns whether the event equals the stored one.
     *
     * @param event the event that arrived again. If its sender gave no timestamp, the timestamp differs for each
     *     attempt and is not compared. The same is true for the address of the caller if the gateway may have set it.
     * @param stored the stored event as JSON
     * @param isSameRecord whether both events come from the same record. Then the comparison ignores a redacted value,
     *     because the redaction settings may have changed.
     */
    public boolean isSame(Event event, String stored, boolean isSameRecord) {
        try {
            JsonNode other = StrictJson.parse(stored.getBytes(StandardCharsets.UTF_8));
            return event.type().equals(other.path("type").textValue())
                    && (!event.isDated() || isSameTime(event.timestamp(), other.path("timestamp")))
                    && other.path("data") instanceof ObjectNode data
                    && isSame(
                            comparable(event, event.data()),
                            comparable(event, complete(event.type(), data)),
                            isSameRecord);
        } catch (GatewayException e) {
            return false;
        }
    }

    /** The schema may define a default since the event was stored. */
    private ObjectNode complete(String type, ObjectNode data) {
        catalogue.type(type).applyDefaults(data);
        return data;
    }

    /** A caller can retry from another address. */
    private ObjectNode comparable(Event event, ObjectNode data) {
        Set<String> ofTheAttempt = catalogue.type(event.type()).filledWithTheAddress();
        return event.isDated() || ofTheAttempt.isEmpty()
                ? data
                : data.deepCopy().without(ofTheAttempt);
    }

    /** Databases store microseconds. */
    private static boolean isSameTime(Instant time, JsonNode stored) {
        try {
            return stored.isTextual()
                    && Timestamps.parse(stored.textValue())
                            .truncatedTo(ChronoUnit.MICROS)
                            .equals(time.truncatedTo(ChronoUnit.MICROS));
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isSame(JsonNode one, JsonNode other, boolean ignoresWithheld) {
        if (other == null) {
            return false;
        }
        if (ignoresWithheld && (Redaction.isReplaced(one) || Redaction.isReplaced(other))) {
            return true;
        }
        if (one.isNumber() && other.isNumber()) {
            return one.decimalValue().compareTo(other.decimalValue()) == 0;
        }
        if (!one.isContainerNode() || one.getNodeType() != other.getNodeType() || one.size() != other.size()) {
            return one.equals(other);
        }
        if (one.isArray()) {
            for (int i = 0; i < one.size(); i++) {
                if (!isSame(one.get(i), other.get(i), ignoresWithheld)) {
                    return false;
                }
            }
            return true;
        }
        for (Map.Entry<String, JsonNode> member : one.properties()) {
            if (!isSame(member.getValue(), other.get(member.getKey()), ignoresWithheld)) {
                return false;
            }
        }
        return true;
    }
}
