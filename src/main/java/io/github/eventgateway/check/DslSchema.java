package io.github.eventgateway.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

/** The files keep to the schema of the YAML DSL; a placeholder may stand for a number or a truth value. */
final class DslSchema implements Rule {

    private static final Set<String> TYPED = Set.of("boolean", "number", "integer");

    private final JsonSchema schema =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(withPlaceholders(load()));

    private static JsonNode load() {
        try (InputStream schema = DslSchema.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            return new ObjectMapper().readTree(schema);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode withPlaceholders(JsonNode node) {
        if (node instanceof ObjectNode object
                && object.path("type").isTextual()
                && TYPED.contains(object.path("type").textValue())) {
            ArrayNode types =
                    object.arrayNode().add(object.path("type").textValue()).add("string");
            object.set("type", types);
            object.put("pattern", "^\\{\\{.+\\}\\}$");
        }
        node.forEach(DslSchema::withPlaceholders);
        return node;
    }

    @Override
    public void check(Routes routes, Report report) {
        for (YamlNode file : routes.files()) {
            if (file.items().isEmpty()) {
                report.add(file, "is no list of routes");
            }
            for (YamlNode item : file.items()) {
                check(item, report);
            }
        }
    }

    /** Of the alternatives that do not fit, the one that got farthest says the most. */
    private void check(YamlNode item, Report report) {
        JsonNode list = new ObjectMapper().createArrayNode().add(item.json());
        Optional<ValidationMessage> deepest = schema.validate(list).stream()
                .max(Comparator.comparingInt(
                        message -> message.getInstanceLocation().getNameCount()));
        deepest.ifPresent(message -> report.add(
                at(item, message.getInstanceLocation()), "breaks the schema of the YAML DSL: " + message.getMessage()));
    }

    private static YamlNode at(YamlNode item, JsonNodePath location) {
        YamlNode at = item;
        for (int i = 1; i < location.getNameCount(); i++) {
            Object step = location.getElement(i);
            at = step instanceof Integer index
                    ? at.items().get(index)
                    : at.get(step.toString()).orElse(at);
        }
        return at;
    }
}
