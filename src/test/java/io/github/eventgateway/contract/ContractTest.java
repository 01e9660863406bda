package io.github.eventgateway.contract;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.eventgateway.api.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** Compares the routes with the contract, and checks the contract itself. */
class ContractTest {

    private static final Path ROUTES = Path.of("routes");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Contract contract = Contract.load();

    @Test
    void everyVerbOfTheRoutesIsInTheContract() throws IOException {
        List<RestVerb> unknown = RestVerb.ofRoutes(ROUTES);
        unknown.removeAll(RestVerb.ofContract(contract));

        assertThat(unknown).isEmpty();
    }

    @Test
    void everyOperationOfTheContractIsServedByTheRoutes() throws IOException {
        List<RestVerb> unserved = RestVerb.ofContract(contract);
        unserved.removeAll(RestVerb.ofRoutes(ROUTES));

        assertThat(unserved).isEmpty();
    }

    @Test
    void aVerbOfTheContractIsReadCompletely(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("serve-things.camel.yaml"), """
                - rest:
                    path: /api/things
                    get:
                      - id: get-thing
                        path: "/{id}"
                        param:
                          - name: id
                            type: path
                          - name: colour
                            type: query
                        security:
                          - key: bearer
                            scopes: "things:read"
                        to:
                          uri: direct:get-thing
                    post:
                      - id: post-things
                        consumes: "application/json,application/x-ndjson"
                        security:
                          - key: none
                        to:
                          uri: direct:post-things
                - route:
                    id: get-thing
                    from:
                      uri: direct:get-thing
                """);

        assertThat(RestVerb.ofRoutes(folder))
                .containsExactlyInAnyOrder(
                        new RestVerb(
                                "GET",
                                "/api/things/{}",
                                Set.of("things:read"),
                                Set.of("colour"),
                                Set.of(),
                                Set.of("application/json")),
                        new RestVerb(
                                "POST",
                                "/api/things",
                                Set.of("public"),
                                Set.of(),
                                Set.of("application/json", "application/x-ndjson"),
                                Set.of("application/json")));
    }

    @Test
    void aVerbOfTheRoutesIsReadCompletely() {
        assertThat(RestVerb.ofContract(contract))
                .contains(
                        new RestVerb(
                                "GET",
                                "/api/kafka/status",
                                Set.of("public"),
                                Set.of(),
                                Set.of(),
                                Set.of("application/json")),
                        new RestVerb(
                                "GET",
                                "/api/dead-letters",
                                Set.of("events:read"),
                                Set.of(
                                        "topic", "group", "reason", "cause", "status", "origin", "from", "to", "limit",
                                        "cursor"),
                                Set.of(),
                                Set.of("application/json")),
                        new RestVerb(
                                "POST",
                                "/api/events/batch",
                                Set.of("events:write"),
                                Set.of(),
                                Set.of("application/json", "application/x-ndjson"),
                                Set.of("application/json")));
    }

    @Test
    void theContractKnowsEveryReasonWithItsStatus() {
        Map<Integer, Set<String>> expected =
                Arrays.stream(Reason.values()).collect(groupingBy(Reason::status, mapping(Reason::name, toSet())));

        Map<Integer, Set<String>> described = new HashMap<>();
        for (JsonNode schema : contract.document().at("/components/schemas")) {
            JsonNode reasons = schema.at("/properties/data/properties/reason/enum");
            reasons.forEach(reason -> described
                    .computeIfAbsent(schema.at("/properties/code/const").asInt(), code -> new TreeSet<>())
                    .add(reason.asText()));
        }

        assertThat(described).isEqualTo(expected);
        assertThat(contract.document().at("/components/schemas/Reason/enum"))
                .extracting(JsonNode::asText)
                .containsExactlyElementsOf(
                        Arrays.stream(Reason.values()).map(Enum::name).toList());
    }

    @Test
    void theContractDescribesTheDataOfEachEventTypeAsItsSchemaDoes() throws IOException {
        List<String> described = new ArrayList<>();
        for (JsonNode reference : contract.document().at("/components/schemas/Event/oneOf")) {
            JsonNode event = contract.resolve(reference);
            String type = event.at("/properties/type/const").asText();
            described.add(type);
            JsonNode schema = JSON.readTree(
                    ROUTES.resolve("schemas/" + type + ".schema.json").toFile());
            assertThat(withoutWords(flat(event.at("/properties/data"))))
                    .as(type)
                    .isEqualTo(withoutWords(schema));
        }

        JsonNode settings = JSON.valueToTree(new Yaml().load(Files.readString(Path.of("application.yaml"))));
        List<String> known = new ArrayList<>();
        settings.at("/gateway/events/topics")
                .forEach(topic -> topic.path("types").forEach(type -> known.add(type.asText())));
        assertThat(described).containsExactlyInAnyOrderElementsOf(known);
    }

    @Test
    void everyExampleIsValid() {
        assertThat(faultyExamples(contract, contract.document(), "")).isEmpty();
    }

    @Test
    void anExampleThatBreaksItsSchemaIsFound() {
        ObjectNode broken = contract.document().deepCopy();
        ((ObjectNode) broken.at("/components/examples/UserLogin/value/data")).put("username", "");
        ((ObjectNode) broken.at("/components/responses/NotFound/content/application~1json/example")).put("code", 500);

        assertThat(faultyExamples(new Contract(broken), broken, ""))
                .hasSize(2)
                .anyMatch(fault -> fault.startsWith("/components/responses/NotFound"))
                .anyMatch(fault -> fault.startsWith("/paths//api/events/post"));
    }

    private static List<String> faultyExamples(Contract contract, JsonNode node, String at) {
        List<String> faults = new ArrayList<>();
        if (node.has("schema")) {
            List<JsonNode> examples = new ArrayList<>();
            if (node.has("example")) {
                examples.add(node.get("example"));
            }
            node.path("examples")
                    .forEach(example -> examples.add(contract.resolve(example).path("value")));
            for (JsonNode example : examples) {
                List<String> violations = contract.violations(node.get("schema"), example);
                if (!violations.isEmpty()) {
                    faults.add(at + ": " + violations);
                }
            }
        }
        if (node.isArray()) {
            node.forEach(child -> faults.addAll(faultyExamples(contract, child, at + "/-")));
        }
        node.properties()
                .forEach(child -> faults.addAll(faultyExamples(contract, child.getValue(), at + "/" + child.getKey())));
        return faults;
    }

    /** Returns the schema with resolved references and {@code allOf}. */
    private JsonNode flat(JsonNode schema) {
        JsonNode target = contract.resolve(schema);
        ObjectNode flat = JSON.createObjectNode();
        target.path("allOf").forEach(part -> flat.setAll((ObjectNode) flat(part)));
        flat.setAll((ObjectNode) target);
        flat.remove("allOf");
        return flat;
    }

    /** Returns the schema without descriptions and without keywords of the gateway. */
    private static JsonNode withoutWords(JsonNode schema) {
        JsonNode bare = schema.deepCopy();
        if (bare instanceof ObjectNode object) {
            object.remove(List.of("$schema", "title", "description", "x-fill"));
            object.properties().forEach(child -> child.setValue(withoutWords(child.getValue())));
        }
        return JSON.valueToTree(JSON.convertValue(bare, Object.class));
    }
}
