package io.github.eventgateway.tools.check;

import java.util.stream.Stream;

/** Mistakes in the gateway's own files. */
final class WrongEdits {

    private static final String STORE = "routes/store-events.camel.yaml";
    private static final String PUBLISH = "routes/publish-events.camel.yaml";
    private static final String ALERT = "routes/alert-on-errors.camel.yaml";
    private static final String HANDLE = "routes/handle-events.camel.yaml";
    private static final String QUERY = "routes/query-events.camel.yaml";
    private static final String POLICY = "routes/error-policy.camel.yaml";
    private static final String DEAD = "routes/dead-letter-records.camel.yaml";
    private static final String STORE_DEAD = "routes/store-dead-letters.camel.yaml";
    private static final String QUERY_DEAD = "routes/query-dead-letters.camel.yaml";
    private static final String REPLAY = "routes/replay-dead-letters.camel.yaml";
    private static final String TEST_KAFKA = "routes/test-kafka.camel.yaml";
    private static final String SERVE = "routes/serve-contract.camel.yaml";
    private static final String SETTINGS = "application.yaml";
    private static final String LOGIN = "routes/schemas/user_login.schema.json";
    private static final String ERROR = "routes/schemas/system_error.schema.json";

    private WrongEdits() {}

    static Stream<WrongEdit> all() {
        return Stream.of(
                        syntax(),
                        schema(),
                        references(),
                        endpoints(),
                        expressions(),
                        silent(),
                        consumers(),
                        producers(),
                        components(),
                        security(),
                        events())
                .flatMap(edits -> edits);
    }

    private static WrongEdit edit(String name, String file, String before, String after) {
        return WrongEdit.of(name, file, before, after);
    }

    private static Stream<WrongEdit> syntax() {
        return Stream.of(
                edit("a bracket that is not closed", STORE, "name: topic\n", "name: [topic\n")
                        .at("        description: The name of the topic in Kafka")
                        .says("is not valid YAML"),
                edit("a line that is indented too little", PUBLISH, "    autoStartup:", "   autoStartup:")
                        .at("   autoStartup:")
                        .says("is not valid YAML"),
                edit("a tab", QUERY, "    path: /api/events\n", "\tpath: /api/events\n")
                        .at("\tpath")
                        .says("is not valid YAML"),
                edit(
                                "a quote that is not closed",
                                ALERT,
                                "\"{{gateway.role.handle.on}}\"",
                                "\"{{gateway.role.handle.on}}")
                        .at("{{gateway.role.handle.on}}")
                        .says("the quote that begins here is not closed"),
                edit("a colon without quotes in a text", SERVE, "description: In - nothing", "description: In: nothing")
                        .at("description: In: nothing")
                        .says("is not valid YAML"),
                edit(
                                "a placeholder without quotes",
                                STORE,
                                "\"{{gateway.store.consumers}}\"",
                                "{{gateway.store.consumers}}")
                        .at("{{gateway.store.consumers}}")
                        .says("needs quotes"),
                edit(
                                "a key that occurs twice",
                                STORE,
                                "          consumersCount: \"{{gateway.store.consumers}}\"\n",
                                "          consumersCount: \"{{gateway.store.consumers}}\"\n          consumersCount: 1\n")
                        .at("consumersCount: 1")
                        .says("consumersCount occurs twice"),
                WrongEdit.more("a file that is not a list", "routes/new.camel.yaml", "route:\n  id: x\n")
                        .says("not a list of routes"),
                WrongEdit.more("a routes file of another name", "routes/new.yaml", "- route: {}\n")
                        .says("is not loaded"),
                WrongEdit.more("a routes file in a folder below", "routes/schemas/new.camel.yaml", "- route: {}\n")
                        .says("is not loaded"));
    }

    private static Stream<WrongEdit> schema() {
        return Stream.of(
                edit("a step that Camel does not know", QUERY, "- removeHeaders:", "- removeHeadres:")
                        .at("- removeHeadres")
                        .says("there is no step removeHeadres; did you mean removeHeaders?"),
                edit("an element that Camel does not know", STORE, "- routeTemplate:", "- routeTemplat:")
                        .at("- routeTemplat:")
                        .says("routeTemplat; did you mean routeTemplate?"),
                edit(
                                "a field of a step that does not exist",
                                QUERY,
                                "            pattern: \"*\"",
                                "            patern: \"*\"")
                        .at("patern")
                        .says("removeHeaders has no field patern; did you mean pattern?"),
                edit("a field of a route that does not exist", ALERT, "    autoStartup:", "    autostartup:")
                        .at("autostartup")
                        .says("did you mean autoStartup?"),
                edit(
                                "a field of an error policy that does not exist",
                                POLICY,
                                "maximumRedeliveryDelay:",
                                "maximumRedeliverDelay:")
                        .at("maximumRedeliverDelay")
                        .says("has no field maximumRedeliverDelay; did you mean maximumRedeliveryDelay?"),
                edit("a text instead of a number", POLICY, "backOffMultiplier: 2", "backOffMultiplier: twice")
                        .at("twice")
                        .says("backOffMultiplier is a number"),
                edit(
                                "a truth value in quotes",
                                POLICY,
                                "useExponentialBackOff: true",
                                "useExponentialBackOff: \"true\"")
                        .at("useExponentialBackOff: \"true\"")
                        .says("useExponentialBackOff is true or false, without quotes"),
                edit("a number instead of a text", PUBLISH, "expression: \"202\"", "expression: 202")
                        .at("expression: 202")
                        .says("write the value in quotes"),
                edit(
                                "a value that is not among the choices",
                                POLICY,
                                "            maximumRedeliveries: \"{{gateway.store.redeliveries}}\"\n",
                                "            retryAttemptedLogLevel: WARNING\n")
                        .at("WARNING")
                        .says("did you mean WARN?"),
                edit("a field that is asked for and missing", QUERY, "            name: id\n", "")
                        .at("setHeader:")
                        .says("lacks the field name")
                        .above(),
                edit(
                                "a single value instead of a list",
                                POLICY,
                                "          exception:\n            - org.apache.kafka.common.KafkaException\n",
                                "          exception: org.apache.kafka.common.KafkaException\n")
                        .at("exception: org")
                        .says("exception is a list"),
                edit(
                                "two steps in one item",
                                HANDLE,
                                "          - setProperty:\n              id: keep-handled-batch",
                                "            setProperty:\n              id: keep-handled-batch")
                        .at("setProperty:")
                        .says("an item of a list has only one key"),
                edit(
                                "a step without its expression",
                                PUBLISH,
                                "            name: message\n            expression:\n              constant:\n                expression: events.accepted\n",
                                "            name: message\n")
                        .at("setProperty:")
                        .says("setProperty lacks its expression")
                        .above(),
                edit(
                                "an expression of an unknown language",
                                STORE,
                                "                simple:\n                  expression: \"${body}\"",
                                "                simpel:\n                  expression: \"${body}\"")
                        .at("simpel")
                        .says("did you mean simple?"),
                edit(
                                "steps without any step",
                                SERVE,
                                "      steps:\n        - setBody:",
                                "      steps:\n      parameters:\n        - setBody:")
                        .at("steps:")
                        .says("steps is empty"));
    }

    private static Stream<WrongEdit> references() {
        return Stream.of(
                edit(
                                "a call of a route that does not exist",
                                PUBLISH,
                                "uri: direct:send-event\n",
                                "uri: direct:send-evnt\n")
                        .at("direct:send-evnt")
                        .says("did you mean direct:send-event?"),
                edit("a REST verb that leads nowhere", QUERY, "uri: direct:query-events", "uri: direct:find-events")
                        .at("uri: direct:find-events")
                        .says("direct:find-events has no consumer"),
                edit("a REST verb without a route", QUERY, "        to:\n          uri: direct:query-events\n", "")
                        .at("id: get-events")
                        .says("has no route")
                        .above(),
                edit(
                                "a route that is renamed at one end only",
                                DEAD,
                                "uri: direct:dead-letter-records",
                                "uri: direct:dead-letters")
                        .in(STORE)
                        .at("uri: direct:dead-letter-records")
                        .says("direct:dead-letter-records has no consumer"),
                edit(
                                "two routes from one endpoint",
                                HANDLE,
                                "uri: direct:dead-letter-event\n      steps:",
                                "uri: direct:send-alert\n      steps:")
                        .at("uri: direct:send-alert")
                        .says("has a consumer already"),
                edit("a handler that does not exist", ALERT, "value: send-alert", "value: send-alerts")
                        .at("value: send-alerts")
                        .says("direct:send-alerts has no consumer"),
                edit(
                                "a handler without an error policy",
                                ALERT,
                                "    routeConfigurationId: retry-then-dead-letter\n",
                                "")
                        .at("- route:")
                        .says("the steps of this handler of alert-on-errors are not retried")
                        .above(),
                edit("a topic that does not exist", HANDLE, "kafka:{{topic}}", "kafka:system_log")
                        .at("kafka:system_log")
                        .says("kafka:system_log does not exist: no topic under gateway.events.topics "
                                + "has this name; did you"
                                + " mean system_logs?"),
                edit(
                                "a template with an unknown topic",
                                STORE,
                                "value: \"{{gateway.events.topics.user_events.name}}\"",
                                "value: user_event")
                        .at("value: user_event")
                        .says("did you mean user_events?"),
                edit(
                                "an error policy that does not exist",
                                ALERT,
                                "routeConfigurationId: retry-then-dead-letter",
                                "routeConfigurationId: retry-then-deadletter")
                        .at("retry-then-deadletter")
                        .says("did you mean retry-then-dead-letter?"),
                edit("an error policy that is renamed", POLICY, "id: watch-broker", "id: watch-brokers")
                        .in(PUBLISH)
                        .at("routeConfigurationId: watch-broker")
                        .says("did you mean watch-brokers?"),
                edit(
                                "a placeholder without a value",
                                HANDLE,
                                "{{gateway.handle.batch-records}}",
                                "{{gateway.handle.batch-record}}")
                        .at("gateway.handle.batch-record}")
                        .says("did you mean gateway.handle.batch-records?"),
                edit("a setting that is removed", SETTINGS, "    linger-ms: 0\n", "")
                        .in(PUBLISH)
                        .at("gateway.publish.linger-ms")
                        .says("gateway.publish.linger-ms}} has no value"),
                edit("a bean that does not exist", STORE, "ref: eventStore", "ref: eventStor")
                        .at("ref: eventStor")
                        .says("there is no bean eventStor; did you mean eventStore?"),
                edit("a method that does not exist", QUERY, "method: prepare\n", "method: prepair\n")
                        .at("method: prepair")
                        .says("the bean eventQuery has no public method prepair; did you mean prepare?"),
                edit(
                                "a method with too few arguments",
                                STORE,
                                "store(${body}, '{{group}}', ${routeId})",
                                "store(${body}, '{{group}}')")
                        .at("store(${body}")
                        .says("has no method store of 2 arguments: store("),
                edit("a method of an expression that does not exist", HANDLE, "select(${body},", "selct(${body},")
                        .at("selct(")
                        .says("did you mean select?"),
                edit("a database that does not exist", QUERY_DEAD, "uri: jdbc:dataSource", "uri: jdbc:datasource")
                        .at("jdbc:datasource")
                        .says("there is no bean datasource; did you mean dataSource?"),
                edit(
                                "a class that does not exist",
                                STORE,
                                "type: io.github.eventgateway.kafka.PolledBatch",
                                "type: io.github.eventgateway.kafka.PoledBatch")
                        .at("PoledBatch")
                        .says("did you mean io.github.eventgateway.kafka.PolledBatch?"),
                edit(
                                "an exception that does not exist",
                                POLICY,
                                "- org.apache.kafka.common.KafkaException",
                                "- org.apache.kafka.KafkaException")
                        .at("org.apache.kafka.KafkaException")
                        .says("there is no class org.apache.kafka.KafkaException"),
                edit(
                                "a template that does not exist",
                                STORE,
                                "routeTemplateRef: store-events",
                                "routeTemplateRef: store-event")
                        .at("routeTemplateRef: store-event")
                        .says("did you mean store-events?"),
                edit(
                                "a parameter that the template does not have",
                                STORE_DEAD,
                                "      - name: topic\n        value: \"{{gateway.events.topics.user",
                                "      - name: topics\n        value: \"{{gateway.events.topics.user")
                        .at("- name: topics")
                        .says("did you mean topic?"),
                edit(
                                "a message that does not exist",
                                PUBLISH,
                                "expression: events.accepted",
                                "expression: event.accepted")
                        .at("event.accepted")
                        .says("did you mean events.accepted?"));
    }

    private static Stream<WrongEdit> endpoints() {
        return Stream.of(
                edit("an option that no component has", QUERY, "outputType: SelectList", "outputTyp: SelectList")
                        .at("outputTyp")
                        .says("the component jdbc has no option outputTyp; did you mean outputType?"),
                edit("a value that an option does not take", QUERY, "outputType: SelectList", "outputType: SelectLst")
                        .at("SelectLst")
                        .says("did you mean SelectList?"),
                edit("a word for an option that needs a number", STORE, "\"{{gateway.store.batch-records}}\"", "many")
                        .at("many")
                        .says("the option maxPollRecords is 'many': write a whole number"),
                edit(
                                "a setting of the wrong kind behind an option",
                                SETTINGS,
                                "    batch-records: 500\n    poll-timeout-ms",
                                "    batch-records: lots\n    poll-timeout-ms")
                        .in(STORE)
                        .at("maxPollRecords")
                        .says("the option maxPollRecords is 'lots': write a whole number"),
                edit("a word for an option that needs a boolean", DEAD, "synchronous: true", "synchronous: sure")
                        .at("synchronous: sure")
                        .says("write true or false"),
                edit("an option of consumers at a producer", PUBLISH, "recordMetadata: true", "groupId: mine")
                        .at("groupId: mine")
                        .says("the option groupId of kafka is not valid for routes that send to it"),
                edit(
                                "an option of producers at a consumer",
                                STORE,
                                "          groupId: \"{{group}}\"\n",
                                "          groupId: \"{{group}}\"\n          lingerMs: 5\n")
                        .at("lingerMs: 5")
                        .says("the option lingerMs of kafka is not valid for routes that read from it"),
                edit("a component that does not exist", QUERY, "uri: jdbc:dataSource", "uri: jdcb:dataSource")
                        .at("jdcb:dataSource")
                        .says("there is no component jdcb; did you mean jdbc?"),
                edit(
                                "a component that the gateway does not have",
                                QUERY,
                                "uri: jdbc:dataSource",
                                "uri: sql:select-things")
                        .at("sql:select-things")
                        .says("the component sql is not part of this gateway"),
                httpCall("a misspelt option of an HTTP call", "conectTimeout: 2000")
                        .at("conectTimeout")
                        .says("did you mean connectTimeout?"));
    }

    private static Stream<WrongEdit> expressions() {
        return Stream.of(
                edit(
                                "a brace that is not closed",
                                "routes/publish-events.camel.yaml",
                                "\"${body.isEmpty()} == false\"",
                                "\"${body.isEmpty() == false\"")
                        .at("isEmpty() ==")
                        .says("this is not valid in the simple language"),
                edit(
                                "a function that simple does not know",
                                DEAD,
                                "expression: \"${body}\"",
                                "expression: \"${boddy}\"")
                        .at("${boddy}")
                        .says("boddy; did you mean body?"),
                edit("an operator that simple does not know", STORE, "${body.size()} > 0", "${body.size()} >> 0")
                        .at(">> 0")
                        .says("this is not valid in the simple language"),
                edit("a wrong argument of a bean's method", POLICY, "failed(${exception})", "failed(${exeption})")
                        .at("failed(${exeption})")
                        .says("did you mean exception?"),
                edit(
                                "a language that the gateway does not have",
                                ALERT,
                                "constant:\n                            expression: application/json",
                                "jq:\n                            expression: application/json")
                        .at("jq")
                        .says("the language jq is not part of this gateway"),
                edit("a data format that the gateway does not have", ALERT, "library: Jackson", "library: Gson")
                        .at("json:")
                        .says("the data format gson is not part of this gateway")
                        .above());
    }

    private static Stream<WrongEdit> silent() {
        return Stream.of(
                edit("a route id that occurs twice", QUERY_DEAD, "    id: show-dead-letter\n", "    id: show-event\n")
                        .in(QUERY)
                        .at("    id: show-event\n")
                        .says("the route id show-event is already in query-dead-letters.camel.yaml:"),
                edit("a route that is called by another name", QUERY, "    id: show-event\n", "    id: show-one\n")
                        .at("uri: direct:show-event")
                        .says("the route show-one is called as direct:show-event: give both the same name"),
                edit("a step id that occurs twice", ALERT, "id: when-severe", "id: shorten-alert")
                        .at("                        id: shorten-alert\n")
                        .says("the step id shorten-alert is already in alert-on-errors.camel.yaml:"),
                edit("a verb id that is a route's", QUERY, "- id: get-event\n", "- id: show-event\n")
                        .at("    id: show-event\n")
                        .says("the route id show-event is already in"),
                edit("a REST id that occurs twice", QUERY, "id: query-events-api", "id: contract-api")
                        .in(SERVE)
                        .at("id: contract-api")
                        .says("the REST id contract-api is already in"),
                edit("an error policy's id that occurs twice", POLICY, "id: answer-partly", "id: watch-broker")
                        .at("id: watch-broker")
                        .says("the route configuration id watch-broker is already in"),
                edit("two verbs of one path", QUERY, "        path: \"/{id}\"\n", "")
                        .at("- id: get-event\n")
                        .says("the REST verb get /api/events is in")
                        .above(),
                WrongEdit.more(
                                "a policy for its own file",
                                ALERT,
                                "- onException:\n    exception:\n      - java.lang.Exception\n")
                        .at("- onException")
                        .says("a top-level onException silently applies only to this file"),
                edit(
                                "a path that is a slash",
                                SERVE,
                                "      - id: get-contract\n",
                                "      - id: get-contract\n        path: /\n")
                        .at("path: /\n")
                        .says("path / matches only with a slash"),
                edit(
                                "a dead-letter channel",
                                POLICY,
                                "      noErrorHandler: {}",
                                "      deadLetterChannel:\n        deadLetterUri: direct:dead-letter-records")
                        .at("deadLetterChannel")
                        .says("answers the caller as if the call had succeeded"),
                edit("an error policy that loses its id", POLICY, "    id: watch-broker\n", "")
                        .at("- routeConfiguration:\n    description: For the route that sends an event to Kafka.")
                        .says("the second routeConfiguration without an id")
                        .above(),
                WrongEdit.more("a bare from", "routes/new.camel.yaml", "- from:\n    uri: timer:x\n    steps: []\n")
                        .at("- from")
                        .says("write route:"),
                edit("a query string in a URI", QUERY, "uri: jdbc:dataSource", "uri: jdbc:dataSource?readSize=5")
                        .at("readSize")
                        .says("write its options under parameters"),
                edit(
                                "a step in one line",
                                HANDLE,
                                "                          - to:\n                              id: hand-over-given-up-event\n                              uri: direct:dead-letter-event\n",
                                "                          - to: direct:dead-letter-event\n")
                        .at("- to: direct:dead-letter-event")
                        .says("write to with its fields on the lines below"),
                edit("a key in another case", STORE, "- convertBodyTo:", "- convert-body-to:")
                        .at("convert-body-to")
                        .says("did you mean convertBodyTo?"),
                edit("a route without an id", SERVE, "    id: serve-contract\n", "")
                        .at("- route:")
                        .says("the route has no id")
                        .above(),
                edit("a template used has no prefixId", STORE, "    prefixId: store-user-events\n", "")
                        .at("- templatedRoute:\n    routeId: store-user-events")
                        .says("has no prefixId")
                        .above());
    }

    private static Stream<WrongEdit> consumers() {
        return Stream.of(
                edit(
                                "auto-commit",
                                STORE,
                                "          groupId: \"{{group}}\"\n",
                                "          groupId: \"{{group}}\"\n          autoCommitEnable: true\n")
                        .at("autoCommitEnable: true")
                        .says("set autoCommitEnable to false"),
                edit(
                                "no manual commit",
                                HANDLE,
                                "          groupId: \"{{group}}\"\n",
                                "          groupId: \"{{group}}\"\n          allowManualCommit: false\n")
                        .at("allowManualCommit: false")
                        .says("set allowManualCommit to true"),
                edit(
                                "a failed batch that is skipped",
                                STORE_DEAD,
                                "          groupId: \"{{gateway.dead-letters.group}}\"\n",
                                "          groupId: \"{{gateway.dead-letters.group}}\"\n          breakOnFirstError: false\n")
                        .at("breakOnFirstError: false")
                        .says("set breakOnFirstError to true"),
                edit("the default of pollOnError", SETTINGS, "      poll-on-error: RETRY\n", "")
                        .in(STORE)
                        .at("uri: \"kafka:{{topic}}\"")
                        .says("set pollOnError to RETRY"),
                edit(
                                "a typed deserializer",
                                HANDLE,
                                "          groupId: \"{{group}}\"\n",
                                "          groupId: \"{{group}}\"\n          valueDeserializer: org.apache.kafka.common.serialization.StringDeserializer\n")
                        .at("StringDeserializer")
                        .says("set valueDeserializer to"),
                edit(
                                "a consumer that skips what came before it",
                                STORE,
                                "          groupId: \"{{group}}\"\n",
                                "          groupId: \"{{group}}\"\n          autoOffsetReset: latest\n")
                        .at("autoOffsetReset: latest")
                        .says("set autoOffsetReset to earliest"),
                edit(
                                "offsets that are kept elsewhere",
                                STORE,
                                "          groupId: \"{{group}}\"\n",
                                "          groupId: \"{{group}}\"\n          offsetRepository: \"#class:org.apache.camel.support.processor.state.MemoryStateRepository\"\n")
                        .at("offsetRepository")
                        .says("remove offsetRepository"),
                edit(
                                "one instance id for several threads",
                                STORE,
                                "          groupId: \"{{group}}\"\n",
                                "          groupId: \"{{group}}\"\n          groupInstanceId: one\n")
                        .at("groupInstanceId")
                        .says("fence each other"),
                edit("a consumer without a group", HANDLE, "          groupId: \"{{group}}\"\n", "")
                        .at("uri: \"kafka:")
                        .says("has no groupId")
                        .above(),
                edit(
                                "two routes in one group",
                                HANDLE,
                                "groupId: \"{{group}}\"",
                                "groupId: \"{{gateway.store.group}}\"")
                        .in(STORE)
                        .at("groupId:")
                        .says("the group event-gateway-store reads"),
                edit(
                                "a consumer without an error policy",
                                STORE_DEAD,
                                "      routeConfigurationId: retry-then-read-again\n",
                                "")
                        .at("    route:\n")
                        .says("has no error policy")
                        .above(),
                edit(
                                "a policy that swallows a failure",
                                POLICY,
                                "            - org.apache.kafka.common.errors.RebalanceInProgressException\n",
                                "            - org.apache.kafka.common.errors.RebalanceInProgressException\n          handled:\n            constant:\n              expression: \"true\"\n")
                        .at("handled:")
                        .says("handled in the error policy of a consumer"),
                edit(
                                "retries that outlast the poll interval",
                                SETTINGS,
                                "    redeliveries: 5\n",
                                "    redeliveries: 50\n")
                        .in(POLICY)
                        .at("{{gateway.store.redeliveries}}")
                        .says("take longer than maxPollIntervalMs"),
                edit(
                                "a consumer that never commits",
                                HANDLE,
                                "ref: offsets\n              method: \"commit(${exchangeProperty.batch})\"",
                                "ref: abandonedEvents\n              method: takeOver")
                        .at("    route:")
                        .says("never commits")
                        .above(),
                edit(
                                "a step that pauses a consumer",
                                STORE,
                                "          - filter:\n",
                                "          - pausable:\n              consumerListener: x\n              untilCheck: x\n          - filter:\n")
                        .at("- pausable")
                        .says("pausable loses records"));
    }

    private static Stream<WrongEdit> producers() {
        return Stream.of(
                edit(
                                "acks of the leader alone",
                                PUBLISH,
                                "              maxInFlightRequest: 1\n",
                                "              maxInFlightRequest: 1\n              requestRequiredAcks: 1\n")
                        .at("requestRequiredAcks: 1")
                        .says("set requestRequiredAcks to all"),
                edit(
                                "a text serializer",
                                DEAD,
                                "              synchronous: true\n",
                                "              synchronous: true\n              keySerializer: org.apache.kafka.common.serialization.StringSerializer\n")
                        .at("StringSerializer")
                        .says("set keySerializer to"),
                edit("no idempotence", REPLAY, "compressionCodec: gzip", "enableIdempotence: false")
                        .at("enableIdempotence: false")
                        .says("set enableIdempotence to true"),
                edit(
                                "a producer that waits for a minute",
                                PUBLISH,
                                "              maxBlockMs: \"{{gateway.publish.max-block-ms}}\"\n",
                                "")
                        .at("uri: kafka:topic-of-each-event")
                        .says("set maxBlockMs")
                        .above(),
                edit(
                                "a header that moves a record",
                                PUBLISH,
                                "name: CamelHttpResponseCode",
                                "name: kafka.OVERRIDE_TOPIC")
                        .at("kafka.OVERRIDE_TOPIC")
                        .says("routes must not set headers of Camel's Kafka component"));
    }

    /** Returns mistakes in the common options of consumers and producers in application.yaml. */
    private static Stream<WrongEdit> components() {
        String bytes = "org.apache.kafka.common.serialization.ByteArray";
        return Stream.of(
                component("batching: true", "batching: false"),
                component("auto-commit-enable: false", "auto-commit-enable: true"),
                component("auto-commit-enable: false", "autoCommitEnable: true"),
                component("allow-manual-commit: true", "allow-manual-commit: false"),
                component("break-on-first-error: true", "break-on-first-error: false"),
                component("poll-on-error: RETRY", "poll-on-error: DISCARD"),
                component("auto-offset-reset: earliest", "auto-offset-reset: latest"),
                component("key-deserializer: " + bytes + "Deserializer", "key-deserializer: a.B"),
                component("value-deserializer: " + bytes + "Deserializer", "value-deserializer: a.B"),
                component("batching: true", "batching: true\n      isolation-level: read_uncommitted"),
                component("key-serializer: " + bytes + "Serializer", "key-serializer: a.B"),
                component("value-serializer: " + bytes + "Serializer", "value-serializer: a.B"),
                component("request-required-acks: all", "request-required-acks: 1"),
                component("enable-idempotence: true", "enable-idempotence: false"));
    }

    private static WrongEdit component(String right, String wrong) {
        String last = wrong.substring(wrong.lastIndexOf('\n') + 1).strip();
        return edit("the default " + last, SETTINGS, "      " + right + "\n", "      " + wrong + "\n")
                .at(last)
                .says(": set it to ");
    }

    private static Stream<WrongEdit> security() {
        return Stream.of(
                edit("a verb without security", SERVE, "        security:\n          - key: none\n", "")
                        .at("- id: get-contract")
                        .says("has no security")
                        .above(),
                edit("a scope that no token has", QUERY, "scopes: \"events:read\"", "scopes: \"event:read\"")
                        .at("event:read")
                        .says("did you mean events:read?"),
                edit("a key without a scope", TEST_KAFKA, "            scopes: \"kafka:test\"\n", "")
                        .at("- key: bearer")
                        .says("names no scope")
                        .above(),
                edit("a path that is a proxy", SERVE, "path: /api/openapi.yaml", "path: /proxy/openapi.yaml")
                        .at("- id: get-contract")
                        .says("open proxy"),
                edit(
                                "headers that go out",
                                ALERT,
                                "                    - removeHeaders:\n                        id: drop-record-headers\n                        pattern: \"*\"\n",
                                "")
                        .at("uri: bean:webhooks")
                        .says("headers of the message would change this call"),
                httpCall("a call that follows redirects", "followRedirects: true")
                        .at("followRedirects: true")
                        .says("credentials would follow a redirect"),
                edit(
                                "this SQL contains text from the message",
                                QUERY,
                                "              constant:\n                expression: \"SELECT id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, publisher, repaired_by, payload FROM event WHERE id = :?id\"",
                                "              simple:\n                expression: \"SELECT payload FROM event WHERE id = '${header.id}'\"")
                        .at("SELECT payload")
                        .says("this SQL contains text from the message"));
    }

    private static WrongEdit httpCall(String name, String option) {
        return WrongEdit.more(name, "routes/new.camel.yaml", """
                - route:
                    id: call-elsewhere
                    description: In - anything. Out - a call. On failure - thrown.
                    from:
                      id: call-elsewhere-from
                      uri: direct:call-elsewhere
                      steps:
                        - removeHeaders:
                            id: drop-headers-of-call
                            pattern: "*"
                        - to:
                            id: call
                            uri: http://127.0.0.1/elsewhere
                            parameters:
                              %s
                """.formatted(option));
    }

    private static WrongEdit redaction(String name, String setting) {
        return edit(
                        name,
                        SETTINGS,
                        "      hash-key: \"${REDACTION_KEY:}\"\n",
                        "      hash-key: \"${REDACTION_KEY:}\"\n      " + setting + "\n")
                .at(setting);
    }

    private static Stream<WrongEdit> events() {
        return Stream.of(
                edit(
                                "a type without a schema",
                                SETTINGS,
                                "          - user_delete\n",
                                "          - user_delete\n          - user_locked\n")
                        .at("- user_locked")
                        .says("the event type user_locked has no schema"),
                WrongEdit.more(
                                "a schema without a type",
                                "routes/schemas/user_locked.schema.json",
                                "{\"type\": \"object\"}\n")
                        .says("no topic in application.yaml lists the event type user_locked"),
                edit("a type that is misspelt", SETTINGS, "- system_info", "- system_inof")
                        .at("- system_inof")
                        .says("did you mean system_info?"),
                edit("a schema that is not JSON", LOGIN, "\"type\": \"object\",", "\"type\": \"object\"")
                        .at("\"required\"")
                        .says("the schema is not valid JSON"),
                edit("a schema that is none", LOGIN, "\"type\": \"object\"", "\"type\": \"objekt\"")
                        .at("objekt")
                        .says("the schema is not a valid JSON Schema"),
                edit(
                                "a keyword that is misspelt",
                                ERROR,
                                "\"minLength\": 1, \"maxLength\"",
                                "\"minLenght\": 1, \"maxLength\"")
                        .at("minLenght")
                        .says("did you mean minLength?"),
                edit("a filler that does not exist", LOGIN, "\"x-fill\": \"verb\"", "\"x-fill\": \"verbs\"")
                        .at("verbs")
                        .says("did you mean verb?"),
                edit("a Kafka key that is not a field", SETTINGS, "key: /service", "key: /servce")
                        .at("key: /servce")
                        .says("did you mean /service?"),
                edit(
                                "bounds that are crossed",
                                LOGIN,
                                "\"minimum\": 1, \"maximum\": 9223372036854775807",
                                "\"minimum\": 10, \"maximum\": 9")
                        .at("\"minimum\": 10")
                        .says("minimum is 10 and maximum is 9: no value satisfies both"),
                edit(
                                "a reference that leads nowhere",
                                LOGIN,
                                "\"username\": { \"type\": \"string\", \"minLength\": 1, \"maxLength\": 64 }",
                                "\"username\": { \"$ref\": \"#/$defs/name\" }")
                        .at("#/$defs/name")
                        .says("where there is no schema"),
                edit("a default that is none of the values", ERROR, "\"default\": \"error\"", "\"default\": \"eror\"")
                        .at("\"default\": \"eror\"")
                        .says("default violates its schema"),
                redaction("fields withheld of an unknown type", "redacted: {user_loign: [/ip]}")
                        .says("the event type user_loign, which no topic lists; did you mean user_login?"),
                redaction("a redacted field that is not a pointer", "hashed: {user_login: [ip]}")
                        .says("names 'ip', which is not a field: write a JSON Pointer"),
                redaction("a withheld field with a bad escape", "hashed: {user_login: [/i~2p]}")
                        .says("which is not a field"),
                redaction("a redacted field that does not exist", "redacted: {user_login: [/usrename]}")
                        .says("has no such field; did you mean /username?"),
                redaction("a withheld field below one that has none", "redacted: {user_login: [/username/first]}")
                        .says("has no such field"),
                redaction("a withheld Kafka key", "redacted: {user_login: [/user_id]}")
                        .says("the Kafka key of user_events"),
                WrongEdit.more("a schema of another name", "routes/schemas/user_locked.json", "{}")
                        .says("is ignored"),
                edit("a type that is too long", SETTINGS, "- user_delete\n", "- user_" + "x".repeat(60) + "\n")
                        .at("- user_xxx")
                        .says("has 65 characters: write 1 to 64"),
                edit("a type with a slash", SETTINGS, "- user_delete\n", "- user/delete\n")
                        .at("- user/delete")
                        .says("has a slash"),
                edit(
                                "a topic that is too long for Kafka",
                                SETTINGS,
                                "KAFKA_TOPIC_SYSTEM_LOGS:system_logs",
                                "KAFKA_TOPIC_SYSTEM_LOGS:" + "x".repeat(246))
                        .at("key: /service")
                        .says("is not a valid topic name: write 1 to 245 of"),
                edit(
                                "a topic with a blank",
                                SETTINGS,
                                "KAFKA_TOPIC_SYSTEM_LOGS:system_logs",
                                "KAFKA_TOPIC_SYSTEM_LOGS:system logs")
                        .at("key: /service")
                        .says("'system logs' is not a valid topic name"),
                edit(
                                "a topic that Kafka cannot distinguish from another",
                                SETTINGS,
                                "KAFKA_TOPIC_SYSTEM_LOGS:system_logs",
                                "KAFKA_TOPIC_SYSTEM_LOGS:user.events")
                        .at("key: /service")
                        .says("Kafka cannot distinguish user.events from a topic of user_events"),
                edit(
                                "a topic of audit anchors with a blank",
                                SETTINGS,
                                "    anchor-topic: \"${AUDIT_ANCHOR_TOPIC:}",
                                "    anchor-topic: \"${AUDIT_ANCHOR_TOPIC:audit anchors}")
                        .at("anchor-topic:")
                        .says("the topic of the audit anchors, 'audit anchors', is not a valid topic name"),
                edit(
                                "a topic of audit anchors that is one of dead letters",
                                SETTINGS,
                                "    anchor-topic: \"${AUDIT_ANCHOR_TOPIC:}",
                                "    anchor-topic: \"${AUDIT_ANCHOR_TOPIC:user_events.dlq}")
                        .at("anchor-topic:")
                        .says("the topic of the audit anchors, user_events.dlq, is a topic of user_events"),
                edit(
                                "a topic that is another's dead letters",
                                SETTINGS,
                                "KAFKA_TOPIC_SYSTEM_LOGS:system_logs",
                                "KAFKA_TOPIC_SYSTEM_LOGS:user_events.dlq")
                        .at("key: /service")
                        .says("Kafka cannot distinguish user_events.dlq from a topic of"),
                edit(
                                "a consumer group that is too long",
                                SETTINGS,
                                "group: event-gateway-store",
                                "group: " + "x".repeat(256))
                        .in(STORE)
                        .at("groupId:")
                        .says("the name of the consumer group has 256 characters: write 1 to 255"),
                edit(
                                "a route's id that is too long",
                                STORE,
                                "routeId: store-system-logs",
                                "routeId: " + "x".repeat(256))
                        .at("- templatedRoute")
                        .above()
                        .says("the route's id has 256 characters: write 1 to 255"),
                edit(
                                "a topic that no route stores",
                                STORE,
                                "{{gateway.events.topics.system_logs.name}}",
                                "{{gateway.events.topics.user_events.name}}")
                        .in(SETTINGS)
                        .at("key: /service")
                        .says("no route stores the events of the topic system_logs"),
                edit(
                                "a topic whose dead letters no route keeps",
                                STORE_DEAD,
                                "{{gateway.events.topics.system_logs.name}}",
                                "{{gateway.events.topics.user_events.name}}")
                        .in(SETTINGS)
                        .at("key: /service")
                        .says("no route stores the dead letters of the topic system_logs"),
                edit("no route that stores", STORE, null, null)
                        .in(SETTINGS)
                        .at("key: /user_id")
                        .says("no route stores the events of the topic user_events"));
    }
}
