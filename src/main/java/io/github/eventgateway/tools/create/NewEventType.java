package io.github.eventgateway.tools.create;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.event.SchemaDialect;
import java.io.IOException;
import java.util.Map;

/** Creates an event type: its schema, its line in application.yaml, and a test. */
final class NewEventType {

    private final ProjectFiles files;
    private final ProjectTopics topics;

    NewEventType(ProjectFiles files) {
        this.files = files;
        this.topics = new ProjectTopics(files);
    }

    /**
     * Adds the files of an event type.
     *
     * @param id its topic
     * @throws RefusedEdit if a name is wrong or exists
     */
    void add(String type, String id) throws IOException {
        NameForm.require(
                type,
                "[a-z][a-z0-9]*(_[a-z0-9]+)*",
                "an event type",
                "lower-case words with underscores, such as order_paid");
        if (id != null && !topics.all().containsKey(id)) {
            topics.requireFar(id);
            new NewTopic(files).add(id, null);
        }
        JsonNode topic = topics.settings(id);
        Map<String, String> topicsByType = topics.byType();
        if (topicsByType.containsKey(type)) {
            throw new RefusedEdit("The event type " + type + " exists already in the topic " + topicsByType.get(type));
        }
        JsonNode schema = schema(type, topic.path("key").asText());
        files.add(ProjectFiles.SCHEMAS.resolve(type + ".schema.json"), pretty(schema) + "\n");
        SettingsText settings = files.settings();
        settings.addItem(type, "types", "gateway", "events", "topics", id);
        files.replace(settings);
        files.addTest(
                NameForm.ofClass(type) + "Test",
                "EventTypeTest.java.txt",
                Map.of(
                        "type",
                        type,
                        "Class",
                        NameForm.ofClass(type),
                        "topicName",
                        ProjectTopics.name(topic),
                        "storeRoute",
                        topics.storeRoute(id),
                        "event",
                        SampleData.event(type, schema)));
    }

    private static ObjectNode schema(String type, String key) {
        ObjectNode schema = StrictJson.MAPPER.createObjectNode();
        schema.put("$schema", SchemaDialect.DIALECT).put("title", type);
        ObjectNode at = schema;
        String[] fields = key.replaceFirst("^/", "").split("/");
        for (int i = 0; i < fields.length; i++) {
            at.put("type", "object").putArray("required").add(fields[i]);
            at = at.putObject("properties").putObject(fields[i]);
        }
        at.put("description", "The Kafka key: events with the same key keep their order");
        at.put("type", "string").put("minLength", 1).put("maxLength", 64);
        return schema;
    }

    private static String pretty(JsonNode json) throws IOException {
        return StrictJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json);
    }
}
