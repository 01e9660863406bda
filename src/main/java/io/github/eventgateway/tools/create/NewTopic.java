package io.github.eventgateway.tools.create;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Creates a topic: its entry in application.yaml, the routes that store its events and dead letters, and a test. */
final class NewTopic {

    private final ProjectFiles files;

    NewTopic(ProjectFiles files) {
        this.files = files;
    }

    /**
     * Adds the files of a topic.
     *
     * @param wantedKey the JSON Pointer of its key; null for the default
     * @throws RefusedEdit if a name is wrong or exists
     */
    void add(String topic, String wantedKey) throws IOException {
        NameForm.require(
                topic, "[a-z][a-z0-9]*(_[a-z0-9]+)*", "a topic", "lower-case words with underscores, such as orders");
        if (files.settings().has("gateway", "events", "topics", topic)) {
            throw new RefusedEdit("The topic " + topic + " exists already in application.yaml");
        }
        String key = wantedKey == null ? "/" + topic.replaceFirst("s$", "") + "_id" : wantedKey;
        NameForm.require(key, "/[\\w-]+", "a key", "a slash and the name of a field, such as /order_id");
        Map<String, String> values = Map.of(
                "topic",
                topic,
                "topicName",
                topic,
                "key",
                key,
                "VARIABLE",
                topic.toUpperCase(Locale.ROOT),
                "kebab",
                topic.replace('_', '-'),
                "Class",
                NameForm.ofClass(topic));
        SettingsText settings = files.settings();
        settings.append(Template.fill("topic.yaml", values), "gateway", "events", "topics");
        files.replace(settings);
        for (String prefix : List.of("store", "store-dead-letters")) {
            String template = prefix.equals("store") ? "store-events" : prefix;
            Path file = ProjectFiles.ROUTES.resolve(template + ".camel.yaml");
            Map<String, String> more = new HashMap<>(values);
            more.put("template", template);
            more.put("route", prefix + "-" + values.get("kebab"));
            files.replace(file, withLineEnd(files.read(file)) + Template.fill("templated-route.camel.yaml", more));
        }
        files.addTest(NameForm.ofClass(topic) + "TopicTest", "TopicTest.java.txt", values);
    }

    private static String withLineEnd(String text) {
        return text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
    }
}
