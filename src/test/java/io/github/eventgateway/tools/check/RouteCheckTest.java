package io.github.eventgateway.tools.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.eventgateway.kafka.Offsets;
import io.github.eventgateway.startup.GatewayRoles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.env.StandardEnvironment;

/** The routes of the repository satisfy every rule, and each rule finds its mistakes. */
class RouteCheckTest {

    /** A correct folder with one element of each kind. The tests break one line of it. */
    private static final String GOOD = """
            - rest:
                id: things-api
                path: /api/things
                get:
                  - id: get-things
                    path: /all
                    security:
                      - key: bearer
                        scopes: "things:read"
                    to:
                      uri: direct:list-things
            - route:
                id: list-things
                description: In - nothing. Out - things.
                routeConfigurationId: retry
                from:
                  id: list-things-from
                  uri: direct:list-things
                  steps:
                    - setBody:
                        id: make-query
                        expression:
                          constant:
                            expression: "SELECT 1"
                    - to:
                        id: select
                        uri: jdbc:dataSource
                        parameters:
                          outputType: SelectList
                    - bean:
                        id: answer
                        ref: things
                        method: "answer(${body}, 'a,b')"
                    - to:
                        id: send
                        uri: kafka:things
                        parameters:
                          requestRequiredAcks: all
                          lingerMs: "{{linger}}"
                          maxBlockMs: 1000
                          deliveryTimeoutMs: 3000
                          requestTimeoutMs: 2000
                          keySerializer: org.apache.kafka.common.serialization.ByteArraySerializer
                          valueSerializer: io.github.eventgateway.deadletter.WholeRecordSerializer
            - routeConfiguration:
                id: retry
                description: Retries
                onException:
                  - onException:
                      exception:
                        - java.lang.Exception
                      redeliveryPolicy:
                        maximumRedeliveries: 0
                        logStackTrace: "{{stack}}"
            - routeTemplate:
                id: keep
                description: Keeps things
                parameters:
                  - name: topic
                  - name: group
                    defaultValue: all
                route:
                  id: keep-all
                  description: In - records. Out - rows.
                  routeConfigurationId: retry
                  from:
                    uri: "kafka:{{topic}}"
                    parameters:
                      groupId: "{{group}}"
                      consumersCount: 1
                      batching: true
                      autoOffsetReset: earliest
                      autoCommitEnable: false
                      allowManualCommit: true
                      breakOnFirstError: true
                      pollOnError: RETRY
                      keyDeserializer: org.apache.kafka.common.serialization.ByteArrayDeserializer
                      valueDeserializer: org.apache.kafka.common.serialization.ByteArrayDeserializer
                    steps:
                      - removeHeaders:
                          id: drop
                          pattern: "*"
                      - bean:
                          id: commit
                          ref: offsets
                          method: "commit(${exchangeProperty.batch})"
            - templatedRoute:
                routeId: keep-things
                routeTemplateRef: keep
                prefixId: keep-things
                parameters:
                  - name: topic
                    value: things
            """;

    /** The bean of the fixtures. */
    public static final class Things {

        public Object answer(Object body, String names) {
            return body + names;
        }

        Object hidden() {
            return null;
        }
    }

    private static RouteCheck check;

    @TempDir
    private Path folder;

    @BeforeAll
    static void prepare() {
        check = new RouteCheck(
                RouteSettings.of(Map.of("linger", "5", "stack", "false")),
                Installed.with(Beans.of(
                        Map.of("things", Things.class, "offsets", Offsets.class, "dataSource", DataSource.class))),
                new Catalogue(List.of(), List.of()),
                Path.of("nowhere"));
    }

    @BeforeEach
    void write() throws IOException {
        write("good.camel.yaml", GOOD);
    }

    private void write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    /** Writes a second file into the same folder. */
    private void add(String content) throws IOException {
        write("other.camel.yaml", content);
    }

    /** Replaces a text that occurs once. */
    private void change(String that, String by) throws IOException {
        assertThat(GOOD.split(java.util.regex.Pattern.quote(that), -1)).as(that).hasSize(2);
        write("good.camel.yaml", GOOD.replace(that, by));
    }

    private List<String> found(String rule) throws IOException {
        return check.check(folder).stream()
                .filter(finding -> finding.rule().equals(rule))
                .map(finding -> finding.file().getFileName() + ":" + finding.line() + ": " + finding.message())
                .toList();
    }

    private AbstractStringAssert<?> assertFound(String rule) throws IOException {
        List<String> found = found(rule);
        assertThat(found).as("%s, of %s", rule, check.check(folder)).hasSize(1);
        return assertThat(found.get(0));
    }

    private static int lineOf(String text) {
        return GOOD.substring(0, GOOD.indexOf(text)).split("\n", -1).length;
    }

    @Test
    void theRoutesOfTheGatewayHaveNoFindings() throws Exception {
        StandardEnvironment environment = new StandardEnvironment();
        ConfigDataEnvironmentPostProcessor.applyTo(environment);
        new GatewayRoles().postProcessEnvironment(environment, null);

        assertThat(RouteCheck.of(environment).check(Path.of("routes"))).isEmpty();
    }

    @Test
    void theFixtureHasNoFindings() throws Exception {
        assertThat(check.check(folder)).isEmpty();
    }

    @Test
    void aFindingNamesFileLineAndRule() throws Exception {
        change("outputType: SelectList", "outputTyp: SelectList");

        List<Finding> found = check.check(folder);

        String place = folder.resolve("good.camel.yaml") + ":" + lineOf("outputType") + ":15: ";
        assertThat(found)
                .extracting(Finding::toString)
                .containsExactly(place
                        + "the component jdbc has no option outputTyp; did you mean outputType? [endpoint-options]");
        assertThat(found.get(0).text().lines().skip(1))
                .containsExactly("                  outputTyp: SelectList", "                  ^");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "simple:\n                expression: \"${body.data[username]} == 'ann'\"",
                "simple:\n                expression: \"${body.data.address.city} == null\"",
                "simple:\n                expression: \"${body.data[tags][last]} contains 'a'\"",
                "jsonpath:\n                expression: \"$.data.tags[?(@.c == 7)]\"",
                "jsonpath:\n                expression: \"$.data.username\"\n                suppressExceptions: true"
            })
    void fieldsOfAnEventAreAccepted(String expression) throws Exception {
        add("""
                - route:
                    id: r
                    description: d
                    from:
                      id: r-from
                      uri: timer:r
                      steps:
                        - filter:
                            id: f
                            expression:
                              %s
                            steps:
                              - stop:
                                  id: s
                """.formatted(expression));

        assertThat(check.check(folder)).isEmpty();
    }

    @Test
    void invalidYamlIsFound() throws Exception {
        add("- route: [");

        assertFound("yaml").startsWith("other.camel.yaml:1: ");
    }

    @Test
    void anEmptyFileIsFound() throws Exception {
        add("route: {}\n");

        assertFound("dsl-schema").contains("not a list of routes");
    }

    @Test
    void aStepThatTheSchemaDoesNotKnowIsFound() throws Exception {
        change("- removeHeaders:", "- removeHeadres:");

        assertFound("dsl-schema").startsWith("good.camel.yaml:" + lineOf("- removeHeaders:") + ": ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"false\"", "maybe", "\"{{stack}} or so\""})
    void aTextInsteadOfABooleanIsFound(String value) throws Exception {
        change("logStackTrace: \"{{stack}}\"", "logStackTrace: " + value);

        assertFound("dsl-schema").contains("logStackTrace");
    }

    @Test
    void aDuplicateKeyIsFound() throws Exception {
        change("id: retry", "id: other\n    id: retry");

        assertFound("duplicate-keys").contains("the key id occurs twice");
    }

    @ParameterizedTest
    @CsvSource({
        "route id, '- route:\n    id: list-things\n    description: d\n    from:\n      uri: timer:x\n      steps: []'",
        "route id, '- templatedRoute:\n    routeId: list-things\n    routeTemplateRef: keep\n    prefixId: p\n    parameters:\n    - name: topic\n      value: x'",
        "step id, '- route:\n    id: r\n    description: d\n    from:\n      uri: timer:x\n      steps:\n        - stop:\n            id: select'",
        "step id, '- route:\n    id: r\n    description: d\n    from:\n      id: drop\n      uri: timer:x\n      steps: []'",
        "route id, '- rest:\n    path: /a\n    post:\n      - id: get-things\n        security:\n          - key: none\n        to:\n          uri: direct:list-things'",
        "route id, '- rest:\n    path: /a\n    post:\n      - id: list-things\n        security:\n          - key: none\n        to:\n          uri: direct:list-things'",
        "route configuration id, '- routeConfiguration:\n    id: retry\n'",
        "template id, '- routeTemplate:\n    id: keep\n    description: d\n    route:\n      id: r\n      description: d\n      from:\n        uri: timer:x\n        steps: []'"
    })
    void aDuplicateIdIsFound(String what, String file) throws Exception {
        add(file);

        assertFound("duplicate-ids")
                .contains("other.camel.yaml:")
                .contains("the " + what + " ")
                .contains("good.camel.yaml:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"to:\n          uri: direct:list-thinsg", "to: direct:list-thinsg"})
    void aVerbWithoutARouteIsFound(String to) throws Exception {
        change("to:\n          uri: direct:list-things", to);

        assertThat(check.check(folder))
                .extracting(Finding::rule, Finding::line, Finding::message, Finding::suggestion)
                .contains(tuple(
                        "direct-endpoints",
                        lineOf("to:\n          uri: direct:list-things") + to.split("\n").length - 1,
                        "direct:list-thinsg has no consumer: no route reads from it, and a request would hang",
                        "direct:list-things"));
    }

    @Test
    void aVerbThatCallsARouteInOneLineIsFound() throws Exception {
        change("to:\n          uri: direct:list-things", "to: direct:list-things");

        assertThat(check.check(folder))
                .extracting(Finding::rule, Finding::line, Finding::message, Finding::severity)
                .containsExactly(tuple(
                        "canonical-form",
                        lineOf("to:\n          uri: direct:list-things"),
                        "write to with uri on the line below",
                        Severity.WARNING));
    }

    @Test
    void aSecondConsumerIsFound() throws Exception {
        add("- route:\n    id: r\n    description: d\n    from:\n      uri: direct:list-things\n      steps: []\n");

        assertFound("direct-endpoints")
                .startsWith("other.camel.yaml:5: ")
                .contains("has a consumer already, in good.camel.yaml:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "onException:\n    exception:\n      - java.lang.Exception",
                "errorHandler:\n    noErrorHandler: {}",
                "intercept:\n    steps: []",
                "interceptFrom:\n    steps: []",
                "interceptSendToEndpoint:\n    uri: direct:list-things\n    steps: []",
                "onCompletion:\n    steps: []"
            })
    void aPolicyForOneFileIsFound(String element) throws Exception {
        add("- " + element + "\n");

        assertFound("file-scope").startsWith("other.camel.yaml:1: ");
    }

    @ParameterizedTest
    @CsvSource({
        "'- from:\n    uri: timer:x\n    steps: []', a bare from",
        "'- route:\n    id: r\n    description: d\n    from:\n      uri: timer:x\n      steps:\n        - to: direct:list-things', write to with its fields",
        "'- route:\n    id: r\n    description: d\n    from:\n      uri: timer:x?period=5\n      steps: []', query string",
        "'- route:\n    id: r\n    description: d\n    from:\n      uri: timer:x\n      steps:\n        - to:\n            uri: mock:x?retainFirst=5', query string",
        "'- route:\n    id: r\n    description: d\n    from:\n      uri: timer:x\n      steps:\n        - setBody:\n            expression:\n              simple: x', write simple:",
        "'- route:\n    id: r\n    description: d\n    from:\n      uri: timer:x\n      steps:\n        - setBody:\n            simple:\n              expression: x', under expression",
        "'- route:\n    id: r\n    description: d\n    from:\n      uri: timer:x\n      steps:\n        - set-body:\n            expression:\n              simple:\n                expression: x', the key set-body is not",
        "'- route:\n    id: r\n    description: d\n    auto_startup: false\n    from:\n      uri: timer:x\n      steps: []', the key auto_startup is not"
    })
    void aShorthandIsFound(String file, String message) throws Exception {
        add(file);

        assertFound("canonical-form").startsWith("other.camel.yaml:").contains(message);
    }

    @ParameterizedTest
    @CsvSource({
        "id: list-things, the route has no id",
        "description: In - nothing. Out - things., the route has no description",
        "description: Keeps things, the routeTemplate has no description",
        "description: In - records. Out - rows., the route has no description"
    })
    void aMissingIdOrDescriptionIsFound(String line, String message) throws Exception {
        write("good.camel.yaml", GOOD.replaceFirst("(?m)^ *" + line.strip() + "$\n", ""));

        assertFound("descriptions").contains(message);
    }

    @ParameterizedTest
    @CsvSource({
        "id: get-things, description: none, has no id",
        "key: bearer, key: none-of-these, ''",
        "'scopes: \"things:read\"', 'scopes: \"\"', names no scope"
    })
    void anIncompleteVerbIsFound(String that, String by, String message) throws Exception {
        change(that, by);

        if (message.isEmpty()) {
            assertThat(found("rest-verbs")).isEmpty();
        } else {
            assertFound("rest-verbs")
                    .contains("the REST verb get /api/things/all")
                    .contains(message);
        }
    }

    @Test
    void aVerbWithoutSecurityIsFound() throws Exception {
        write("good.camel.yaml", GOOD.replaceFirst("(?s) {8}security:.*?read\"\n", ""));

        assertFound("rest-verbs").contains("has no security");
    }

    @ParameterizedTest
    @CsvSource({"path: /api/things, path: /proxy/things, open proxy", "path: /all, path: /, leave it out"})
    void anUnsafePathIsFound(String that, String by, String message) throws Exception {
        change(that, by);

        assertFound("http-paths").contains(message);
    }

    @Test
    void anEndpointThatIsAProxyIsFound() throws Exception {
        add(
                "- route:\n    id: r\n    description: d\n    from:\n      uri: platform-http:proxy-of-all\n      steps: []\n");

        assertFound("http-paths").startsWith("other.camel.yaml:5: ");
    }

    @Test
    void aPlaceholderWithoutASettingIsFound() throws Exception {
        change("{{linger}}", "{{lingre}}");

        assertFound("placeholders").contains("{{lingre}} has no value");
    }

    @Test
    void aTemplateParameterIsUnknownOutsideOfItsTemplate() throws Exception {
        change("value: things", "value: \"{{topic}}\"");

        assertFound("placeholders").contains("{{topic}} has no value");
    }

    @Test
    void aDeadLetterChannelIsFound() throws Exception {
        add("""
                - routeConfiguration:
                    errorHandler:
                      deadLetterChannel:
                        deadLetterUri: direct:list-things
                """);

        assertFound("dead-letter-channels").startsWith("other.camel.yaml:3: ");
    }

    @ParameterizedTest
    @CsvSource({
        "batching: true, batching: false, batching",
        "autoOffsetReset: earliest, autoOffsetReset: latest, autoOffsetReset",
        "autoCommitEnable: false, autoCommitEnable: true, autoCommitEnable",
        "allowManualCommit: true, lingerMs: 1, allowManualCommit",
        "breakOnFirstError: true, breakOnFirstError: false, breakOnFirstError",
        "pollOnError: RETRY, pollOnError: DISCARD, pollOnError",
        "keyDeserializer: org.apache.kafka.common.serialization.ByteArrayDeserializer, keyDeserializer: a.B, keyDeserializer",
        "valueDeserializer: org.apache.kafka.common.serialization.ByteArrayDeserializer, pollTimeoutMs: 1, valueDeserializer",
        "consumersCount: 1, 'consumersCount: 1\n          groupInstanceId: one', fence each other",
        "consumersCount: 1, 'offsetRepository: \"#bean:things\"', remove offsetRepository",
        "consumersCount: 1, 'isolationLevel: read_uncommitted', aborted transactions"
    })
    void aConsumerThatCanLoseRecordsIsFound(String that, String by, String message) throws Exception {
        change(that, by);

        assertFound("kafka-consumers").contains(message);
    }

    @ParameterizedTest
    @CsvSource({
        "requestRequiredAcks: all, requestRequiredAcks: 1, requestRequiredAcks",
        "lingerMs: \"{{linger}}\", maxRequestSize: 1000, set lingerMs",
        "keySerializer: org.apache.kafka.common.serialization.ByteArraySerializer, maxRequestSize: 1000, keySerializer",
        "valueSerializer: io.github.eventgateway.deadletter.WholeRecordSerializer, valueSerializer: io.github.eventgateway.Nothing, valueSerializer",
        "valueSerializer: io.github.eventgateway.deadletter.WholeRecordSerializer, valueSerializer: org.apache.kafka.common.serialization.StringSerializer, valueSerializer"
    })
    void aProducerThatCanLoseOrChangeRecordsIsFound(String that, String by, String message) throws Exception {
        change(that, by);

        assertFound("kafka-producers").contains(message);
    }

    @ParameterizedTest
    @CsvSource({
        "ref: things, ref: thinsg, there is no bean thinsg",
        "'answer(${body}, ''a,b'')', answre, has no public method answre",
        "'answer(${body}, ''a,b'')', answer(), 'has no method answer of 0 arguments: answer(Object body, String names)'",
        "'answer(${body}, ''a,b'')', hidden, has no public method hidden",
        "jdbc:dataSource, jdbc:dataSuorce, there is no bean dataSuorce",
        "'SELECT 1', '${bean:nothing.x}', there is no bean nothing",
        "maxBlockMs: 1000, 'interceptorClasses: \"#bean:nothing\"', there is no bean nothing"
    })
    void anUnknownBeanOrMethodIsFound(String that, String by, String message) throws Exception {
        change(that, by);

        assertFound("bean-references").contains(message);
    }

    @Test
    void anUnknownMethodInAnExpressionIsFound() throws Exception {
        change(
                "constant:\n                expression: \"SELECT 1\"",
                "method:\n                ref: things\n                method: nothing");

        assertFound("bean-references").contains("has no public method nothing");
    }

    @ParameterizedTest
    @CsvSource({
        "routeTemplateRef: keep, routeTemplateRef: keeper, there is no template keeper",
        "'- name: topic\n        value', '- name: topci\n        value', ''",
        "'    prefixId: keep-things\n', '', has no prefixId",
        "'    routeId: keep-things\n', '', has no routeId"
    })
    void anImpossibleTemplatedRouteIsFound(String that, String by, String message) throws Exception {
        change(that, by);

        if (message.isEmpty()) {
            assertThat(found("templates"))
                    .hasSize(2)
                    .anySatisfy(finding -> assertThat(finding).contains("needs the parameter topic"))
                    .anySatisfy(finding -> assertThat(finding).contains("has no parameter topci"));
        } else {
            assertFound("templates").contains(message);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"routes.yaml", "below/routes.camel.yaml", "readme.md"})
    void aFileThatIsNotLoadedIsFound(String name) throws Exception {
        write(name, "[]");

        assertFound("file-names").contains("is not loaded");
    }

    @ParameterizedTest
    @CsvSource({
        "outputType: SelectList, outputTyp: SelectList, outputTyp",
        "outputType: SelectList, outputType: SelectLots, SelectLots",
        "lingerMs: \"{{linger}}\", lingerMs: soon, lingerMs",
        "maxBlockMs: 1000, groupId: g, groupId"
    })
    void anOptionThatTheComponentDoesNotKnowIsFound(String that, String by, String message) throws Exception {
        change(that, by);

        assertFound("endpoint-options").contains(message);
    }

    @ParameterizedTest
    @CsvSource({
        "kafka:things, true, groupProtocol, classic",
        "kafka:things, true, groupRemoteAssignor, uniform",
        "platform-http:/things, true, oauthProfile, staff",
        "http://localhost/x, false, hostnameVerificationPolicy, BUILTIN"
    })
    void anOptionThatIsNewerThanTheCatalogueIsKnown(String uri, boolean consumer, String option, String value)
            throws Exception {
        add("""
                - route:
                    id: r
                    description: d
                    from:
                      uri: %s
                      %s
                      steps:
                        - to:
                            id: t
                            uri: %s
                            %s
                """.formatted(
                        consumer ? uri : "timer:x",
                        consumer ? "parameters: {" + option + ": " + value + "}" : "parameters: {}",
                        consumer ? "mock:x" : uri,
                        consumer ? "parameters: {}" : "parameters: {" + option + ": " + value + "}"));
        assertThat(found("endpoint-options")).isEmpty();

        write(
                "other.camel.yaml",
                Files.readString(folder.resolve("other.camel.yaml")).replace(option, option + "s"));
        assertFound("endpoint-options")
                .contains("the component " + uri.replaceFirst(":.*", "") + " has no option " + option + "s");
    }

    @Test
    void anHttpOptionThatWouldBecomeAQueryParameterIsFound() throws Exception {
        change("uri: jdbc:dataSource", "uri: http://localhost/x");

        assertFound("endpoint-options").contains("outputType");
    }

    @Test
    void anUnknownComponentIsFound() throws Exception {
        change("uri: jdbc:dataSource", "uri: jbdc:dataSource");

        assertFound("endpoint-options").contains("jbdc");
    }
}
