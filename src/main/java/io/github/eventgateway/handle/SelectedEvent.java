package io.github.eventgateway.handle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.api.Words;
import io.github.eventgateway.event.Event;
import io.github.eventgateway.event.JsonMembers;
import io.github.eventgateway.kafka.Located;
import io.github.eventgateway.kafka.PolledRecord;
import java.util.LinkedHashMap;
import java.util.Map;

/** An event for a handler: the members of its JSON (id, type, timestamp and data) and its record. */
public final class SelectedEvent extends JsonMembers implements Located {

    private final PolledRecord record;

    private SelectedEvent(ObjectNode json, PolledRecord record) {
        super(json);
        this.record = record;
    }

    /** Returns the event in the form in which a handler gets it. */
    public static SelectedEvent of(Event event, PolledRecord record) {
        ObjectNode json = StrictJson.MAPPER.createObjectNode();
        json.put("id", event.id()).put("type", event.type());
        json.put("timestamp", event.timestamp().toString()).set("data", event.data());
        return new SelectedEvent(json, record);
    }

    /** Returns the id. A handler may get an event twice, and recognises it by the id. */
    public String id() {
        return (String) get("id");
    }

    /** Returns the name of its type. */
    public String type() {
        return (String) get("type");
    }

    /** Returns when it happened, RFC 3339. */
    public String timestamp() {
        return (String) get("timestamp");
    }

    /** Returns the data of the event. */
    public JsonMembers data() {
        return (JsonMembers) get("data");
    }

    /**
     * Returns a short form of the event: id, type, timestamp, and these fields of its data at the same level. Fields
     * that are missing or null are omitted. Any thread.
     *
     * @param fields names of fields, separated by commas
     */
    public Map<String, Object> shortened(String fields) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", id());
        members.put("type", type());
        members.put("timestamp", timestamp());
        for (String field : Words.of(fields)) {
            Object value = data().get(field);
            if (value != null) {
                members.put(field, value);
            }
        }
        return members;
    }

    /** Returns the record, for a dead letter. */
    public PolledRecord record() {
        return record;
    }

    @Override
    public String place() {
        return "event " + id() + " (" + record.place() + ")";
    }
}
