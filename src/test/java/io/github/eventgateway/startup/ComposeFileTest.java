package io.github.eventgateway.startup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** Compares docker-compose.yml with docs/operations.md, as far as possible without Docker. */
class ComposeFileTest {

    private static final Pattern DOCUMENTED_PORT = Pattern.compile("(?m)^\\| `([\\w-]+)` \\| ([0-9]+)");
    private static final Pattern WITH_DEFAULT = Pattern.compile("\\$\\{([A-Z_]+):");

    private static JsonNode yaml(String file) throws IOException {
        return new ObjectMapper().valueToTree(new Yaml().load(Files.readString(Path.of(file))));
    }

    private static Set<String> variables(String text) {
        return WITH_DEFAULT
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyVariableOfTheSettingsReachesTheContainer_andNoOther() throws IOException {
        Set<String> passed = new TreeSet<>();
        yaml("docker-compose.yml")
                .at("/services/gateway/environment")
                .fieldNames()
                .forEachRemaining(passed::add);

        assertThat(passed).isEqualTo(variables(yaml("application.yaml").toString()));
    }

    @Test
    void unsetVariablesHaveTheDefaultsOfTheSettings() throws IOException {
        JsonNode environment = yaml("docker-compose.yml").at("/services/gateway/environment");

        assertThat(environment.get("KAFKA_BROKERS").asText()).contains("xx-kafka:29092");
        assertThat(environment.properties())
                .filteredOn(entry -> entry.getValue().isNull())
                .hasSizeGreaterThan(40);
        assertThat(environment.get("AUDIT_SECRET").asText()).contains(":?");
    }

    @Test
    void healthAndMetricsAreReachableOnlyFromThisMachine() throws IOException {
        JsonNode gateway = yaml("docker-compose.yml").at("/services/gateway");

        assertThat(gateway.at("/environment/MANAGEMENT_ADDRESS").asText()).contains("0.0.0.0");
        assertThat(gateway.at("/ports"))
                .extracting(JsonNode::asText)
                .allMatch(port -> port.startsWith("127.0.0.1:"))
                .anyMatch(port -> port.endsWith("${MANAGEMENT_PORT:-9876}"))
                .anyMatch(port -> port.endsWith("${HTTP_PORT:-8080}"));
    }

    @Test
    void portsWithoutAPasswordAreReachableOnlyInTheirContainer() throws IOException {
        for (JsonNode service : yaml("docker-compose.yml").get("services")) {
            assertThat(service.path("ports")).extracting(JsonNode::asText).noneMatch(port -> port.endsWith(":9101"));
            if (service.at("/environment").has("KAFKA_JMX_PORT")) {
                assertThat(service.at("/environment/KAFKA_JMX_OPTS").asText()).contains("jmxremote.host=127.0.0.1");
            }
        }
    }

    @Test
    void eachContainerHasAMemoryLimit_andAFixedImageVersion() throws IOException {
        for (JsonNode service : yaml("docker-compose.yml").get("services")) {
            assertThat(service.path("mem_limit").asText()).matches("[0-9]+[mg]");
            assertThat(service.path("build").isMissingNode())
                    .as(service.path("image").asText())
                    .isEqualTo(service.path("image").asText().matches(".+:[0-9]+([.][0-9]+)+"));
        }
    }

    @Test
    void secretsAreInAFileThatGitIgnores() throws IOException {
        assertThat(Files.readAllLines(Path.of(".gitignore"))).contains(".env");
        String example = Files.readString(Path.of(".env.example"));
        Pattern.compile("\\$\\{([A-Z_]+):\\?")
                .matcher(Files.readString(Path.of("docker-compose.yml")))
                .results()
                .forEach(required -> assertThat(example).contains(required.group(1)));
        assertThat(example.lines().filter(line -> !line.startsWith("#")).toList())
                .containsExactlyInAnyOrder("", "COMPOSE_PROFILES=kraft");
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/operations.md", "docs/zh/operations.md"})
    void theDocumentationSaysHowItIsStartedStoppedAndCalled(String page) throws IOException {
        assertThat(Files.readString(Path.of(page)))
                .contains(
                        "cp .env.example .env",
                        "docker compose --profile kraft --profile zookeeper down",
                        "docker compose exec gateway java -jar app.jar token",
                        "Docker Engine 23.0",
                        "127.0.0.1:9876/observe/health",
                        "127.0.0.1:9876/observe/metrics");
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/operations.md", "docs/zh/operations.md"})
    void theDocumentedPortsAreThoseOfTheContainers(String page) throws IOException {
        Set<String> ports = new TreeSet<>();
        yaml("docker-compose.yml").get("services").properties().forEach(service -> {
            String name = service.getValue().path("container_name").asText(service.getKey());
            for (String list : new String[] {"ports", "expose"}) {
                service.getValue()
                        .path(list)
                        .forEach(port -> ports.add(name + " " + port.asText().replaceAll(".*?([0-9]+)}?$", "$1")));
            }
            if (service.getValue().at("/environment").has("KAFKA_JMX_PORT")) {
                ports.add(name + " "
                        + service.getValue().at("/environment/KAFKA_JMX_PORT").asText());
            }
        });

        assertThat(DOCUMENTED_PORT
                        .matcher(Files.readString(Path.of(page)))
                        .results()
                        .map(found -> found.group(1) + " " + found.group(2)))
                .hasSizeGreaterThan(6)
                .containsExactlyInAnyOrderElementsOf(ports);
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/operations.md", "docs/zh/operations.md"})
    void theDocumentedDefaultsAreThoseOfTheContainer(String page) throws IOException {
        String text = Files.readString(Path.of(page));
        yaml("docker-compose.yml")
                .at("/services/gateway/environment")
                .properties()
                .forEach(variable -> {
                    String value = variable.getValue().asText("").replaceAll("^\\$\\{[A-Z_]+:[-?](.*)}$", "$1");
                    if (!variable.getValue().isNull()) {
                        String row = "| `" + variable.getKey() + "` | ";
                        assertThat(text).contains(value.startsWith("set it") ? row : row + "`" + value + "`");
                    }
                });
    }
}
