package io.github.eventgateway.handle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.event.Event;
import io.github.eventgateway.event.JsonMembers;
import io.github.eventgateway.kafka.Located;
import io.github.eventgateway.kafka.PolledRecord;
import java.util.LinkedHashMap;
import java.util.Map;

/** An event on its way to a handler: the members of its JSON, which are id, type, timestamp and data, and its record. */
public final class SelectedEvent extends JsonMembers implements Located {

    private final PolledRecord record;

    private SelectedEvent(ObjectNode json, PolledRecord record) {
        super(json);
        this.record = record;
    }

    public static SelectedEvent of(Event event, PolledRecord record) {
        ObjectNode json = StrictJson.MAPPER.createObjectNode();
        json.put("id", event.id()).put("type", event.type());
        json.put("timestamp", event.timestamp().toString()).set("data", event.data());
        return new SelectedEvent(json, record);
    }

    /** A handler may see an event twice, and tells it by this. */
    public String id() {
        return (String) get("id");
    }

    public String type() {
        return (String) get("type");
    }

    /** When it happened, RFC 3339. */
    public String timestamp() {
        return (String) get("timestamp");
    }

    /** What happened. */
    public JsonMembers data() {
        return (JsonMembers) get("data");
    }

    /**
     * The event in short form: id, type and timestamp, and these fields of its data beside them, without those that are not
     * there or null. Any thread.
     *
     * @param fields names of fields, separated by commas
     */
    public Map<String, Object> shortened(String fields) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", id());
        members.put("type", type());
        members.put("timestamp", timestamp());
        for (String field : fields.strip().split("[,\\s]+")) {
            Object value = data().get(field);
            if (value != null) {
                members.put(field, value);
            }
        }
        return members;
    }

    /** The record, for a dead letter. */
    public PolledRecord record() {
        return record;
    }

    @Override
    public String place() {
        return "event " + id() + " (" + record.place() + ")";
    }
}
