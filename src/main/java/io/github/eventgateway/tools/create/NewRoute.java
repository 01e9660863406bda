package io.github.eventgateway.tools.create;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.api.StrictJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Creates a handler that posts events to a webhook: its route, its settings, and tests. */
final class NewRoute {

    private final ProjectFiles files;
    private final ProjectTopics topics;

    NewRoute(ProjectFiles files) {
        this.files = files;
        this.topics = new ProjectTopics(files);
    }

    /**
     * Adds the files of a route.
     *
     * @param id the topic that it reads
     * @param wanted the types that it posts; null for the types whose verb is in its name
     * @throws RefusedEdit if a name is wrong, exists, or is unknown
     */
    void add(String name, String id, List<String> wanted) throws IOException {
        NameForm.require(
                name,
                "[a-z][a-z0-9]*(-[a-z0-9]+)+",
                "a route",
                "a verb and a noun with dashes, such as notify-on-delete");
        JsonNode topic = topics.settings(id);
        List<String> types = types(name, topic, id, wanted);
        SettingsText settings = files.settings();
        if (settings.has("gateway", name)) {
            throw new RefusedEdit("The settings gateway." + name + " exist already in application.yaml");
        }
        Map<String, String> values = new HashMap<>(Map.of(
                "name",
                name,
                "topic",
                id,
                "topicName",
                ProjectTopics.name(topic),
                "types",
                String.join(",", types),
                "type",
                types.get(0),
                "Class",
                NameForm.ofClass(name),
                "VARIABLE",
                name.toUpperCase(Locale.ROOT).replace('-', '_')));
        Path schema = ProjectFiles.SCHEMAS.resolve(types.get(0) + ".schema.json");
        values.put("event", SampleData.event(types.get(0), StrictJson.MAPPER.readTree(files.read(schema))));
        files.add(ProjectFiles.ROUTES.resolve(name + ".camel.yaml"), Template.fill("route.camel.yaml", values));
        settings.appendAfter("alert", Template.fill("settings.yaml", values), "gateway");
        files.replace(settings);
        files.addTest(NameForm.ofClass(name) + "Test", "RouteTest.java.txt", values);
        files.addTest(NameForm.ofClass(name) + "WithoutWebhookTest", "RouteWithoutWebhookTest.java.txt", values);
    }

    /** Returns the requested types, or those whose verb is in the name, or all of the topic. */
    private static List<String> types(String name, JsonNode topic, String id, List<String> asked) {
        List<String> all = new ArrayList<>();
        topic.path("types").forEach(type -> all.add(type.asText()));
        if (all.isEmpty()) {
            throw new RefusedEdit("The topic " + id + " has no event type yet: create one first, with new "
                    + "event-type <type> --topic " + id);
        }
        if (asked != null) {
            asked.stream().filter(type -> !all.contains(type)).findFirst().ifPresent(type -> {
                throw new RefusedEdit(
                        "The topic " + id + " has no event type " + type + "; it has " + String.join(", ", all));
            });
            return asked;
        }
        List<String> words = List.of(name.split("-"));
        List<String> named = all.stream()
                .filter(type -> words.contains(type.substring(type.lastIndexOf('_') + 1)))
                .toList();
        return named.isEmpty() ? all : named;
    }
}
