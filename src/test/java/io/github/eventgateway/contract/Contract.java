package io.github.eventgateway.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Compares answers with {@code openapi.yaml}. Call {@link #check} for each answer. Immutable except for a cache; any
 * thread.
 */
public final class Contract {

    /** The answers of calls that match no operation, by status, with their names in the components of the contract. */
    private static final Map<Integer, String> WITHOUT_OPERATION = Map.of(
            400, "BadRequest",
            401, "Unauthenticated",
            403, "Forbidden",
            404, "NotFound",
            405, "MethodNotAllowed",
            429, "TooManyRequests",
            500, "InternalError",
            503, "Unavailable");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private static final SchemaValidatorsConfig CONFIG = SchemaValidatorsConfig.builder()
            .formatAssertionsEnabled(true)
            .pathType(PathType.JSON_POINTER)
            .locale(Locale.ENGLISH)
            .build();

    private final JsonNode document;
    private final Map<JsonNode, JsonSchema> schemas = new ConcurrentHashMap<>();

    Contract(JsonNode document) {
        this.document = document;
    }

    /** Returns the contract that the gateway serves. */
    public static Contract load() {
        try (InputStream in =
                Objects.requireNonNull(Contract.class.getResourceAsStream("/openapi.yaml"), "openapi.yaml")) {
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Contract parse(String yaml) {
        Object content = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        return new Contract(JSON.valueToTree(content));
    }

    JsonNode document() {
        return document;
    }

    /**
     * Fails unless the contract describes this answer.
     *
     * @param method the method of the request; HEAD is compared with GET, without the body
     * @param path the path of the request, with or without the values of its variables, and its query
     * @param status the status of the answer
     * @param contentType the media type of the answer, with or without parameters; may be null
     * @param headers the headers of the answer, in upper or lower case
     * @param body the body of the answer; may be empty
     * @throws AssertionError with all differences from the contract
     */
    public void check(
            String method,
            String path,
            int status,
            String contentType,
            Map<String, ? extends Iterable<String>> headers,
            byte[] body) {
        List<String> faults = new ArrayList<>();
        JsonNode response = response(method, path, status, faults);
        if (response != null) {
            Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            headers.forEach((name, values) -> {
                if (name != null && values.iterator().hasNext()) {
                    byName.put(name, String.join(", ", values));
                }
            });
            checkHeaders(response.path("headers"), byName, faults);
            checkBody(response.path("content"), method, status, contentType, byName, body, faults);
        }
        if (!faults.isEmpty()) {
            throw new AssertionError(
                    "The answer to %s %s is not as openapi.yaml says:%n- %s%nstatus %d, %s, headers %s, body:%n%s"
                            .formatted(
                                    method,
                                    path,
                                    faults.stream().collect(Collectors.joining("%n- ".formatted())),
                                    status,
                                    contentType,
                                    headers,
                                    new String(body, StandardCharsets.UTF_8)));
        }
    }

    private JsonNode response(String method, String path, int status, List<String> faults) {
        String verb = "HEAD".equals(method) ? "get" : method.toLowerCase(Locale.ROOT);
        JsonNode item = item(path);
        JsonNode operation = item == null ? null : item.get(verb);
        if (operation != null) {
            JsonNode response = resolve(operation.path("responses").get(String.valueOf(status)));
            if (response == null) {
                faults.add("the operation has no status " + status);
            }
            return response;
        }
        boolean fits = status != (item == null ? 405 : 404) && WITHOUT_OPERATION.containsKey(status);
        if (!fits) {
            faults.add(
                    "the contract has no such " + (item == null ? "path" : "method") + ", and so no status " + status);
            return null;
        }
        return document.at("/components/responses/" + WITHOUT_OPERATION.get(status));
    }

    /** Returns the path of the contract that matches with the fewest variables; null if none matches. */
    private JsonNode item(String path) {
        String[] segments = path.replaceFirst("\\?.*", "").split("/", -1);
        JsonNode best = null;
        int fewest = Integer.MAX_VALUE;
        for (Map.Entry<String, JsonNode> entry : document.path("paths").properties()) {
            int variables = variables(entry.getKey().split("/", -1), segments);
            if (variables >= 0 && variables < fewest) {
                fewest = variables;
                best = entry.getValue();
            }
        }
        return best;
    }

    private static int variables(String[] template, String[] segments) {
        if (template.length != segments.length) {
            return -1;
        }
        int variables = 0;
        for (int i = 0; i < template.length; i++) {
            if (template[i].startsWith("{") && !segments[i].isEmpty()) {
                variables++;
            } else if (!template[i].equals(segments[i])) {
                return -1;
            }
        }
        return variables;
    }

    private void checkHeaders(JsonNode described, Map<String, String> headers, List<String> faults) {
        for (Map.Entry<String, JsonNode> entry : described.properties()) {
            JsonNode header = resolve(entry.getValue());
            String value = headers.get(entry.getKey());
            if (value == null) {
                if (header.path("required").asBoolean()) {
                    faults.add("the header " + entry.getKey() + " is missing");
                }
                continue;
            }
            JsonNode schema = header.path("schema");
            boolean number = "integer".equals(schema.path("type").asText()) && value.matches("-?\\d{1,18}");
            JsonNode node = number
                    ? JSON.getNodeFactory().numberNode(Long.parseLong(value))
                    : JSON.getNodeFactory().textNode(value);
            violations(schema, node).forEach(fault -> faults.add("the header " + entry.getKey() + ": " + fault));
        }
    }

    private void checkBody(
            JsonNode content,
            String method,
            int status,
            String contentType,
            Map<String, String> headers,
            byte[] body,
            List<String> faults) {
        if (content.isMissingNode() || "HEAD".equals(method)) {
            if (body.length > 0) {
                faults.add("there must be no body");
            }
            return;
        }
        String type = contentType == null ? "" : contentType.replaceFirst("\\s*;.*", "");
        JsonNode media = content.get(type.toLowerCase(Locale.ROOT));
        if (media == null) {
            faults.add("the media type " + type + " is not one of "
                    + content.properties().stream().map(Map.Entry::getKey).toList());
        } else if ("application/json".equals(type)) {
            checkJson(media.path("schema"), status, headers, body, faults);
        } else if (body.length == 0) {
            faults.add("the body is empty");
        }
    }

    private void checkJson(JsonNode schema, int status, Map<String, String> headers, byte[] body, List<String> faults) {
        JsonNode answer;
        try {
            answer = JSON.readTree(body);
        } catch (IOException e) {
            faults.add("the body is not JSON: " + e.getMessage());
            return;
        }
        violations(schema, answer).forEach(fault -> faults.add("the body: " + fault));
        if (answer.has("code") && answer.get("code").asInt() != status) {
            faults.add("/code is not the status");
        }
        JsonNode id = answer.at("/data/request_id");
        if (id.isTextual() && !id.textValue().equals(headers.get("X-Request-Id"))) {
            faults.add("/data/request_id is not the header X-Request-Id");
        }
    }

    /** Returns the violations of a schema of the contract; empty if the value is valid. */
    List<String> violations(JsonNode schema, JsonNode value) {
        return schemas.computeIfAbsent(schema, this::compile).validate(value).stream()
                .map(ValidationMessage::getMessage)
                .toList();
    }

    /** Returns the schema together with the components of the contract, which are the targets of its references. */
    private JsonSchema compile(JsonNode schema) {
        ObjectNode whole = schema.isObject() ? schema.deepCopy() : JSON.createObjectNode();
        whole.set("components", document.get("components"));
        return SCHEMAS.getSchema(whole, CONFIG);
    }

    /** Returns the target of a reference; the node itself if it is not a reference; null for null. */
    JsonNode resolve(JsonNode node) {
        return node != null && node.has("$ref")
                ? document.at(node.get("$ref").asText().substring(1))
                : node;
    }
}
