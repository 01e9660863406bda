package io.github.eventgateway.create;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.eventgateway.api.StrictJson;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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

/**
 * {@code event-gateway.jar new}: writes what an event type, a topic or a route begins with, in the folder that holds
 * application.yaml and routes/: schema, settings, route and test. It overwrites nothing, and writes all or nothing.
 */
public final class NewCommand {

    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int WRONG_ARGUMENTS = 2;
    private static final Path TESTS = Path.of("src", "test", "java", "io", "github", "eventgateway", "routes");
    private static final Pattern STORE_ROUTE = Pattern.compile(
            "routeId: (\\S+)\\s+routeTemplateRef: store-events\\b(?:(?!templatedRoute)[\\s\\S])*?topics\\.([\\w-]+)\\.name");
    private static final String USAGE = """
            Usage: java -jar event-gateway.jar new event-type <type> --topic <topic>
                   java -jar event-gateway.jar new topic <topic> [--key /<field>]
                   java -jar event-gateway.jar new route <verb-noun> --topic <topic> [--types <type>,<type>]

            Writes what it begins with: schema, settings, route and test. It overwrites nothing.

              event-type  a schema that asks for the topic's key, and its line in application.yaml
              topic       its entry in application.yaml, and the routes that store its events and dead letters; --key is
                          the field of an event's data that is the Kafka key
              route       a route that posts events of a topic to a webhook, tries again what fails, and then dead-letters
                          it; its settings in application.yaml
            """;

    private final PrintStream out;
    private final PrintStream err;
    private final Path root;
    private final Map<Path, String> files = new LinkedHashMap<>();

    NewCommand(PrintStream out, PrintStream err, Path root) {
        this.out = out;
        this.err = err;
        this.root = root;
    }

    /** Something that the command cannot do; the message is for the one who asked. */
    private static final class Refused extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /** Runs the command with the arguments after {@code new}; returns the exit code. */
    public static int run(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        return new NewCommand(out, err, Path.of("")).create(arguments);
    }

    int create(String... arguments) {
        List<String> asked = List.of(arguments);
        if (asked.contains("--help") || asked.contains("-h")) {
            out.print(USAGE);
            return OK;
        }
        if (asked.size() < 2 || !List.of("event-type", "topic", "route").contains(asked.get(0))) {
            err.print(USAGE);
            return WRONG_ARGUMENTS;
        }
        try {
            Map<String, String> options = options(asked.subList(2, asked.size()));
            switch (asked.get(0)) {
                case "event-type" -> eventType(asked.get(1), options);
                case "topic" -> topic(asked.get(1), options);
                default -> route(asked.get(1), options);
            }
            write();
            return OK;
        } catch (Refused e) {
            err.println(e.getMessage());
            return FAILED;
        } catch (IOException | UncheckedIOException e) {
            err.println("A file cannot be read or written: " + e.getMessage());
            return FAILED;
        }
    }

    private static Map<String, String> options(List<String> arguments) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < arguments.size(); i += 2) {
            if (!List.of("--topic", "--key", "--types").contains(arguments.get(i))) {
                throw new Refused("There is no option " + arguments.get(i) + "\n" + USAGE);
            }
            if (i + 1 == arguments.size()) {
                throw new Refused(arguments.get(i) + " has no value\n" + USAGE);
            }
            options.put(arguments.get(i), arguments.get(i + 1));
        }
        return options;
    }

    private void eventType(String type, Map<String, String> options) throws IOException {
        requireName(
                type,
                "[a-z][a-z0-9]*(_[a-z0-9]+)*",
                "an event type",
                "lower-case words with underscores, such as order_paid");
        JsonNode topic = topicSettings(options);
        String id = options.get("--topic");
        Map<String, String> taken = taken();
        if (taken.containsKey(type)) {
            throw new Refused("The event type " + type + " is there already, in the topic " + taken.get(type));
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

    private void topic(String topic, Map<String, String> options) throws IOException {
        requireName(
                topic, "[a-z][a-z0-9]*(_[a-z0-9]+)*", "a topic", "lower-case words with underscores, such as orders");
        if (settings().has("gateway", "events", "topics", topic)) {
            throw new Refused("The topic " + topic + " is there already, in application.yaml");
        }
        String key = options.getOrDefault("--key", "/" + topic.replaceFirst("s$", "") + "_id");
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

    private void route(String name, Map<String, String> options) throws IOException {
        requireName(
                name,
                "[a-z][a-z0-9]*(-[a-z0-9]+)+",
                "a route",
                "a verb and a noun with dashes, such as notify-on-delete");
        JsonNode topic = topicSettings(options);
        String id = options.get("--topic");
        List<String> types = types(name, topic, options);
        SettingsText settings = settings();
        if (settings.has("gateway", name)) {
            throw new Refused("The settings gateway." + name + " are there already, in application.yaml");
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

    /** Those that were asked for, else those whose verb is in the name, else all of the topic. */
    private static List<String> types(String name, JsonNode topic, Map<String, String> options) {
        List<String> all = new ArrayList<>();
        topic.path("types").forEach(type -> all.add(type.asText()));
        if (all.isEmpty()) {
            throw new Refused("The topic " + options.get("--topic") + " has no event type yet: make one first, with new"
                    + " event-type <type> --topic " + options.get("--topic"));
        }
        if (options.containsKey("--types")) {
            List<String> asked = List.of(options.get("--types").split(","));
            asked.stream().filter(type -> !all.contains(type)).findFirst().ifPresent(type -> {
                throw new Refused("The topic " + options.get("--topic") + " has no event type " + type + "; it has "
                        + String.join(", ", all));
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
            throw new Refused(
                    "'" + name + "' is no name of " + what + ": write " + wanted + ", of 64 characters at most");
        }
    }

    private SettingsText settings() throws IOException {
        return new SettingsText(read(Path.of("application.yaml")));
    }

    private JsonNode topicSettings(Map<String, String> options) throws IOException {
        String topic = options.get("--topic");
        if (topic == null) {
            throw new Refused(
                    "Name the topic, with --topic <topic>; there are " + String.join(", ", topics().keySet()));
        }
        JsonNode found = topics().get(topic);
        if (found == null) {
            throw new Refused("There is no topic " + topic + " in application.yaml, but "
                    + String.join(", ", topics().keySet()) + ": make it first, with new topic " + topic);
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

    /** The topics of all types. */
    private Map<String, String> taken() throws IOException {
        Map<String, String> taken = new HashMap<>();
        topics().forEach((id, topic) -> topic.path("types").forEach(type -> taken.put(type.asText(), id)));
        return taken;
    }

    /** The name in Kafka where no environment variable gives another. */
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
        throw new Refused("No route of routes/store-events.camel.yaml stores the topic " + topic);
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
        at.put("description", "The Kafka key: events of one key keep their order");
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

    private String read(Path file) throws IOException {
        if (!Files.isRegularFile(root.resolve(file))) {
            throw new Refused("There is no " + file + " here: run this in the folder that holds application.yaml and"
                    + " routes/");
        }
        return Files.readString(root.resolve(file));
    }

    /** A test is written where the sources are; who has the jar alone has nothing to run it with. */
    private void addTest(String name, String template, Map<String, String> values) {
        if (Files.isDirectory(root.resolve(TESTS))) {
            add(TESTS.resolve(name + ".java"), Template.fill(template, values));
        }
    }

    private void add(Path file, String text) {
        if (Files.exists(root.resolve(file))) {
            throw new Refused(file + " is there already; nothing was written");
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
            out.println((there ? "changed " : "wrote   ") + file.getKey());
        }
        out.println("\nIs all well: java -jar target/event-gateway.jar check");
    }
}
