package io.github.eventgateway.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * One call of the API, as the routes or the contract declare it.
 *
 * @param method GET, POST, …
 * @param path its path with unnamed variables, because the contract names one path for all its methods
 * @param access {@code public}, or the scopes
 * @param query the query parameters
 * @param consumes the media types of the request body
 * @param produces the media types of the answer
 */
record RestVerb(
        String method, String path, Set<String> access, Set<String> query, Set<String> consumes, Set<String> produces) {

    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");
    private static final Set<String> PUBLIC = Set.of("public");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Returns all verbs of the REST DSL in the {@code *.camel.yaml} files of a folder. */
    static List<RestVerb> ofRoutes(Path folder) throws IOException {
        List<RestVerb> verbs = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.camel.yaml")) {
            for (Path file : files) {
                try (Reader in = Files.newBufferedReader(file)) {
                    Object content = new Yaml(new SafeConstructor(new LoaderOptions())).load(in);
                    JsonNode entries = JSON.valueToTree(content);
                    for (JsonNode entry : entries) {
                        addVerbs(entry.path("rest"), verbs);
                    }
                }
            }
        }
        return verbs;
    }

    private static void addVerbs(JsonNode rest, List<RestVerb> verbs) {
        for (String method : METHODS) {
            for (JsonNode verb : rest.path(method)) {
                Set<String> produces = mediaTypes(rest, verb, "produces");
                verbs.add(new RestVerb(
                        method.toUpperCase(Locale.ROOT),
                        path(rest.path("path").asText() + "/"
                                + verb.path("path").asText()),
                        access(verb.path("security")),
                        query(verb.path("param")),
                        mediaTypes(rest, verb, "consumes"),
                        produces.isEmpty() ? Set.of("application/json") : produces));
            }
        }
    }

    private static Set<String> access(JsonNode security) {
        Set<String> scopes = new TreeSet<>();
        for (JsonNode entry : security) {
            if ("none".equals(entry.path("key").asText())) {
                return PUBLIC;
            }
            words(entry.path("scopes").asText()).forEach(scopes::add);
        }
        return scopes;
    }

    private static Set<String> query(JsonNode parameters) {
        Set<String> names = new TreeSet<>();
        for (JsonNode parameter : parameters) {
            if (parameter.path("type").asText("query").equals("query")) {
                names.add(parameter.path("name").asText());
            }
        }
        return names;
    }

    private static Set<String> mediaTypes(JsonNode rest, JsonNode verb, String field) {
        Set<String> types = new TreeSet<>();
        words(verb.path(field).asText(rest.path(field).asText())).forEach(types::add);
        return types;
    }

    private static Stream<String> words(String text) {
        return Arrays.stream(text.split("[,\\s]+")).filter(word -> !word.isEmpty());
    }

    /** Returns all operations of the contract that the routes must serve: those under /api. */
    static List<RestVerb> ofContract(Contract contract) {
        List<RestVerb> verbs = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path :
                contract.document().path("paths").properties()) {
            if (path.getKey().startsWith("/api/")) {
                for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                    if (METHODS.contains(operation.getKey())) {
                        verbs.add(ofOperation(
                                contract,
                                operation.getKey(),
                                path.getKey(),
                                path.getValue().path("parameters"),
                                operation.getValue()));
                    }
                }
            }
        }
        return verbs;
    }

    private static RestVerb ofOperation(
            Contract contract, String method, String path, JsonNode shared, JsonNode operation) {
        Set<String> query = new TreeSet<>();
        Stream.of(shared, operation.path("parameters"))
                .flatMap(list -> StreamSupport.stream(list.spliterator(), false))
                .map(contract::resolve)
                .filter(parameter -> "query".equals(parameter.path("in").asText()))
                .forEach(parameter -> query.add(parameter.path("name").asText()));
        Set<String> produces = new TreeSet<>();
        operation.path("responses").properties().stream()
                .filter(response -> response.getKey().startsWith("2"))
                .forEach(response -> produces.addAll(
                        names(contract.resolve(response.getValue()).path("content"))));
        return new RestVerb(
                method.toUpperCase(Locale.ROOT),
                path(path),
                access(operation, contract),
                query,
                names(operation.path("requestBody").path("content")),
                produces);
    }

    private static Set<String> access(JsonNode operation, Contract contract) {
        JsonNode security = operation.has("security")
                ? operation.get("security")
                : contract.document().path("security");
        Set<String> scopes = new TreeSet<>();
        for (JsonNode requirement : security) {
            if (requirement.isEmpty()) {
                return PUBLIC;
            }
            requirement.forEach(list -> list.forEach(scope -> scopes.add(scope.asText())));
        }
        return security.isEmpty() ? PUBLIC : scopes;
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static String path(String path) {
        return ("/" + path).replaceAll("\\{[^}]*}", "{}").replaceAll("/+", "/").replaceFirst("/$", "");
    }
}
