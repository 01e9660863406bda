package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.PathType;
import com.networknt.schema.ValidationMessage;
import io.github.eventgateway.api.StrictJson;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The schema of an event type as a document: all its subschemas, their places, and the targets of references. */
final class SchemaDocument {

    /** Keywords whose members are schemas. */
    static final Set<String> MAPS =
            Set.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas");

    /** Keywords whose elements are schemas. */
    static final Set<String> LISTS = Set.of("allOf", "anyOf", "oneOf", "prefixItems");

    /** Keywords whose value is a schema. */
    static final Set<String> SINGLES = Set.of(
            "items",
            "not",
            "if",
            "then",
            "else",
            "contains",
            "additionalProperties",
            "propertyNames",
            "unevaluatedItems",
            "unevaluatedProperties",
            "contentSchema");

    private static final int MOST_QUESTIONS = 20_000;

    private final YamlNode text;
    private final Map<String, Part> parts = new LinkedHashMap<>();
    private final Map<String, Part> resources = new HashMap<>();
    private JsonSchema compiled;
    private int questions;

    SchemaDocument(JsonNode root, YamlNode text) {
        this.text = text;
        Part whole = new Part("", root, List.of(), "");
        resources.put("", whole);
        walk(whole);
    }

    /**
     * A subschema.
     *
     * @param pointer its place
     * @param path its place as steps: names, and indices as numbers
     * @param base the base of its relative references
     */
    record Part(String pointer, JsonNode node, List<Object> path, String base) {

        Part below(Object... steps) {
            JsonNode at = node;
            StringBuilder to = new StringBuilder(pointer);
            List<Object> way = new ArrayList<>(path);
            for (Object step : steps) {
                at = step instanceof Integer index ? at.path(index) : at.path(step.toString());
                to.append('/').append(StrictJson.escaped(step.toString()));
                way.add(step);
            }
            return new Part(to.toString(), at, List.copyOf(way), base);
        }

        JsonNode get(String keyword) {
            return node.path(keyword);
        }

        /** Returns the place of one of its keywords. */
        String at(String keyword) {
            return pointer + "/" + StrictJson.escaped(keyword);
        }

        private Part withBase(String other) {
            return new Part(pointer, node, path, other);
        }
    }

    private void walk(Part found) {
        Part part = found;
        if (found.get("$id").isTextual()) {
            part = found.withBase(resolve(found.base(), found.get("$id").textValue()));
            resources.put(part.base(), part);
        }
        parts.put(part.pointer(), part);
        children(part).forEach(this::walk);
    }

    private static List<Part> children(Part part) {
        List<Part> children = new ArrayList<>();
        for (Map.Entry<String, JsonNode> keyword : part.node().properties()) {
            String name = keyword.getKey();
            JsonNode value = keyword.getValue();
            if (MAPS.contains(name) && value.isObject()) {
                value.fieldNames().forEachRemaining(field -> children.add(part.below(name, field)));
            } else if (LISTS.contains(name) && value.isArray()) {
                for (int i = 0; i < value.size(); i++) {
                    children.add(part.below(name, i));
                }
            } else if (SINGLES.contains(name)) {
                children.add(part.below(name));
            }
        }
        children.removeIf(child -> !child.node().isObject() && !child.node().isBoolean());
        return children;
    }

    private static String resolve(String base, String id) {
        try {
            String uri = base.isEmpty() ? id : URI.create(base).resolve(id).toString();
            return uri.replaceFirst("#.*", "");
        } catch (IllegalArgumentException e) {
            return id;
        }
    }

    /** Returns all subschemas, the root first. */
    Collection<Part> parts() {
        return parts.values();
    }

    Part whole() {
        return parts.get("");
    }

    /** Returns the line and column of the target of a pointer. */
    YamlNode at(String pointer) {
        return text.at(pointer);
    }

    /** Returns whether a reference points into this file, even if the target does not exist. */
    boolean isLocal(Part from, String ref) {
        return resource(from, ref) != null;
    }

    /** Returns the target of a reference; empty if this file does not have it. */
    Optional<Part> target(Part from, String ref) {
        Part resource = resource(from, ref);
        if (resource == null) {
            return Optional.empty();
        }
        String fragment = ref.contains("#") ? ref.substring(ref.indexOf('#') + 1) : "";
        if (fragment.isEmpty() || fragment.startsWith("/")) {
            return Optional.ofNullable(parts.get(resource.pointer() + decoded(fragment)));
        }
        return parts.values().stream()
                .filter(part -> part.base().equals(resource.base())
                        && fragment.equals(part.get("$anchor").textValue()))
                .findFirst();
    }

    /** Returns the target of its reference. */
    Optional<Part> target(Part part) {
        JsonNode ref = part.get("$ref");
        return ref.isTextual() ? target(part, ref.textValue()) : Optional.empty();
    }

    private Part resource(Part from, String ref) {
        String uri = ref.replaceFirst("#.*", "");
        return resources.get(uri.isEmpty() ? from.base() : resolve(from.base(), uri));
    }

    private static String decoded(String fragment) {
        try {
            return URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return fragment;
        }
    }

    /** Returns false if so many questions were asked that the answer would take too long. */
    boolean mayGoOn() {
        return questions++ < MOST_QUESTIONS;
    }

    /** Prepares {@link #problem}. */
    void compiledAs(JsonSchema schema) {
        compiled = schema;
    }

    /** Returns why a value violates a schema of this file; empty if it is valid or this is unknown. */
    Optional<String> problem(Part part, JsonNode value) {
        if (compiled == null) {
            return Optional.empty();
        }
        JsonNodePath path = new JsonNodePath(PathType.JSON_POINTER);
        for (Object step : part.path()) {
            path = step instanceof Integer index ? path.append(index) : path.append(step.toString());
        }
        JsonSchema schema = part.path().isEmpty() ? compiled : compiled.getSubSchema(path);
        return schema.validate(value).stream()
                .map(SchemaDocument::text)
                .sorted()
                .findFirst();
    }

    private static String text(ValidationMessage message) {
        String at = message.getInstanceLocation().toString();
        String text = message.getMessage().replaceFirst("^[^:]*: ", "");
        return at.isEmpty() || at.equals("/") ? text : at + " " + text;
    }
}
