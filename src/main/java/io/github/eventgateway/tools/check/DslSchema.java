package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Checks the files against the schema of the YAML DSL from camel-yaml-dsl. A placeholder is allowed for a number or a
 * boolean.
 */
final class DslSchema implements Rule {

    private static final class Read {
        static final JsonNode SCHEMA = load();
    }

    private final JsonNode schema = Read.SCHEMA;
    private final SchemaWalk walk = new SchemaWalk(schema);

    private static JsonNode load() {
        try (InputStream schema = DslSchema.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            return new ObjectMapper().readTree(schema);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void check(Routes routes, Report report) {
        for (YamlNode file : routes.files()) {
            if (file.items().isEmpty()) {
                report.add(file, "the file is not a list of routes: begin it with - route:");
            }
            for (YamlNode item : file.items()) {
                walk.problems(schema.path("items"), item)
                        .forEach(problem -> report.add(problem.at(), problem.message(), problem.suggestion()));
            }
        }
    }
}
