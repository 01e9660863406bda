package io.github.eventgateway.tools.check;

import java.util.stream.Stream;

/** Correct routes that resemble mistakes. No rule may report them. */
final class RightRoutes {

    private static final String STORE = "routes/store-events.camel.yaml";
    private static final String ALERT = "routes/alert-on-errors.camel.yaml";
    private static final String POLICY = "routes/error-policy.camel.yaml";
    private static final String QUERY = "routes/query-events.camel.yaml";
    private static final String NEW = "routes/new.camel.yaml";

    private RightRoutes() {}

    static Stream<WrongEdit> all() {
        return Stream.of(consumers(), policies(), references(), routes(), expressions())
                .flatMap(edits -> edits);
    }

    private static WrongEdit step(String name, String yaml) {
        return WrongRoutes.step(name, yaml);
    }

    private static WrongEdit route(String name, String steps) {
        return WrongRoutes.route(name, steps);
    }

    private static WrongEdit edit(String name, String file, String before, String after) {
        return WrongEdit.of(name, file, before, after);
    }

    private static Stream<WrongEdit> consumers() {
        String split =
                "- split:\n    id: each\n    expression:\n      simple:\n        expression: \"${body.records}\"\n    steps:\n";
        return Stream.of(
                edit(
                        "a log after the commit",
                        STORE,
                        WrongRoutes.COMMIT,
                        WrongRoutes.COMMIT
                                + "          - log:\n              id: say-committed\n              message: committed\n"),
                edit(
                        "a commit as a property",
                        STORE,
                        WrongRoutes.COMMIT,
                        "          - setProperty:\n              id: commit-batch\n              name: committed\n              expression:\n                simple:\n                  expression: \"${exchangeProperty.batch.commit()}\"\n"),
                step("a stop of one record in a split", split + "      - stop:\n          id: end\n"),
                step(
                        "a split one after the other",
                        split + "      - log:\n          id: say\n          message: \"${body}\"\n"),
                step(
                        "a multicast one after the other",
                        "- multicast:\n    id: both\n    steps:\n      - log:\n          id: say\n          message: x\n"),
                step(
                        "a short delay",
                        "- delay:\n    id: wait\n    expression:\n      constant:\n        expression: \"1000\"\n"),
                step(
                        "a short delay on the same thread",
                        "- delay:\n    id: wait\n    asyncDelayed: false\n    expression:\n      constant:\n        expression: 5s\n"),
                WrongRoutes.deliverStep(
                        "a short delay for each record of a batch",
                        "- delay:\n    id: wait\n    expression:\n      constant:\n        expression: \"1000\"\n"),
                step(
                        "a failure that is thrown on",
                        "- doTry:\n    id: try\n    steps:\n      - bean:\n          id: do\n          ref: brokerAvailability\n          method: check\n    doCatch:\n      - id: caught\n        exception:\n          - java.lang.Exception\n        steps:\n          - log:\n              id: say\n              message: \"${exception.message}\"\n          - throwException:\n              id: on\n              exceptionType: java.lang.IllegalStateException\n              message: x\n"),
                step(
                        "a failure that is dead-lettered in each branch",
                        "- doTry:\n    id: try\n    steps:\n      - bean:\n          id: do\n          ref: brokerAvailability\n          method: check\n    doCatch:\n      - id: caught\n        exception:\n          - java.lang.Exception\n        steps:\n          - choice:\n              id: which\n              when:\n                - expression:\n                    simple:\n                      expression: \"${body.records.size()} > 5\"\n                  steps:\n                    - to:\n                        id: dead-1\n                        uri: direct:dead-letter-records\n              otherwise:\n                steps:\n                  - to:\n                      id: dead-2\n                      uri: direct:dead-letter-records\n"),
                step(
                        "a step for tidying up",
                        "- doTry:\n    id: try\n    steps:\n      - log:\n          id: do\n          message: x\n    doFinally:\n      steps:\n        - removeHeaders:\n            id: tidy\n            pattern: \"*\"\n"),
                step(
                        "a long delay in one of two branches and a short one in the other",
                        "- choice:\n    id: which\n    when:\n      - expression:\n          simple:\n            expression: \"${body.records.size()} > 9\"\n        steps:\n          - delay:\n              id: wait-1\n              expression:\n                constant:\n                  expression: \"200000\"\n    otherwise:\n      steps:\n        - delay:\n            id: wait-2\n            expression:\n              constant:\n                expression: \"200000\"\n"),
                step(
                        "a bean by #bean",
                        "- bean:\n    id: b\n    ref: \"#bean:brokerAvailability\"\n    method: check\n"),
                step(
                        "a queue that is switched off",
                        "- wireTap:\n    id: tap\n    disabled: true\n    uri: direct:send-alert\n"));
    }

    private static String direct(String name, String steps) {
        return """
                - route:
                    id: %1$s
                    description: In - anything. Out - nothing. On failure - thrown.
                    from:
                      id: %1$s-from
                      uri: direct:%1$s
                      steps:
                """.formatted(name) + steps.indent(8);
    }

    /** Returns a consumer that calls a route, whose error policy dead-letters and handles each failure. */
    static WrongEdit deadLettersAndHandles() {
        return WrongEdit.more("a failure that a called route dead-letters and handles", NEW, """
                - route:
                    id: mine
                    description: In - records. Out - nothing. On failure - the batch is read again.
                    autoStartup: "{{gateway.role.handle.on}}"
                    routeConfigurationId: retry-then-read-again
                    from:
                      id: mine-from
                      uri: "kafka:{{gateway.events.topics.system_logs.name}}"
                      parameters:
                        groupId: mine
                        maxPollRecords: "{{gateway.handle.batch-records}}"
                        maxPollIntervalMs: "{{gateway.handle.max-poll-interval-ms}}"
                      steps:
                        - convertBodyTo:
                            id: read-mine
                            type: io.github.eventgateway.kafka.PolledBatch
                        - setProperty:
                            id: keep-mine
                            name: batch
                            expression:
                              simple:
                                expression: "${body}"
                        - to:
                            id: pass-mine
                            uri: direct:aside
                        - bean:
                            id: commit-mine
                            ref: offsets
                            method: "commit(${exchangeProperty.batch})"
                - route:
                    id: aside
                    description: In - a batch. Out - nothing. On failure - dead-lettered.
                    routeConfigurationId: dead-letter-and-go-on
                    from:
                      id: aside-from
                      uri: direct:aside
                      steps:
                        - log:
                            id: say
                            message: x
                - routeConfiguration:
                    id: dead-letter-and-go-on
                    description: Dead-letters what fails
                    onException:
                      - onException:
                          exception:
                            - java.lang.Exception
                          handled:
                            constant:
                              expression: "true"
                          steps:
                            - to:
                                id: dead
                                uri: direct:dead-letter-records
                """);
    }

    private static Stream<WrongEdit> policies() {
        return Stream.of(
                edit(
                        "the default error handler",
                        POLICY,
                        "    id: retry-then-read-again\n",
                        "    id: retry-then-read-again\n    errorHandler:\n      defaultErrorHandler: {}\n"),
                deadLettersAndHandles(),
                edit(
                        "a policy that handles nothing",
                        POLICY,
                        "            - java.lang.Exception\n          onRedeliveryRef: retryLog\n          redeliveryPolicy:\n            maximumRedeliveries: \"{{gateway.handle.redeliveries}}\"\n",
                        "            - java.lang.Exception\n          onRedeliveryRef: retryLog\n          handled:\n            constant:\n              expression: \"false\"\n          redeliveryPolicy:\n            maximumRedeliveries: \"{{gateway.handle.redeliveries}}\"\n"),
                edit(
                        "a policy by a pattern",
                        STORE,
                        "routeConfigurationId: retry-then-read-again",
                        "routeConfigurationId: retry-then-read-*"));
    }

    private static Stream<WrongEdit> references() {
        String each =
                "    expression:\n      simple:\n        expression: \"${body}\"\n    steps:\n      - log:\n          id: say\n          message: x\n";
        return Stream.of(
                route(
                        "an aggregation strategy of Camel's",
                        "- split:\n    id: each\n    aggregationStrategy: \"#class:org.apache.camel.processor.aggregate.UseLatestAggregationStrategy\"\n"
                                + each),
                route(
                        "an idempotent repository of Camel's",
                        "- idempotentConsumer:\n    id: each\n    idempotentRepository: \"#class:org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository\"\n"
                                + each),
                WrongEdit.more(
                        "an aggregation strategy of the file's own",
                        NEW,
                        "- beans:\n    - name: latest\n      type: \"#class:org.apache.camel.processor.aggregate.UseLatestAggregationStrategy\"\n- route:\n    id: new-route\n    description: In - nothing. Out - nothing. On failure - thrown.\n    from:\n      id: new-route-from\n      uri: timer:new\n      steps:\n        - split:\n            id: each\n            aggregationStrategy: latest\n"
                                + each.indent(8)),
                edit(
                        "types of the topic in double quotes",
                        "routes/handle-events.camel.yaml",
                        "\"select(${body}, '{{types}}', '{{group}}')\"",
                        "'select(${body}, \"system_error, system_info\", \"{{group}}\")'"),
                edit("types of the topic", ALERT, "value: system_error", "value: \"system_error, system_info\""),
                edit("all types of the topic", ALERT, "      - name: types\n        value: system_error\n", ""),
                edit(
                        "a method behind a placeholder that has its name",
                        QUERY,
                        "method: prepare\n",
                        "method: \"{{my.method:prepare}}\"\n"),
                route(
                        "a setting that is there, with a default",
                        "- log:\n    id: t\n    message: \"{{gateway.alert.group:x}}\"\n"),
                route(
                        "a setting of Spring that is not set, with a default",
                        "- log:\n    id: t\n    message: \"{{spring.application.name:x}} {{camel.main.description:x}} {{logging.level.mine:info}}\"\n"),
                route(
                        "a setting of one's own with a default",
                        "- log:\n    id: t\n    message: \"{{order.webhook:x}} {{env:HOME:x}}\"\n"));
    }

    private static Stream<WrongEdit> routes() {
        String to = "- to:\n    id: %s\n    uri: direct:%s\n";
        return Stream.of(
                WrongEdit.more(
                        "two ways to one route",
                        NEW,
                        direct("a", to.formatted("a-b", "b") + to.formatted("a-c", "c"))
                                + direct("b", to.formatted("b-d", "d"))
                                + direct("c", to.formatted("c-d", "d"))
                                + direct("d", "- log:\n    id: say\n    message: x\n")
                                + WrongRoutes.route("", to.formatted("begin", "a"))
                                        .after()),
                WrongEdit.more(
                        "a route that calls itself under a condition",
                        NEW,
                        direct(
                                "a",
                                "- filter:\n    id: when\n    expression:\n      simple:\n        expression: \"${header.more} == 'true'\"\n    steps:\n      - to:\n          id: again\n          uri: direct:a\n")),
                route(
                        "an HTTP call",
                        "- removeHeaders:\n    id: drop\n    pattern: \"*\"\n- to:\n    id: call\n    uri: http://localhost/x\n"),
                route("a queue from a timer", "- to:\n    id: later\n    uri: seda:later\n"));
    }

    private static Stream<WrongEdit> expressions() {
        String filter =
                "- filter:\n    id: f\n    expression:\n      simple:\n        expression: \"%s\"\n    steps:\n      - log:\n          id: say\n          message: x\n";
        return Stream.of(
                route("a filter of a function", filter.formatted("${header.wanted}")),
                route("a filter of a comparison", filter.formatted("${body} == 'a' && ${header.x} !in 'b,c'")),
                route("a filter of a function in a function", filter.formatted("${header.${header.name}} != null")),
                route("a filter of a setting", filter.formatted("{{gateway.kafka.enabled}}")),
                route(
                        "a choice without otherwise",
                        "- choice:\n    id: c\n    when:\n      - expression:\n          simple:\n            expression: \"${body} contains 'a'\"\n        steps:\n          - log:\n              id: say\n              message: x\n"),
                route(
                        "a loop of a constant number",
                        "- loop:\n    id: l\n    expression:\n      constant:\n        expression: \"3\"\n    steps:\n      - log:\n          id: say\n          message: x\n"),
                route(
                        "headers of Camel's",
                        "- setHeader:\n    id: h1\n    name: CamelHttpMethod\n    expression:\n      constant:\n        expression: POST\n- removeHeaders:\n    id: h2\n    pattern: \"CamelHttp*\"\n- log:\n    id: say\n    message: \"${header.CamelFileName} ${exchangeProperty.CamelSplitIndex} ${headers.camelhttpuri}\"\n"),
                route(
                        "a header of a component that is not there",
                        "- setHeader:\n    id: h1\n    name: CamelSqlQuery\n    expression:\n      constant:\n        expression: x\n"),
                route(
                        "headers of one's own",
                        "- setHeader:\n    id: h1\n    name: Content-Type\n    expression:\n      constant:\n        expression: x\n- setHeader:\n    id: h2\n    name: CustomerNumber\n    expression:\n      constant:\n        expression: x\n"),
                route(
                        "functions of simple",
                        "- log:\n    id: say\n    message: \"${body} ${header:a} ${headers.b} ${date:now:yyyy} ${uuid} ${exception.message}\"\n- toD:\n    id: d\n    uri: \"log:${header.name}\"\n"));
    }
}
