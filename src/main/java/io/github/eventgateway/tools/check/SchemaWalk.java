package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

/**
 * Validates YAML against a JSON Schema of draft 4, as far as the schema of the YAML DSL needs it. A JSON validator does
 * not know lines, does not say which alternative was meant, and takes two seconds for this schema.
 */
final class SchemaWalk {

    private static final String REF = "$ref";
    private static final String REQUIRED = "required";
    private static final String PROPERTIES = "properties";

    private final JsonNode root;

    SchemaWalk(JsonNode root) {
        this.root = root;
    }

    /**
     * A violation of the schema.
     *
     * @param depth its distance from the start; if all alternatives fail, the one with the deepest violation was
     *     probably meant
     * @param isAboutText whether the value must be a text
     */
    record Problem(Place at, int depth, String message, String suggestion, boolean isAboutText) {}

    /**
     * A position.
     *
     * @param name the key of the node
     * @param key the key as a node, or the node itself in a list
     */
    private record Spot(String name, YamlNode key, YamlNode node, int depth) {

        Spot below(YamlNode.Entry entry) {
            return new Spot(entry.name(), entry.key(), entry.value(), depth + 1);
        }

        Spot below(YamlNode item) {
            return new Spot(name, item, item, depth + 1);
        }

        Problem problem(YamlNode at, String message, String suggestion) {
            return new Problem(at.place(), depth, message, suggestion, false);
        }
    }

    /** Returns all violations of a node in the order of the file. */
    List<Problem> problems(JsonNode schema, YamlNode node) {
        return walk(schema, new Spot("", node, node, 0));
    }

    private List<Problem> walk(JsonNode schema, Spot spot) {
        if (schema.has(REF)) {
            return walk(root.at(schema.path(REF).textValue().substring(1)), spot);
        }
        if (isBarePlaceholder(spot.node())) {
            return List.of(
                    spot.problem(spot.node(), "a placeholder at the beginning of a value needs quotes: \"{{…}}\"", ""));
        }
        Optional<Problem> wrong = wrongType(schema.path("type").asText(), spot);
        if (wrong.isPresent()) {
            return List.of(wrong.get());
        }
        List<Problem> problems = new ArrayList<>();
        checkFields(schema, spot, problems);
        checkValue(schema, spot, problems);
        checkItems(schema, spot, problems);
        for (String alternatives : List.of("anyOf", "oneOf")) {
            if (schema.has(alternatives)) {
                problems.addAll(alternatives(schema.path(alternatives), alternatives.equals("oneOf"), spot));
            }
        }
        if (schema.has("not") && walk(schema.path("not"), spot).isEmpty()) {
            problems.add(spot.problem(spot.key(), spot.name() + " is not allowed in this form", ""));
        }
        return problems;
    }

    /** YAML parses {@code {{key}}} without quotes as a mapping. */
    private static boolean isBarePlaceholder(YamlNode node) {
        return node.entries().size() == 1 && node.entries().get(0).key().isMapping();
    }

    private static Optional<Problem> wrongType(String type, Spot spot) {
        YamlNode node = spot.node();
        JsonNode value = node.isScalar() ? node.json() : null;
        boolean fits =
                switch (type) {
                    case "object" -> node.isMapping();
                    case "array" -> node.isList();
                    case "string" -> value != null && value.isTextual();
                    case "boolean" -> value != null && (value.isBoolean() || isPlaceholder(value));
                    case "integer" -> value != null && (value.isIntegralNumber() || isPlaceholder(value));
                    case "number" -> value != null && (value.isNumber() || isPlaceholder(value));
                    default -> true;
                };
        if (fits) {
            return Optional.empty();
        }
        boolean isAboutText = type.equals("string") && !isEmpty(value);
        return Optional.of(new Problem(node.place(), spot.depth(), wanted(type, spot, value), "", isAboutText));
    }

    private static boolean isPlaceholder(JsonNode value) {
        return value.isTextual() && value.textValue().matches("\\{\\{.+}}");
    }

    private static boolean isEmpty(JsonNode value) {
        return value != null && value.isNull();
    }

    private static String wanted(String type, Spot spot, JsonNode value) {
        String name = spot.name().isEmpty() ? "an item" : spot.name();
        if (isEmpty(value)) {
            return name + " is empty: indent its content on the lines below, or remove it";
        }
        return name
                + switch (type) {
                    case "object" -> " has fields: write each on its own line below";
                    case "array" -> " is a list: begin each item with a dash";
                    case "string" -> value == null ? " takes a text" : " takes a text: write the value in quotes";
                    case "boolean" -> " is true or false, without quotes";
                    default -> " is a number, without quotes";
                };
    }

    private void checkFields(JsonNode schema, Spot spot, List<Problem> problems) {
        if (!spot.node().isMapping()) {
            return;
        }
        JsonNode fields = schema.path(PROPERTIES);
        boolean closed = schema.path("additionalProperties").isBoolean()
                && !schema.path("additionalProperties").asBoolean();
        for (YamlNode.Entry entry : spot.node().entries()) {
            if (fields.has(entry.name())) {
                problems.addAll(walk(fields.path(entry.name()), spot.below(entry)));
            } else if (isBarePlaceholder(entry.value())) {
                problems.addAll(walk(schema.path(""), spot.below(entry)));
            } else if (closed) {
                problems.add(unknown(entry, names(fields), schema.has("maxProperties"), spot));
            }
        }
        List<YamlNode.Entry> entries = spot.node().entries();
        if (schema.path("maxProperties").asInt(Integer.MAX_VALUE) < entries.size()) {
            problems.add(spot.problem(
                    entries.get(1).key(),
                    "an item of a list has only one key; begin "
                            + entries.get(1).name() + " with its own dash, or indent it",
                    ""));
        }
        for (JsonNode required : schema.path(REQUIRED)) {
            if (spot.node().get(required.textValue()).isEmpty()) {
                problems.add(spot.problem(spot.key(), titled(spot) + " lacks the field " + required.textValue(), ""));
            }
        }
    }

    private static Problem unknown(YamlNode.Entry entry, Set<String> names, boolean step, Spot spot) {
        String what = !step
                ? titled(spot) + " has no field "
                : spot.depth() == 0 ? "a route file has no element " : "there is no step ";
        return spot.problem(entry.key(), what + entry.name(), Nearest.to(entry.name(), names));
    }

    private static String titled(Spot spot) {
        return spot.name().isEmpty() ? "this" : spot.name();
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static void checkValue(JsonNode schema, Spot spot, List<Problem> problems) {
        String text = spot.node().text();
        if (schema.path("enum").isArray() && !text.contains("{{")) {
            List<String> values = StreamSupport.stream(schema.path("enum").spliterator(), false)
                    .map(JsonNode::asText)
                    .toList();
            if (!values.contains(text)) {
                problems.add(spot.problem(
                        spot.node(),
                        spot.name() + " is '" + text + "': write one of " + String.join(", ", values),
                        Nearest.to(text, values)));
            }
        }
        String pattern = schema.path("pattern").asText();
        if (!pattern.isEmpty() && !text.contains("{{") && !text.matches(pattern)) {
            problems.add(spot.problem(spot.node(), spot.name() + " does not have the form " + pattern, ""));
        }
    }

    private void checkItems(JsonNode schema, Spot spot, List<Problem> problems) {
        if (schema.has("items")) {
            spot.node().items().forEach(item -> problems.addAll(walk(schema.path("items"), spot.below(item))));
        }
    }

    private List<Problem> alternatives(JsonNode schemas, boolean one, Spot spot) {
        List<List<Problem>> wrong = new ArrayList<>();
        List<JsonNode> right = new ArrayList<>();
        for (JsonNode schema : schemas) {
            List<Problem> problems = walk(schema, spot);
            if (problems.isEmpty()) {
                right.add(schema);
            } else if (!schema.has("not")) {
                wrong.add(problems);
            }
        }
        if (right.size() > 1 && one) {
            return List.of(two(right, spot));
        }
        if (!right.isEmpty()) {
            return List.of();
        }
        int depth = wrong.stream().mapToInt(SchemaWalk::deepest).max().orElse(0);
        return depth > spot.depth() || !spot.node().isMapping()
                ? wrong.stream()
                        .max(Comparator.comparing(SchemaWalk::deepest).thenComparing(all -> -all.size()))
                        .orElse(List.of())
                : none(schemas, wrong, spot);
    }

    private static int deepest(List<Problem> problems) {
        return problems.stream().mapToInt(Problem::depth).max().orElse(0);
    }

    private static Problem two(List<JsonNode> schemas, Spot spot) {
        List<String> names = schemas.stream()
                .map(schema -> schema.path(REQUIRED).path(0).asText())
                .filter(name -> !name.isEmpty())
                .toList();
        return spot.problem(
                spot.key(),
                titled(spot) + " has more than one of these, but allows only one: " + String.join(", ", names),
                "");
    }

    /** All alternatives failed at the same depth: their fields have other names, or some are missing. */
    private static List<Problem> none(JsonNode schemas, List<List<Problem>> wrong, Spot spot) {
        Set<String> names = new TreeSet<>();
        for (JsonNode schema : schemas) {
            schema.path(REQUIRED).forEach(name -> names.add(name.textValue()));
        }
        if (names.size() < 2) {
            return wrong.stream()
                    .min(Comparator.comparing(problems -> isAboutText(problems) ? 1 : 0))
                    .orElse(List.of());
        }
        for (YamlNode.Entry entry : spot.node().entries()) {
            if (!names.contains(entry.name()) && (spot.node().entries().size() == 1)) {
                return List.of(unknown(entry, names, false, spot));
            }
        }
        return List.of(
                spot.problem(spot.key(), titled(spot) + " lacks one of the fields " + String.join(", ", names), ""));
    }

    private static boolean isAboutText(List<Problem> problems) {
        return problems.size() == 1 && problems.get(0).isAboutText();
    }
}
