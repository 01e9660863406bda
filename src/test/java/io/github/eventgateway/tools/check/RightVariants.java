package io.github.eventgateway.tools.check;

import java.util.stream.Stream;

/** Correct variants that resemble the mistakes of {@link WrongVariants}. No rule may report them. */
final class RightVariants {

    private static final String STORE = "routes/store-events.camel.yaml";
    private static final String ALERT = "routes/alert-on-errors.camel.yaml";
    private static final String POLICY = "routes/error-policy.camel.yaml";
    private static final String NEW = "routes/new.camel.yaml";
    private static final String READ_AGAIN = "    id: retry-then-read-again\n";
    private static final String LOG = "- log:\n    id: say\n    message: x\n";
    private static final String WORK =
            "      - bean:\n          id: do\n          ref: brokerAvailability\n          method: check\n";

    private static final String STARTS = "      autoStartup: \"{{gateway.role.store.on}}\"\n";

    private RightVariants() {}

    static Stream<WrongEdit> all() {
        return Stream.of(consumers(), handlers(), options(), others()).flatMap(edits -> edits);
    }

    private static WrongEdit edit(String name, String file, String before, String after) {
        return WrongEdit.of(name, file, before, after);
    }

    private static WrongEdit step(String name, String yaml) {
        return WrongRoutes.step(name, yaml);
    }

    private static WrongEdit deliver(String name, String yaml) {
        return WrongRoutes.deliverStep(name, yaml);
    }

    private static Stream<WrongEdit> consumers() {
        return Stream.of(
                step(
                        "a split of work, which throws after all",
                        "- split:\n    id: each\n    expression:\n      simple:\n        expression: \"${body.records}\"\n    steps:\n"
                                + WORK),
                step("a multicast of work, which throws after all", "- multicast:\n    id: both\n    steps:\n" + WORK),
                step(
                        "a split whose strategy stops",
                        "- split:\n    id: each\n    stopOnException: true\n    aggregationStrategy: \"#class:org.apache.camel.processor.aggregate.UseOriginalAggregationStrategy\"\n    expression:\n      simple:\n        expression: \"${body.records}\"\n    steps:\n"
                                + LOG.indent(6)),
                step(
                        "what a batch has",
                        "- log:\n    id: say\n    message: \"${body.records.size()} ${body.place} ${body.records[0].topic} ${body}\"\n"),
                step(
                        "what a record has",
                        "- split:\n    id: each\n    expression:\n      simple:\n        expression: \"${body.records}\"\n    steps:\n      - log:\n          id: say\n          message: \"${body.topic} ${body.offset} ${body.place}\"\n"),
                step(
                        "a kept event and a body of another kind",
                        "- setProperty:\n    id: p\n    name: count\n    expression:\n      simple:\n        expression: \"${body.records.size()}\"\n- log:\n    id: say\n    message: \"${exchangeProperty.count}\"\n"),
                edit(
                        "another property is removed before the commit",
                        STORE,
                        WrongRoutes.COMMIT,
                        "          - removeProperty:\n              id: forget\n              name: count\n"
                                + WrongRoutes.COMMIT),
                edit(
                        "a policy that intercepts and logs",
                        POLICY,
                        READ_AGAIN,
                        READ_AGAIN + "    intercept:\n      - intercept:\n          id: each\n          steps:\n"
                                + LOG.indent(12)),
                step(
                        "a short delay of a setting by a function",
                        "- delay:\n    id: wait\n    expression:\n      simple:\n        expression: \"${properties:gateway.handle.redelivery-delay-ms}\"\n"),
                step(
                        "a throttle that is fast enough",
                        "- throttle:\n    id: slow\n    expression:\n      constant:\n        expression: \"100\"\n"),
                step(
                        "a delay in a loop of a bounded condition",
                        "- loop:\n    id: l\n    doWhile: true\n    expression:\n      simple:\n        expression: \"${header.again} == 'true' && ${exchangeProperty.CamelLoopIndex} < 3\"\n    steps:\n      - delay:\n          id: wait\n          expression:\n            constant:\n              expression: \"100\"\n"),
                step(
                        "a loop of a condition that does not wait",
                        "- loop:\n    id: l\n    doWhile: true\n    expression:\n      simple:\n        expression: \"${header.again} == 'true'\"\n    steps:\n"
                                + LOG.indent(6)),
                edit("a consumer that a setting starts", STORE, STARTS, "      autoStartup: \"{{my.flag:true}}\"\n"),
                edit(
                        "a consumer whose precondition holds",
                        STORE,
                        STARTS,
                        STARTS + "      precondition: \"'{{my.kind:kafka}}' == 'kafka'\"\n"),
                edit(
                        "a consumer with a precondition of its role",
                        STORE,
                        STARTS,
                        STARTS + "      precondition: \"{{gateway.role.store.on}}\"\n"),
                edit(
                        "a called route that runs with one of two roles",
                        "routes/dead-letter-records.camel.yaml",
                        "    id: dead-letter-records\n",
                        "    id: dead-letter-records\n    precondition: \"'{{gateway.role.store.on}}' == 'true' || '{{gateway.role.handle.on}}' == 'true'\"\n"),
                edit(
                        "a policy of a consumer that taps when it reads again",
                        POLICY,
                        "          onRedeliveryRef: retryLog\n",
                        "          onRedeliveryRef: retryLog\n          steps:\n            - wireTap:\n                id: tap\n                uri: log:x\n"),
                step(
                        "an enrichment that does not wait",
                        "- pollEnrich:\n    id: more\n    timeout: \"0\"\n    expression:\n      constant:\n        expression: file:inbox\n"),
                step(
                        "an idempotent consumer",
                        "- idempotentConsumer:\n    id: once\n    idempotentRepository: \"#class:org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository\"\n    expression:\n      simple:\n        expression: \"${exchangeId}\"\n    steps:\n"
                                + WORK));
    }

    private static Stream<WrongEdit> handlers() {
        String filter = "- filter:\n    id: only\n    expression:\n      %s\n    steps:\n" + LOG.indent(6);
        return Stream.of(
                deliver(
                        "a field of the event in a handler",
                        "- setProperty:\n    id: who\n    name: who\n    expression:\n      simple:\n        expression: \"${exchangeProperty.event.data.service}\"\n"),
                edit(
                        "jsonpath on the event of a handler",
                        ALERT,
                        "              simple:\n                expression: \"${body.data.level} in 'error,fatal'\"\n",
                        "              jsonpath:\n                expression: \"$.data[?(@.level == 'error')]\"\n                suppressExceptions: true\n"),
                edit("a field in brackets in a handler", ALERT, "${body.data.level} in", "${body.data[level]} in"),
                edit(
                        "a type from the right in a handler",
                        ALERT,
                        "${body.data.level} in 'error,fatal'",
                        "'system_error' == ${body.type}"),
                deliver(
                        "jsonpath of a header",
                        filter.formatted("jsonpath:\n        expression: \"$.x\"\n        source: \"header:x\"")),
                deliver(
                        "a choice with otherwise",
                        "- choice:\n    id: which\n    when:\n      - expression:\n          simple:\n            expression: \"${exchangeProperty.event.type} == 'system_error'\"\n        steps:\n"
                                + LOG.indent(10) + "    otherwise:\n      steps:\n"
                                + LOG.replace("say", "say-2").indent(8)),
                deliver(
                        "a failure that goes on after a log",
                        "- doTry:\n    id: try\n    steps:\n" + WORK
                                + "    doCatch:\n      - id: caught\n        exception:\n          - java.io.IOException\n        steps:\n"
                                + LOG.indent(10)
                                + "          - throwException:\n              id: on\n              exceptionType: java.lang.IllegalStateException\n              message: \"${exception.message}\"\n"));
    }

    private static WrongEdit named(String name, String policy) {
        String named = "routeConfigurationId: ";
        return edit(name, STORE, named + "retry-then-read-again", named + "\"" + policy + "\"");
    }

    private static Stream<WrongEdit> options() {
        String group = "          groupId: \"{{group}}\"\n";
        String erasure = "  erasure:\n";
        return Stream.of(
                named("a policy of a setting", "{{my.policy:retry-then-read-again}}"),
                named("a policy by the beginning of its id", "retry-then-read-*"),
                named("a policy by a regular expression", "retry-then-(read|write)-again"),
                WrongEdit.more(
                        "a policy of a parameter", NEW, WrongVariants.policyOfParameter("retry-then-dead-letter")),
                edit(
                        "options of a consumer by settings",
                        STORE,
                        group,
                        group + "          autoOffsetReset: \"{{my.reset:earliest}}\"\n"
                                + "          isolationLevel: \"{{my.isolation:read_committed}}\"\n"),
                edit(
                        "options of a producer by settings",
                        "routes/replay-dead-letters.camel.yaml",
                        "compressionCodec: gzip",
                        "requestRequiredAcks: \"{{my.acks:all}}\""),
                edit(
                        "other Kafka properties of a consumer",
                        STORE,
                        group,
                        group + "          groupProtocol: classic\n"
                                + "          additionalProperties.client.rack: a\n"
                                + "          additionalProperties.auto.offset.reset: earliest\n"),
                edit(
                        "other Kafka properties of a producer",
                        "routes/replay-dead-letters.camel.yaml",
                        "compressionCodec: gzip",
                        "additionalProperties.acks: all"),
                edit(
                        "other Kafka properties of all clients",
                        "application.yaml",
                        "      batching: true\n",
                        "      batching: true\n      group-protocol: classic\n      additional-properties:\n"
                                + "        \"[client.dns.lookup]\": use_all_dns_ips\n"),
                edit(
                        "fields with ids of users",
                        "application.yaml",
                        erasure,
                        erasure
                                + "    user-fields:\n      user_login: [/username]\n      system_info:\n        - /service\n"));
    }

    private static Stream<WrongEdit> others() {
        String to = "- to:\n    id: %s-%s\n    uri: direct:%s\n";
        String template = """
                - routeTemplate:
                    id: pass-on
                    description: Passes on
                    parameters:
                      - name: in
                        description: From
                      - name: out
                        description: To
                    route:
                      id: pass
                      description: In - anything. Out - nothing. On failure - thrown.
                      from:
                        uri: "direct:{{in}}"
                        steps:
                          - to:
                              id: on
                              uri: "direct:{{out}}"
                """;
        String use =
                "- templatedRoute:\n    routeId: pass-%1$s\n    routeTemplateRef: pass-on\n    prefixId: pass-%1$s\n    parameters:\n      - name: in\n        value: %1$s\n      - name: out\n        value: %2$s\n";
        return Stream.of(
                WrongEdit.more(
                        "templated routes in a row",
                        NEW,
                        template
                                + use.formatted("one", "two")
                                + use.formatted("two", "end")
                                + WrongRoutes.direct("end", LOG)
                                + WrongRoutes.route("", to.formatted("begin", "a", "one"))
                                        .after()),
                WrongEdit.more(
                        "a bean with a property and a method",
                        NEW,
                        "- beans:\n    - name: mine\n      type: \"#class:org.apache.camel.processor.aggregate.UseLatestAggregationStrategy\"\n      initMethod: toString\n    - name: policy\n      type: \"#class:org.apache.camel.processor.errorhandler.RedeliveryPolicy\"\n      properties:\n        maximumRedeliveries: 3\n        redeliveryDelay: 5\n"),
                WrongRoutes.route(
                        "functions in the name of a file",
                        "- to:\n    id: r\n    uri: file:out\n    parameters:\n      fileName: \"${file:name.noext}-${date:now:yyyyMMdd}-${header.x}.json\"\n"),
                WrongRoutes.route("a processor of the gateway", "- process:\n    id: p\n    ref: retryLog\n"),
                WrongEdit.more(
                        "a processor that a method makes",
                        NEW,
                        "- beans:\n    - name: made\n      type: \"#class:java.util.Map\"\n      factoryMethod: of\n"
                                + WrongRoutes.route("", "- process:\n    id: p\n    ref: made\n")
                                        .after()),
                WrongRoutes.route(
                        "patterns of headers",
                        "- removeHeaders:\n    id: r\n    pattern: \"CamelHttp.*|CamelFile(Name|Path)|x.*\"\n    excludePattern: \"^Camel.+\"\n"),
                WrongRoutes.route(
                        "headers of a call",
                        "- log:\n    id: t\n    message: \"${headers.get('CamelHttpMethod')} ${headers?[camelhttpuri]} ${setHeader(CamelFileName, String, x)} ${exchange.message.getHeader('mine')}\"\n"),
                WrongRoutes.route(
                        "a language by its name",
                        "- setBody:\n    id: b\n    expression:\n      language:\n        language: jsonpath\n        expression: $.x\n"),
                WrongEdit.more(
                        "the REST configuration of the gateway's server",
                        NEW,
                        "- restConfiguration:\n    component: platform-http\n"),
                WrongEdit.more(
                        "a data format of a file",
                        NEW,
                        "- dataFormats:\n    - json:\n        id: mine\n        library: Jackson\n"),
                WrongRoutes.route(
                        "a setting within another",
                        "- log:\n    id: t\n    message: \"{{my.own:{{gateway.alert.group:x}}}} {{my.url:http://localhost/{id}}}\"\n"),
                WrongRoutes.route(
                        "functions in functions",
                        "- log:\n    id: t\n    message: \"${uppercase(${trim(${body})})} ${header.${header.name}} ${bean:eventTypes?method=list}\"\n"),
                WrongRoutes.route(
                        "a list of recipients",
                        "- recipientList:\n    id: r\n    expression:\n      constant:\n        expression: log:a,log:b\n"),
                WrongRoutes.route(
                        "a computed endpoint with parameters",
                        "- toD:\n    id: r\n    uri: \"log:${header.name}\"\n    parameters:\n      marker: \"${header.marker}\"\n      showAll: true\n"),
                WrongRoutes.route(
                        "an enrichment by a bean of the gateway",
                        "- enrich:\n    id: e\n    expression:\n      constant:\n        expression: log:a\n"),
                WrongRoutes.route(
                        "a load balancer that tries the next",
                        "- loadBalance:\n    id: one\n    failoverLoadBalancer:\n      maximumFailoverAttempts: \"1\"\n    steps:\n      - to:\n          id: a\n          uri: log:a\n      - to:\n          id: b\n          uri: log:b\n"));
    }
}
