package io.github.eventgateway.tools.create;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.tools.check.Nearest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.util.StringUtils;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code event-gateway.jar new}: creates an event type, a topic or a route in the folder with application.yaml and
 * routes/: its schema, settings, route and test. It overwrites nothing, and writes either all files or none.
 */
@Command(
        name = "new",
        description = {
            "Creates the files of a new event type, topic or route: schema, settings, route and test.",
            "It overwrites nothing.",
            ""
        })
public final class NewCommand {

    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final Path TESTS = Path.of("src", "test", "java", "io", "github", "eventgateway", "routes");
    private static final Pattern STORE_ROUTE = Pattern.compile(
            "routeId: (\\S+)\\s+routeTemplateRef: store-events\\b(?:(?!templatedRoute)[\\s\\S])*?topics\\.([\\w-]+)\\.name");

    private final Path root;
    private final Map<Path, String> files = new LinkedHashMap<>();

    @Spec
    private CommandSpec spec;

    public NewCommand() {
        this(Path.of(""));
    }

    NewCommand(Path root) {
        this.root = root;
    }

    /** The files to write. */
    @FunctionalInterface
    private interface Content {
        void gather() throws IOException;
    }

    /** The command cannot do something. The message is for its user. */
    private static final class RefusedEdit extends RuntimeException {

        private static final long serialVersionUID = 1L;

        RefusedEdit(String message) {
            super(message);
        }
    }

    @Command(
            name = "event-type",
            description = {
                "Writes a schema that requires the key of the topic, and its line in application.yaml. "
                        + "Creates the topic as new topic does if it does not exist and no topic has a similar name.",
                ""
            })
    int eventTypeCommand(
            @Parameters(paramLabel = "<type>", description = "Name of the event type, such as " + "order_paid.")
                    String type,
            @Option(names = "--topic", paramLabel = "<topic>", description = "Topic of its events.") String topic) {
        return write(() -> eventType(type, topic));
    }

    @Command(
            name = "topic",
            description = {
                "Writes the entry of the topic in application.yaml, and the routes that store its events "
                        + "and dead letters.",
                ""
            })
    int topicCommand(
            @Parameters(paramLabel = "<topic>", description = "Name of the topic, such as orders.") String topic,
            @Option(
                            names = "--key",
                            paramLabel = "/<field>",
                            description = "Field of the data that becomes the Kafka key. Default: the name of "
                                    + "the topic without its s, plus _id.")
                    String key) {
        return write(() -> topic(topic, key));
    }

    @Command(
            name = "route",
            description = {
                "Writes a handler that posts events of a topic to a webhook, and its settings in "
                        + "application.yaml. A failed event is retried and then dead-lettered.",
                ""
            })
    int routeCommand(
            @Parameters(paramLabel = "<verb-noun>", description = "Name of the route, such as " + "notify-on-delete.")
                    String name,
            @Option(names = "--topic", paramLabel = "<topic>", description = "Topic that it reads.") String topic,
            @Option(
                            names = "--types",
                            split = ",",
                            paramLabel = "<type>",
                            description = "Event types that it posts. Default: the types whose verb is in the name.")
                    List<String> types) {
        return write(() -> route(name, topic, types));
    }

    private int write(Content content) {
        try {
            content.gather();
            write();
            return OK;
        } catch (RefusedEdit e) {
            spec.commandLine().getErr().println(e.getMessage());
            return FAILED;
        } catch (IOException | UncheckedIOException e) {
            spec.commandLine().getErr().println("A file cannot be read or written: " + e.getMessage());
            return FAILED;
        }
    }

    private void eventType(String type, String id) throws IOException {
        requireName(
                type,
                "[a-z][a-z0-9]*(_[a-z0-9]+)*",
                "an event type",
                "lower-case words with underscores, such as order_paid");
        if (id != null && !topics().containsKey(id)) {
            requireFar(id);
            topic(id, null);
        }
        JsonNode topic = topicSettings(id);
        Map<String, String> topicsByType = topicsByType();
        if (topicsByType.containsKey(type)) {
            throw new RefusedEdit("The event type " + type + " exists already in the topic " + topicsByType.get(type));
        }
        JsonNode schema = schema(type, topic.path("key").asText());
        add(Path.of("routes", "schemas", type + ".schema.json"), pretty(schema) + "\n");
        SettingsText settings = settings();
        settings.addItem(type, "types", "gateway", "events", "topics", id);
        replace(Path.of("application.yaml"), settings.text());
        addTest(
                className(type) + "Test",
                "EventTypeTest.java.txt",
                Map.of(
                        "type",
                        type,
                        "Class",
                        className(type),
                        "topicName",
                        topicName(topic),
                        "storeRoute",
                        storeRoute(id),
                        "event",
                        event(type, schema)));
    }

    private void topic(String topic, String wantedKey) throws IOException {
        requireName(
                topic, "[a-z][a-z0-9]*(_[a-z0-9]+)*", "a topic", "lower-case words with underscores, such as orders");
        if (settings().has("gateway", "events", "topics", topic)) {
            throw new RefusedEdit("The topic " + topic + " exists already in application.yaml");
        }
        String key = wantedKey == null ? "/" + topic.replaceFirst("s$", "") + "_id" : wantedKey;
        requireName(key, "/[\\w-]+", "a key", "a slash and the name of a field, such as /order_id");
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
                className(topic));
        SettingsText settings = settings();
        settings.append(Template.fill("topic.yaml", values), "gateway", "events", "topics");
        replace(Path.of("application.yaml"), settings.text());
        for (String prefix : List.of("store", "store-dead-letters")) {
            String template = prefix.equals("store") ? "store-events" : prefix;
            Path file = Path.of("routes", template + ".camel.yaml");
            Map<String, String> more = new HashMap<>(values);
            more.put("template", template);
            more.put("route", prefix + "-" + values.get("kebab"));
            replace(file, withLineEnd(read(file)) + Template.fill("templated-route.camel.yaml", more));
        }
        addTest(className(topic) + "TopicTest", "TopicTest.java.txt", values);
    }

    private void route(String name, String id, List<String> wanted) throws IOException {
        requireName(
                name,
                "[a-z][a-z0-9]*(-[a-z0-9]+)+",
                "a route",
                "a verb and a noun with dashes, such as notify-on-delete");
        JsonNode topic = topicSettings(id);
        List<String> types = types(name, topic, id, wanted);
        SettingsText settings = settings();
        if (settings.has("gateway", name)) {
            throw new RefusedEdit("The settings gateway." + name + " exist already in application.yaml");
        }
        Map<String, String> values = new HashMap<>(Map.of(
                "name",
                name,
                "topic",
                id,
                "topicName",
                topicName(topic),
                "types",
                String.join(",", types),
                "type",
                types.get(0),
                "Class",
                className(name),
                "VARIABLE",
                name.toUpperCase(Locale.ROOT).replace('-', '_')));
        Path schema = Path.of("routes", "schemas", types.get(0) + ".schema.json");
        values.put("event", event(types.get(0), StrictJson.MAPPER.readTree(read(schema))));
        add(Path.of("routes", name + ".camel.yaml"), Template.fill("route.camel.yaml", values));
        settings.appendAfter("alert", Template.fill("settings.yaml", values), "gateway");
        replace(Path.of("application.yaml"), settings.text());
        addTest(className(name) + "Test", "RouteTest.java.txt", values);
        addTest(className(name) + "WithoutWebhookTest", "RouteWithoutWebhookTest.java.txt", values);
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

    private static void requireName(String name, String form, String what, String wanted) {
        if (!name.matches(form) || name.length() > 64) {
            throw new RefusedEdit("'" + name + "' is not a valid name of " + what + ": write " + wanted
                    + ", of 64 characters at most");
        }
    }

    /** Rejects a misspelt topic. */
    private void requireFar(String topic) throws IOException {
        String near = Nearest.to(topic, topics().keySet());
        if (!near.isEmpty()) {
            throw new RefusedEdit("There is no topic " + topic + " in application.yaml; did you mean " + near
                    + "? If not, create it first, with new topic " + topic);
        }
    }

    private SettingsText settings() throws IOException {
        return new SettingsText(read(Path.of("application.yaml")));
    }

    private JsonNode topicSettings(String topic) throws IOException {
        if (topic == null) {
            throw new RefusedEdit(
                    "Give the topic with --topic <topic>; the topics are " + String.join(", ", topics().keySet()));
        }
        JsonNode found = topics().get(topic);
        if (found == null) {
            throw new RefusedEdit("There is no topic " + topic + " in application.yaml, but "
                    + String.join(", ", topics().keySet()) + ": create it first, with new topic " + topic);
        }
        return found;
    }

    private Map<String, JsonNode> topics() throws IOException {
        Object settings = new Yaml(new SafeConstructor(new LoaderOptions())).load(read(Path.of("application.yaml")));
        Map<String, JsonNode> topics = new LinkedHashMap<>();
        StrictJson.MAPPER
                .<JsonNode>valueToTree(settings)
                .at("/gateway/events/topics")
                .properties()
                .forEach(topic -> topics.put(topic.getKey(), topic.getValue()));
        return topics;
    }

    /** Returns the topics of all types. */
    private Map<String, String> topicsByType() throws IOException {
        Map<String, String> topicsByType = new HashMap<>();
        topics().forEach((id, topic) -> topic.path("types").forEach(type -> topicsByType.put(type.asText(), id)));
        return topicsByType;
    }

    /** Returns the name in Kafka without an environment variable. */
    private static String topicName(JsonNode topic) {
        return topic.path("name").asText().replaceAll("\\$\\{[^:}]*:([^}]*)}", "$1");
    }

    private String storeRoute(String topic) throws IOException {
        Matcher route = STORE_ROUTE.matcher(read(Path.of("routes", "store-events.camel.yaml")));
        while (route.find()) {
            if (route.group(2).equals(topic)) {
                return route.group(1);
            }
        }
        throw new RefusedEdit("No route of routes/store-events.camel.yaml stores the topic " + topic);
    }

    private static ObjectNode schema(String type, String key) {
        ObjectNode schema = StrictJson.MAPPER.createObjectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema").put("title", type);
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

    private static String event(String type, JsonNode schema) throws IOException {
        ObjectNode event = StrictJson.MAPPER.createObjectNode();
        event.put("id", type + "-1").put("type", type).set("data", SampleData.of(schema));
        return StrictJson.MAPPER.writeValueAsString(event).replace("\\", "\\\\");
    }

    private static String pretty(JsonNode json) throws IOException {
        return StrictJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json);
    }

    private static String className(String name) {
        return Arrays.stream(name.split("[_-]")).map(StringUtils::capitalize).collect(Collectors.joining());
    }

    private static String withLineEnd(String text) {
        return text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
    }

    /** Returns the new content of the file. */
    private String read(Path file) throws IOException {
        if (files.containsKey(file)) {
            return files.get(file);
        }
        if (!Files.isRegularFile(root.resolve(file))) {
            throw new RefusedEdit(
                    "There is no " + file + " here: run this in the folder with " + "application.yaml and routes/");
        }
        return Files.readString(root.resolve(file));
    }

    /** Writes a test only in a source checkout, because the jar alone cannot run it. */
    private void addTest(String name, String template, Map<String, String> values) {
        if (Files.isDirectory(root.resolve(TESTS))) {
            add(TESTS.resolve(name + ".java"), Template.fill(template, values));
        }
    }

    private void add(Path file, String text) {
        if (Files.exists(root.resolve(file))) {
            throw new RefusedEdit(file + " exists already; nothing was written");
        }
        files.put(file, text);
    }

    private void replace(Path file, String text) {
        files.put(file, text);
    }

    private void write() throws IOException {
        for (Map.Entry<Path, String> file : files.entrySet()) {
            Path path = root.resolve(file.getKey());
            boolean there = Files.exists(path);
            Files.createDirectories(path.toAbsolutePath().getParent());
            Files.writeString(path, file.getValue());
            spec.commandLine().getOut().println((there ? "changed " : "wrote   ") + file.getKey());
        }
        spec.commandLine().getOut().println("\nCheck the result: java -jar target/event-gateway.jar check");
    }
}
