package io.github.eventgateway.tools.create;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.tools.check.Nearest;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The topics of a project, by their ids in application.yaml. One thread. */
final class ProjectTopics {

    private static final Pattern STORE_ROUTE = Pattern.compile(
            "routeId: (\\S+)\\s+routeTemplateRef: store-events\\b(?:(?!templatedRoute)[\\s\\S])*?topics\\.([\\w-]+)\\.name");

    private final ProjectFiles files;

    ProjectTopics(ProjectFiles files) {
        this.files = files;
    }

    /** Returns the settings of all topics. */
    Map<String, JsonNode> all() throws IOException {
        Object settings = new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(files.settings().text());
        Map<String, JsonNode> topics = new LinkedHashMap<>();
        StrictJson.MAPPER
                .<JsonNode>valueToTree(settings)
                .at("/gateway/events/topics")
                .properties()
                .forEach(topic -> topics.put(topic.getKey(), topic.getValue()));
        return topics;
    }

    /**
     * Returns the settings of a topic.
     *
     * @throws RefusedEdit if it is null or does not exist
     */
    JsonNode settings(String topic) throws IOException {
        if (topic == null) {
            throw new RefusedEdit(
                    "Give the topic with --topic <topic>; the topics are " + String.join(", ", all().keySet()));
        }
        JsonNode found = all().get(topic);
        if (found == null) {
            throw new RefusedEdit("There is no topic " + topic + " in application.yaml, but "
                    + String.join(", ", all().keySet()) + ": create it first, with new topic " + topic);
        }
        return found;
    }

    /** Rejects a misspelt topic. */
    void requireFar(String topic) throws IOException {
        String near = Nearest.to(topic, all().keySet());
        if (!near.isEmpty()) {
            throw new RefusedEdit("There is no topic " + topic + " in application.yaml; did you mean " + near
                    + "? If not, create it first, with new topic " + topic);
        }
    }

    /** Returns the topics of all types. */
    Map<String, String> byType() throws IOException {
        Map<String, String> byType = new HashMap<>();
        all().forEach((id, topic) -> topic.path("types").forEach(type -> byType.put(type.asText(), id)));
        return byType;
    }

    /** Returns the name in Kafka without an environment variable. */
    static String name(JsonNode topic) {
        return topic.path("name").asText().replaceAll("\\$\\{[^:}]*:([^}]*)}", "$1");
    }

    /** Returns the id of the route that stores a topic. */
    String storeRoute(String topic) throws IOException {
        Matcher route = STORE_ROUTE.matcher(files.read(ProjectFiles.ROUTES.resolve("store-events.camel.yaml")));
        while (route.find()) {
            if (route.group(2).equals(topic)) {
                return route.group(1);
            }
        }
        throw new RefusedEdit("No route of routes/store-events.camel.yaml stores the topic " + topic);
    }
}
