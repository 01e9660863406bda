package io.github.eventgateway.tools.check;

import java.util.stream.Stream;

/** The mistakes of {@link WrongRoutes} in other forms that a rule might not know. */
final class WrongVariants {

    private static final String STORE = "routes/store-events.camel.yaml";
    private static final String ALERT = "routes/alert-on-errors.camel.yaml";
    private static final String HANDLE = "routes/handle-events.camel.yaml";
    private static final String POLICY = "routes/error-policy.camel.yaml";
    private static final String NEW = "routes/new.camel.yaml";
    private static final String LOGIN = "routes/schemas/user_login.schema.json";
    private static final String COMMIT = WrongRoutes.COMMIT;
    private static final String READ_AGAIN = "    id: retry-then-read-again\n";
    private static final String LOG = "- log:\n    id: say\n    message: x\n";

    private static final String STARTS = "      autoStartup: \"{{gateway.role.store.on}}\"\n";

    private static final String GROUP = "          groupId: \"{{group}}\"\n";
    private static final String BATCHING = "      batching: true\n";

    private WrongVariants() {}

    static Stream<WrongEdit> all() {
        return Stream.of(
                        commits(),
                        ends(),
                        swallowed(),
                        unfinished(),
                        bodies(),
                        beans(),
                        references(),
                        placeholders(),
                        circles(),
                        functions(),
                        waits(),
                        servers(),
                        templates(),
                        schemas(),
                        consumerOptions(),
                        producerOptions(),
                        policies())
                .flatMap(edits -> edits);
    }

    private static WrongEdit edit(String name, String file, String before, String after) {
        return WrongEdit.of(name, file, before, after);
    }

    private static WrongEdit step(String name, String yaml) {
        return WrongRoutes.step(name, yaml);
    }

    private static WrongEdit route(String name, String yaml) {
        return WrongRoutes.route(name, yaml);
    }

    /** Returns a mistake with the commit inside a step instead of its own place. */
    private static WrongEdit commitBelow(String name, String head, int indent) {
        return edit(name, STORE, COMMIT, head.indent(10) + COMMIT.indent(indent));
    }

    private static String policy(String more) {
        return READ_AGAIN + more.indent(4);
    }

    private static Stream<WrongEdit> commits() {
        return Stream.of(
                commitBelow(
                        "a commit in otherwise",
                        "- choice:\n    id: which\n    when:\n      - expression:\n          simple:\n            expression: \"${body.size()} > 0\"\n        steps:\n"
                                + LOG.indent(10) + "    otherwise:\n      steps:\n",
                        8),
                commitBelow(
                        "a commit in a loop that counts",
                        "- loop:\n    id: again\n    expression:\n      constant:\n        expression: \"3\"\n    steps:\n",
                        6),
                commitBelow("a commit in a multicast", "- multicast:\n    id: both\n    steps:\n", 6),
                commitBelow("a commit in a pipeline", "- pipeline:\n    id: pipe\n    steps:\n", 6),
                commitBelow(
                        "a commit in an idempotent consumer",
                        "- idempotentConsumer:\n    id: once\n    idempotentRepository: \"#class:org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository\"\n    expression:\n      simple:\n        expression: \"${exchangeId}\"\n    steps:\n",
                        6),
                edit(
                        "a doTry around the commit with doFinally",
                        STORE,
                        COMMIT,
                        "          - doTry:\n              id: try\n              steps:\n" + COMMIT.indent(6)
                                + "              doFinally:\n                steps:\n" + LOG.indent(18)),
                step(
                        "a commit up to a record before the work",
                        "- bean:\n    id: early\n    ref: offsets\n    method: \"commitUpTo(${body}, ${body.records[0]})\"\n"),
                step(
                        "a commit by a method expression before the work",
                        "- setProperty:\n    id: early\n    name: done\n    expression:\n      method:\n        ref: offsets\n        method: \"commit(${exchangeProperty.batch})\"\n"),
                step(
                        "a commit by a function of beans before the work",
                        "- setProperty:\n    id: early\n    name: done\n    expression:\n      simple:\n        expression: \"${bean:offsets.commit(${exchangeProperty.batch})}\"\n"),
                step(
                        "a commit in the condition of a filter",
                        "- filter:\n    id: early\n    expression:\n      method:\n        ref: offsets\n        method: \"commit(${exchangeProperty.batch})\"\n    steps:\n"
                                + LOG.indent(6)),
                step(
                        "a commit by an endpoint with a query",
                        "- to:\n    id: early\n    uri: \"bean:offsets?method=commit(${exchangeProperty.batch})\"\n"),
                step(
                        "a commit by a computed endpoint",
                        "- toD:\n    id: early\n    uri: \"bean:offsets?method=commit\"\n"),
                step(
                        "a commit by a bean of a class",
                        "- bean:\n    id: early\n    beanType: io.github.eventgateway.kafka.Offsets\n    method: \"commit(${exchangeProperty.batch})\"\n"),
                edit(
                        "the batch is forgotten before the commit",
                        STORE,
                        COMMIT,
                        "          - removeProperties:\n              id: forget\n              pattern: \"*\"\n"
                                + COMMIT),
                edit(
                        "the batch is replaced before the commit",
                        STORE,
                        COMMIT,
                        "          - setProperty:\n              id: forget\n              name: batch\n              expression:\n                simple:\n                  expression: \"${body}\"\n"
                                + COMMIT));
    }

    private static WrongEdit neverStarted(String name, String fields) {
        return edit(name, STORE, STARTS, fields).in("application.yaml").says("no route stores the events of the topic");
    }

    private static Stream<WrongEdit> ends() {
        return Stream.of(
                edit(
                        "a policy that intercepts and stops",
                        POLICY,
                        READ_AGAIN,
                        policy(
                                "intercept:\n  - intercept:\n      id: each\n      steps:\n        - stop:\n            id: end\n")),
                edit(
                        "a policy that sends nothing",
                        POLICY,
                        READ_AGAIN,
                        policy(
                                "interceptSendToEndpoint:\n  - interceptSendToEndpoint:\n      uri: direct:dead-letter-records\n      skipSendToOriginalEndpoint: true\n      steps:\n        - log:\n            id: none\n            message: x\n")),
                edit(
                        "a policy that intercepts what is read",
                        POLICY,
                        READ_AGAIN,
                        policy(
                                "interceptFrom:\n  - interceptFrom:\n      uri: kafka:*\n      steps:\n        - stop:\n            id: end\n")),
                step(
                        "a stop in otherwise",
                        "- choice:\n    id: which\n    when:\n      - expression:\n          simple:\n            expression: \"${body.records.size()} > 0\"\n        steps:\n"
                                + LOG.indent(10)
                                + "    otherwise:\n      steps:\n        - stop:\n            id: end\n"),
                step(
                        "a stop in doFinally",
                        "- doTry:\n    id: try\n    steps:\n" + LOG.indent(6)
                                + "    doFinally:\n      steps:\n        - stop:\n            id: end\n"),
                edit(
                                "a consumer that never starts",
                                STORE,
                                "      autoStartup: \"{{gateway.role.store.on}}\"\n",
                                "      autoStartup: false\n")
                        .in("application.yaml"),
                neverStarted("a consumer that a setting never starts", "      autoStartup: \"{{my.flag:false}}\"\n"),
                neverStarted("a consumer that a setting never starts, in capitals", "      autoStartup: \"FALSE\"\n"),
                neverStarted(
                        "a consumer that Camel does not create",
                        STARTS + "      precondition: \"{{my.flag:false}}\"\n"),
                neverStarted(
                        "a consumer that Camel creates under a condition",
                        STARTS + "      precondition: \"'{{my.flag:off}}' == 'on'\"\n"),
                edit(
                        "a precondition with an unknown function",
                        STORE,
                        STARTS,
                        STARTS + "      precondition: \"${bodyy} == 'on'\"\n"),
                WrongEdit.more("an onCompletion of a file", NEW, "- onCompletion:\n    steps:\n" + LOG.indent(6)),
                WrongEdit.more(
                        "an onException of a file",
                        NEW,
                        "- onException:\n    exception:\n      - java.lang.Exception\n    handled:\n      constant:\n        expression: \"true\"\n"),
                WrongEdit.more(
                        "an interceptor of a file",
                        NEW,
                        "- interceptSendToEndpoint:\n    uri: direct:dead-letter-records\n    skipSendToOriginalEndpoint: true\n    steps:\n"
                                + LOG.indent(6)));
    }

    private static Stream<WrongEdit> swallowed() {
        String work = "      - bean:\n          id: do\n          ref: brokerAvailability\n          method: check\n";
        return Stream.of(
                step(
                        "a split with a strategy that can drop failures",
                        "- split:\n    id: each\n    aggregationStrategy: \"#class:org.apache.camel.processor.aggregate.GroupedBodyAggregationStrategy\"\n    expression:\n      simple:\n        expression: \"${body.records}\"\n    steps:\n"
                                + work),
                step(
                        "a circuit breaker whose fallback swallows",
                        "- circuitBreaker:\n    id: breaker\n    steps:\n" + work + "    onFallback:\n      steps:\n"
                                + LOG.indent(8)),
                step(
                        "a doTry whose catch only stops",
                        "- doTry:\n    id: try\n    steps:\n" + work
                                + "    doCatch:\n      - id: caught\n        exception:\n          - java.lang.Exception\n        steps:\n          - stop:\n              id: end\n"),
                step(
                        "a doTry whose catch is empty",
                        "- doTry:\n    id: try\n    steps:\n" + work
                                + "    doCatch:\n      - id: caught\n        exception:\n          - java.lang.Exception\n"),
                step(
                        "an inner doTry that swallows",
                        "- doTry:\n    id: try\n    steps:\n      - doTry:\n          id: inner\n          steps:\n"
                                + work.indent(6)
                                + "          doCatch:\n            - id: caught\n              exception:\n                - java.lang.Exception\n              steps:\n"
                                + LOG.indent(16) + "    doFinally:\n      steps:\n"
                                + LOG.replace("say", "say-2").indent(8)),
                edit(
                        "a policy of a consumer that continues",
                        POLICY,
                        "          onRedeliveryRef: retryLog\n",
                        "          continued:\n            simple:\n              expression: \"${exception.message} contains 'x'\"\n          onRedeliveryRef: retryLog\n"),
                step(
                        "an idempotent consumer that remembers failed records",
                        "- idempotentConsumer:\n    id: once\n    removeOnFailure: false\n    idempotentRepository: \"#class:org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository\"\n    expression:\n      simple:\n        expression: \"${exchangeId}\"\n    steps:\n"
                                + work));
    }

    private static Stream<WrongEdit> unfinished() {
        return Stream.of(
                step(
                        "a routing slip to a queue",
                        "- routingSlip:\n    id: slip\n    expression:\n      constant:\n        expression: log:a,seda:b\n"),
                step(
                        "a dynamic router to a queue",
                        "- dynamicRouter:\n    id: slip\n    expression:\n      simple:\n        expression: \"seda:b\"\n"),
                step(
                        "an enrichment by a queue",
                        "- enrich:\n    id: more\n    expression:\n      constant:\n        expression: seda:b\n"),
                step(
                        "a recipient list with a delimiter",
                        "- recipientList:\n    id: all\n    delimiter: \"|\"\n    expression:\n      simple:\n        expression: \"log:a|seda:${routeId}\"\n"),
                step(
                        "a multicast with its own threads",
                        "- multicast:\n    id: both\n    stopOnException: true\n    executorService: \"#bean:nothing\"\n    steps:\n"
                                + LOG.indent(6)),
                step(
                        "a synchronous multicast with a setting",
                        "- multicast:\n    id: both\n    parallelProcessing: \"{{gateway.kafka.enabled}}\"\n    steps:\n"
                                + LOG.indent(6)),
                step("a kamelet endpoint", "- to:\n    id: k\n    uri: kamelet:log-sink\n"),
                step(
                        "a queue with InOnly",
                        "- to:\n    id: queue\n    pattern: InOnly\n    uri: seda:later\n    parameters:\n      waitForTaskToComplete: IfReplyExpected\n"));
    }

    private static Stream<WrongEdit> bodies() {
        String filter = "- filter:\n    id: only\n    expression:\n      %s\n    steps:\n" + LOG.indent(6);
        String after = "          - filter:\n              id: when-any-is-rejected\n";
        return Stream.of(
                step(
                        "a field of an event in a batch",
                        filter.formatted("simple:\n        expression: \"${body.data.username} == 'a'\"")),
                step(
                        "a field in brackets in a batch",
                        "- setProperty:\n    id: p\n    name: who\n    expression:\n      simple:\n        expression: \"${body.data[username]}\"\n"),
                step(
                        "a field of an event in a log of a batch",
                        "- log:\n    id: say\n    message: \"got ${body.id}\"\n"),
                step(
                        "jsonpath on a batch",
                        filter.formatted("jsonpath:\n        expression: \"$.data[?(@.username == 'a')]\"")),
                step(
                        "a field as an argument in a batch",
                        "- bean:\n    id: b\n    ref: webhooks\n    method: \"isSet(${body.data.name})\"\n"),
                edit(
                        "a field of an event before the batch is read",
                        STORE,
                        "          - convertBodyTo:\n",
                        "          - log:\n              id: say\n              message: \"${body.type}\"\n          - convertBodyTo:\n"),
                edit(
                        "a field of an event after the batch is stored",
                        STORE,
                        after,
                        "          - log:\n              id: say\n              message: \"${body.data}\"\n" + after),
                step(
                        "a field of an event in a split of records",
                        "- split:\n    id: each\n    stopOnException: true\n    expression:\n      simple:\n        expression: \"${body.records}\"\n    steps:\n      - log:\n          id: say\n          message: \"${body.data.username}\"\n"),
                step(
                        "a nested field of a batch",
                        "- log:\n    id: say\n    message: \"${uppercase(${body.data.username})}\"\n"));
    }

    private static Stream<WrongEdit> beans() {
        return Stream.of(
                step("a bean without a method", "- bean:\n    id: b\n    ref: webhooks\n"),
                step("a bean endpoint without a method", "- to:\n    id: b\n    uri: bean:webhooks\n"),
                route(
                        "a bean of a class that does not exist",
                        "- bean:\n    id: b\n    beanType: org.nothing.There\n    method: run\n"),
                route(
                        "an expression of a class that does not exist",
                        "- setBody:\n    id: b\n    expression:\n      method:\n        beanType: org.nothing.There\n        method: run\n"),
                route(
                        "a method of a bean endpoint in a query",
                        "- to:\n    id: b\n    uri: bean:webhooks?method=psot\n"),
                route(
                        "a method with too few arguments",
                        "- bean:\n    id: b\n    ref: eventSelection\n    method: \"select(${body})\"\n"),
                route("a method that is private", "- bean:\n    id: b\n    ref: webhooks\n    method: millis\n"),
                route("a bean of a computed endpoint", "- toD:\n    id: b\n    uri: \"bean:webhoks?method=post\"\n"),
                route(
                        "a bean of a recipient list",
                        "- recipientList:\n    id: b\n    expression:\n      constant:\n        expression: bean:webhoks\n"),
                route(
                        "a bean of a text with arguments",
                        "- log:\n    id: say\n    message: \"${bean:eventTypes.lst(1)}\"\n"));
    }

    private static Stream<WrongEdit> references() {
        String map = "- beans:\n    - name: mine\n      type: \"#class:java.util.concurrent.ConcurrentHashMap\"\n";
        return Stream.of(
                WrongEdit.more("a method of a bean that does not exist", NEW, map + "      initMethod: nothing\n")
                        .says("has no public method nothing"),
                WrongEdit.more(
                                "a property of a bean that does not exist",
                                NEW,
                                map + "      properties:\n        nothing: 1\n")
                        .says("has no property nothing"),
                route("an endpoint that a reference names", "- to:\n    id: t\n    uri: ref:nothing\n"),
                route(
                        "a comparator that does not exist",
                        "- sort:\n    id: s\n    comparator: \"#nothing\"\n    expression:\n      simple:\n        expression: \"${body}\"\n"),
                route(
                        "an expression that a reference names",
                        "- setBody:\n    id: b\n    expression:\n      ref:\n        expression: nothing\n"),
                route(
                        "a strategy of an enrichment that does not exist",
                        "- enrich:\n    id: e\n    aggregationStrategy: \"#nothing\"\n    expression:\n      constant:\n        expression: log:x\n"),
                route(
                        "an unknown component of an enrichment",
                        "- enrich:\n    id: e\n    expression:\n      constant:\n        expression: sql:x\n"),
                route(
                        "a direct route of an enrichment",
                        "- enrich:\n    id: e\n    expression:\n      constant:\n        expression: direct:nothing\n"),
                route(
                        "a direct route of a recipient list",
                        "- recipientList:\n    id: r\n    expression:\n      constant:\n        expression: log:a,direct:nothing\n"),
                route("a direct route of a computed endpoint", "- toD:\n    id: r\n    uri: direct:nothing\n"),
                route(
                        "an unknown option of a computed endpoint",
                        "- toD:\n    id: r\n    uri: log:x\n    parameters:\n      shwoAll: true\n"),
                route(
                        "a class to convert to that does not exist",
                        "- convertBodyTo:\n    id: c\n    type: org.nothing.There\n"),
                route(
                        "an exception that does not exist",
                        "- throwException:\n    id: t\n    exceptionType: java.lang.NothingException\n    message: x\n"),
                edit(
                        "a type of another topic in a condition of a handler",
                        ALERT,
                        "${body.data.level} in 'error,fatal'",
                        "${body.type} == 'user_login'"),
                edit(
                        "a type compared from the right",
                        ALERT,
                        "${body.data.level} in 'error,fatal'",
                        "'user_logn' == ${body.type}"),
                edit(
                        "a type of another topic in brackets",
                        ALERT,
                        "${body.data.level} in 'error,fatal'",
                        "${body[type]} == 'user_login'"),
                edit(
                        "a type in double quotes",
                        ALERT,
                        "\"${body.data.level} in 'error,fatal'\"",
                        "'${body.type} == \"system_eror\"'"),
                edit(
                                "a type in a filter of jsonpath",
                                ALERT,
                                "              simple:\n                expression: \"${body.data.level} in 'error,fatal'\"\n",
                                "              jsonpath:\n                expression: \"$[?(@.type == 'system_eror')]\"\n                suppressExceptions: true\n")
                        .says("there is no event type system_eror"),
                edit("a part of a type", ALERT, "${body.data.level} in 'error,fatal'", "${body.type} contains 'eror'")
                        .says("no event type contains eror"),
                edit(
                                "the beginning of a type",
                                ALERT,
                                "${body.data.level} in 'error,fatal'",
                                "${body.type} startsWith 'sytem_'")
                        .says("no event type startsWith sytem_"),
                edit(
                        "a type of the kept event",
                        ALERT,
                        "${body.data.level} in 'error,fatal'",
                        "${exchangeProperty.event.type} == 'system_eror'"),
                edit(
                        "a parameter that the template does not have",
                        ALERT,
                        "      - name: types\n",
                        "      - name: typse\n"),
                edit(
                        "a parameter of a template that nothing gives",
                        HANDLE,
                        "groupId: \"{{group}}\"",
                        "groupId: \"{{gruop}}\""));
    }

    private static Stream<WrongEdit> placeholders() {
        return Stream.of(
                route(
                        "a misspelt setting around another",
                        "- log:\n    id: t\n    message: \"{{gateway.alert.webhok-url:{{gateway.alert.group}}}}\"\n"),
                route(
                        "a misspelt setting within another",
                        "- log:\n    id: t\n    message: \"{{gateway.alert.group:{{gateway.alert.webhok-url:x}}}}\"\n"),
                route("a variable that is not set", "- log:\n    id: t\n    message: \"{{env:NO_SUCH_THING}}\"\n")
                        .says("{{env:NO_SUCH_THING}} has no value here"),
                route("a property of Java that is not set", "- log:\n    id: t\n    message: \"{{sys:no.such}}\"\n")
                        .says("{{sys:no.such}} has no value here"),
                route(
                        "a misspelt setting within two others",
                        "- log:\n    id: t\n    message: \"{{my.a:{{my.b:{{gateway.alert.grup:x}}}}}}\"\n"),
                route(
                        "a misspelt setting with braces in its default",
                        "- log:\n    id: t\n    message: \"{{gateway.alert.webhok-url:http://x/{id}}}\"\n"),
                route(
                        "a misspelt optional setting",
                        "- to:\n    id: t\n    uri: log:x\n    parameters:\n      showAll: \"{{?gateway.alert.grup}}\"\n"),
                route(
                        "a misspelt setting in a nested function",
                        "- log:\n    id: t\n    message: \"${uppercase(${properties:gateway.alert.grup:x})}\"\n"),
                route(
                        "a misspelt setting with blanks",
                        "- log:\n    id: t\n    message: \"{{ gateway.alert.grup : x }}\"\n"));
    }

    private static String direct(String name, String steps) {
        return WrongRoutes.direct(name, steps);
    }

    private static Stream<WrongEdit> circles() {
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
                        "three routes that call each other",
                        NEW,
                        direct("one", to.formatted("one", "a", "two"))
                                + direct("two", to.formatted("two", "b", "three"))
                                + direct("three", to.formatted("three", "c", "one"))),
                WrongEdit.more(
                        "two templated routes that call each other",
                        NEW,
                        template + use.formatted("one", "two") + use.formatted("two", "one")),
                WrongEdit.more(
                        "a templated route that a route calls and that calls it",
                        NEW,
                        template + use.formatted("one", "two") + direct("two", to.formatted("two", "b", "one"))),
                WrongEdit.more(
                        "routes that call each other by an enrichment",
                        NEW,
                        direct(
                                        "one",
                                        "- enrich:\n    id: e\n    expression:\n      constant:\n        expression: direct:two\n")
                                + direct("two", to.formatted("two", "b", "one"))),
                WrongEdit.more(
                        "routes that call each other in a loop",
                        NEW,
                        direct(
                                        "one",
                                        "- loop:\n    id: l\n    expression:\n      constant:\n        expression: \"2\"\n    steps:\n"
                                                + to.formatted("one", "a", "two")
                                                        .indent(6))
                                + direct(
                                        "two",
                                        "- multicast:\n    id: m\n    stopOnException: true\n    steps:\n"
                                                + to.formatted("two", "b", "one")
                                                        .indent(6))),
                edit(
                        "a handler that calls itself",
                        ALERT,
                        "        - filter:\n            id: when-severe\n",
                        "        - toD:\n            id: again\n            uri: direct:send-alert\n        - filter:\n            id: when-severe\n"));
    }

    private static WrongEdit header(String name, String step) {
        return route(name, step).says("Camel does not know the header Camel");
    }

    private static Stream<WrongEdit> functions() {
        return Stream.of(
                route(
                        "an unknown function in the name of a header",
                        "- log:\n    id: say\n    message: \"${header.${heder.x}}\"\n"),
                route(
                        "an unknown function in two functions",
                        "- log:\n    id: say\n    message: \"${uppercase(${trim(${bodyy})})}\"\n"),
                route(
                        "an unknown function in a function, without a similar one",
                        "- log:\n    id: say\n    message: \"${uppercase(${nothing})}\"\n"),
                route(
                        "an unknown function in an argument",
                        "- bean:\n    id: b\n    ref: eventSelection\n    method: \"select(${bodyy}, '', 'x')\"\n"),
                route(
                        "an unknown function in the message of an exception",
                        "- throwException:\n    id: t\n    exceptionType: java.lang.IllegalStateException\n    message: \"${exceptoin.message}\"\n"),
                route(
                        "an unknown function in a list of recipients",
                        "- recipientList:\n    id: r\n    expression:\n      simple:\n        expression: \"log:${heder.x}\"\n"),
                route(
                        "an unknown function in a parameter of a computed endpoint",
                        "- toD:\n    id: r\n    uri: log:x\n    parameters:\n      marker: \"${heder.x}\"\n"),
                route(
                                "an unknown function in the name of a file",
                                "- to:\n    id: r\n    uri: file:out\n    parameters:\n      fileName: \"${dat:now:yyyy}\"\n")
                        .says("dat"),
                route(
                                "an invalid date in the name of a file",
                                "- to:\n    id: r\n    uri: file:out\n    parameters:\n      fileName: \"x-${date:now:yyyybb}\"\n")
                        .says("this is not valid in the simple language"),
                route(
                        "an unknown function in the other form",
                        "- log:\n    id: say\n    message: \"$simple{bodyy}\"\n"),
                route(
                        "a misspelt header in brackets of a nested function",
                        "- log:\n    id: say\n    message: \"${uppercase(${in.header.CamelHttpMethd})}\"\n"),
                route(
                        "a misspelt header as an argument",
                        "- bean:\n    id: b\n    ref: webhooks\n    method: \"isSet(${header.CamelHttpMethd})\"\n"),
                route(
                        "a misspelt pattern to keep",
                        "- removeHeaders:\n    id: r\n    pattern: \"*\"\n    excludePattern: CamelHtpt*\n"),
                header(
                        "a misspelt regular expression of headers",
                        "- removeHeaders:\n    id: r\n    pattern: \"CamelHtpt.*\"\n"),
                header(
                        "a misspelt regular expression among several",
                        "- removeHeaders:\n    id: r\n    pattern: \"CamelHttp.*|CamelFileNam|x.*\"\n"),
                header(
                        "a misspelt regular expression to keep",
                        "- removeProperties:\n    id: r\n    pattern: \"*\"\n    excludePattern: \"CamelSplt.+\"\n"),
                header(
                        "a misspelt header in the language of headers",
                        "- setBody:\n    id: b\n    expression:\n      language:\n        language: header\n        expression: CamelHttpMethd\n"),
                header(
                        "a misspelt property in the language of properties",
                        "- setBody:\n    id: b\n    expression:\n      language:\n        language: exchangeProperty\n        expression: CamelSplitIndx\n"),
                header(
                        "a misspelt header of a call",
                        "- log:\n    id: say\n    message: \"${headers.get('CamelHttpMethd')}\"\n"),
                header(
                        "a misspelt header with a default",
                        "- log:\n    id: say\n    message: \"${headers.getOrDefault('CamelHttpMethd', 'x')}\"\n"),
                header(
                        "a misspelt optional header",
                        "- log:\n    id: say\n    message: \"${headers?[CamelHttpMethd]}\"\n"),
                header(
                        "a misspelt header that a function sets",
                        "- log:\n    id: say\n    message: \"${setHeader(CamelHttpMethd, String, x)}\"\n"),
                header(
                        "a misspelt header of the message",
                        "- log:\n    id: say\n    message: \"${exchange.message.getHeader('CamelHttpMethd')}\"\n"),
                header(
                        "a misspelt header in the other form",
                        "- log:\n    id: say\n    message: \"$simple{header.CamelHttpMethd}\"\n"),
                route(
                        "a misspelt property as an expression",
                        "- setBody:\n    id: b\n    expression:\n      exchangeProperty:\n        expression: CamelSplitIndx\n"));
    }

    private static Stream<WrongEdit> waits() {
        String delay = "- delay:\n    id: wait\n    expression:\n      simple:\n        expression: \"%s\"\n";
        return Stream.of(
                step("a delay from the message", delay.formatted("${header.wait}")),
                step(
                        "a delay of a setting by a function",
                        delay.formatted("${properties:gateway.handle.max-poll-interval-ms}")),
                step(
                        "a throttle that outlasts the poll interval",
                        "- throttle:\n    id: slow\n    timePeriodMillis: \"600000\"\n    expression:\n      constant:\n        expression: \"1\"\n"),
                WrongRoutes.deliverStep(
                        "a throttle for each record of a batch",
                        "- throttle:\n    id: slow\n    timePeriodMillis: \"500000\"\n    expression:\n      constant:\n        expression: \"1\"\n"),
                step(
                        "an enrichment that waits for ever",
                        "- pollEnrich:\n    id: more\n    expression:\n      constant:\n        expression: file:inbox\n"),
                step(
                        "an enrichment that waits too long",
                        "- pollEnrich:\n    id: more\n    timeout: \"600000\"\n    expression:\n      constant:\n        expression: file:inbox\n"),
                edit(
                        "a policy that never gives up",
                        POLICY,
                        "            maximumRedeliveries: \"{{gateway.store.redeliveries}}\"\n",
                        "            maximumRedeliveries: -1\n"),
                edit(
                        "a policy that tries while a condition holds",
                        POLICY,
                        "          onRedeliveryRef: retryLog\n          redeliveryPolicy:\n            maximumRedeliveries: \"{{gateway.store.redeliveries}}\"\n",
                        "          onRedeliveryRef: retryLog\n          retryWhile:\n            simple:\n              expression: \"${exception} != null\"\n          redeliveryPolicy:\n            maximumRedeliveries: \"{{gateway.store.redeliveries}}\"\n"),
                step(
                                "a delay of a bean",
                                "- delay:\n    id: wait\n    expression:\n      method:\n        ref: brokerAvailability\n        method: check\n")
                        .says("the message determines this delay"),
                step(
                                "a delay of a bean in short form",
                                "- delay:\n    id: wait\n    method:\n      ref: brokerAvailability\n      method: check\n")
                        .says("the message determines this delay"),
                step(
                                "a delay in a loop while a condition holds",
                                "- loop:\n    id: l\n    doWhile: true\n    expression:\n      simple:\n        expression: \"${header.again} == 'true'\"\n    steps:\n"
                                        + delay.formatted("60000").indent(6))
                        .says("may never end"),
                step(
                                "a delay in a loop that the message counts",
                                "- loop:\n    id: l\n    expression:\n      simple:\n        expression: \"${header.n}\"\n    steps:\n"
                                        + delay.formatted("10").indent(6))
                        .says("may never end"),
                step(
                                "a delay in a loop that a bean counts",
                                "- loop:\n    id: l\n    expression:\n      method:\n        ref: brokerAvailability\n        method: check\n    steps:\n"
                                        + delay.formatted("10").indent(6))
                        .says("may never end"),
                step(
                                "a loop of a bounded condition that waits too long",
                                "- loop:\n    id: l\n    doWhile: true\n    expression:\n      simple:\n        expression: \"${header.again} == 'true' && ${exchangeProperty.CamelLoopIndex} < 100\"\n    steps:\n"
                                        + delay.formatted("5000").indent(6))
                        .says("longer than maxPollIntervalMs"),
                step(
                        "a delay in two loops",
                        "- loop:\n    id: l1\n    expression:\n      constant:\n        expression: \"10\"\n    steps:\n      - loop:\n          id: l2\n          expression:\n            constant:\n              expression: \"10\"\n          steps:\n"
                                + delay.formatted("5000").indent(12)));
    }

    private static Stream<WrongEdit> servers() {
        return Stream.of(
                route("an HTTP server that is called", "- toD:\n    id: t\n    uri: platform-http:/things\n"),
                route(
                        "an HTTP server that is polled",
                        "- pollEnrich:\n    id: t\n    timeout: \"1\"\n    expression:\n      constant:\n        expression: platform-http:/things\n"),
                WrongEdit.more(
                        "an HTTP server of a setting",
                        NEW,
                        "- route:\n    id: new-route\n    description: In - nothing. Out - nothing. On failure - thrown.\n    from:\n      id: new-route-from\n      uri: \"{{my.server:platform-http}}:/things\"\n      steps:\n"
                                + LOG.indent(8)),
                WrongEdit.more(
                        "an HTTP server whose path is a parameter",
                        NEW,
                        "- route:\n    id: new-route\n    description: In - nothing. Out - nothing. On failure - thrown.\n    from:\n      id: new-route-from\n      uri: platform-http\n      parameters:\n        path: /things\n      steps:\n"
                                + LOG.indent(8)));
    }

    /** Returns a template without {@code route:}, as Camel accepts it too, and a use of it. */
    private static WrongEdit template(String name, String uri, String options, String steps) {
        return WrongEdit.more(name, NEW, """
                - routeTemplate:
                    id: short
                    description: In - anything. Out - nothing. On failure - thrown.
                    parameters:
                      - name: value
                        description: Anything
                    from:
                      id: short-from
                      uri: %s
                      parameters:
                %s      steps:
                %s- templatedRoute:
                    routeId: short-1
                    routeTemplateRef: short
                    prefixId: short-1
                    parameters:
                      - name: value
                        value: x
                """.formatted(uri, options.indent(8), steps.indent(8)));
    }

    private static Stream<WrongEdit> templates() {
        String topic = "\"kafka:{{gateway.events.topics.system_logs.name}}\"";
        return Stream.of(
                template(
                                "an HTTP server in a template without a route",
                                "platform-http:/things",
                                "muteException: true\n",
                                LOG)
                        .says("nothing checks the tokens"),
                template("a consumer in a template without a route", topic, "groupId: \"{{value}}\"\n", LOG)
                        .says("this consumer never commits"),
                template(
                                "a consumer that commits by itself in a template without a route",
                                topic,
                                "autoCommitEnable: true\n",
                                LOG)
                        .says("set autoCommitEnable to false"),
                template(
                                "a queue in a template without a route",
                                topic,
                                "groupId: mine\n",
                                "- to:\n    id: queue\n    uri: seda:later\n")
                        .says("seda: puts the message into a queue"),
                template("a template without a route in the wrong form", "timer:x", "period: \"{{value}}\"\n", LOG)
                        .says("write route: with id, description and from"));
    }

    private static Stream<WrongEdit> schemas() {
        String name = "\"username\": {";
        return Stream.of(
                edit(
                        "bounds that cross in another schema",
                        LOGIN,
                        "\"required\": [",
                        "\"allOf\": [{\"properties\": {\"username\": {\"maxLength\": 0}}}],\n  \"required\": ["),
                edit(
                        "a const outside of an enum behind a reference",
                        LOGIN,
                        "\"properties\": {",
                        "\"$defs\": {\"c\": {\"enum\": [\"a\"]}},\n  \"properties\": {\n    \"x\": {\"const\": \"b\", \"$ref\": \"#/$defs/c\"},"),
                edit(
                        "a reference to nothing in items",
                        LOGIN,
                        "\"properties\": {",
                        "\"properties\": {\n    \"x\": {\"type\": \"array\", \"items\": {\"$ref\": \"#/$defs/nothing\"}},"),
                edit(
                        "an invalid pattern of names",
                        LOGIN,
                        "\"properties\": {",
                        "\"properties\": {\n    \"x\": {\"type\": \"object\", \"patternProperties\": {\"[a\": {}}},"),
                edit(
                        "a default of the wrong type in items",
                        LOGIN,
                        "\"properties\": {",
                        "\"properties\": {\n    \"x\": {\"type\": \"array\", \"items\": {\"type\": \"string\", \"default\": 5}},"),
                edit(
                        "a pointer of redaction without a slash",
                        "application.yaml",
                        "    redaction:\n",
                        "    redaction:\n      redacted:\n        user_login: [\"ip\"]\n"),
                edit(
                        "a pointer of redaction with a bad escape",
                        "application.yaml",
                        "    redaction:\n",
                        "    redaction:\n      redacted:\n        user_login: [\"/a~2\"]\n"),
                edit(
                                "a schema of an earlier draft",
                                LOGIN,
                                "https://json-schema.org/draft/2020-12/schema",
                                "http://json-schema.org/draft-07/schema#")
                        .says("write https://json-schema.org/draft/2020-12/schema"),
                edit(
                        "a redaction of an unknown type",
                        "application.yaml",
                        "    redaction:\n",
                        "    redaction:\n      hashed:\n        user_logn: [\"/ip\"]\n"));
    }

    private static WrongEdit consumer(String name, String option, String says) {
        return edit(name, STORE, GROUP, GROUP + option.indent(10)).says(says);
    }

    private static WrongEdit component(String name, String option, String says) {
        return edit(name, "application.yaml", BATCHING, BATCHING + option.indent(6))
                .says(says);
    }

    private static Stream<WrongEdit> consumerOptions() {
        String client = "#class:org.apache.camel.component.kafka.DefaultKafkaClientFactory";
        String commits = "#class:org.apache.camel.component.kafka.consumer.DefaultKafkaManualCommitFactory";
        String byCamel = "camel.component.kafka.";
        return Stream.of(
                consumer("a consumer that begins at the end", "seekTo: END", "remove seekTo"),
                consumer("a consumer that begins again and again", "seekTo: BEGINNING", "remove seekTo"),
                consumer(
                        "a consumer of another factory",
                        "kafkaClientFactory: \"" + client + "\"",
                        "remove kafkaClientFactory"),
                consumer(
                        "a consumer with other commits",
                        "kafkaManualCommitFactory: \"" + commits + "\"",
                        "remove kafkaManualCommitFactory"),
                consumer("a consumer of the new protocol", "groupProtocol: consumer", "set groupProtocol to classic"),
                consumer(
                        "a consumer of the new protocol by a setting",
                        "groupProtocol: \"{{my.protocol:consumer}}\"",
                        "set groupProtocol to classic"),
                consumer(
                        "auto-commit by a Kafka property",
                        "additionalProperties.enable.auto.commit: true",
                        "remove additionalProperties.enable.auto.commit, which overrides autoCommitEnable"),
                consumer(
                        "a skipping reset by a Kafka property",
                        "additionalProperties.auto.offset.reset: latest",
                        "which overrides autoOffsetReset"),
                consumer(
                        "aborted records by a Kafka property",
                        "additionalProperties.isolation.level: read_uncommitted",
                        "which overrides isolationLevel"),
                consumer(
                        "another group by a Kafka property",
                        "additionalProperties.group.id: mine",
                        "which overrides groupId"),
                consumer(
                        "the new protocol by a Kafka property below additionalProperties",
                        "additionalProperties:\n  group.protocol: consumer\n",
                        "which overrides groupProtocol"),
                consumer(
                        "a long poll by a Kafka property",
                        "additionalProperties.max.poll.interval.ms: 5",
                        "which overrides maxPollIntervalMs"),
                consumer(
                        "a skipping reset by a setting",
                        "autoOffsetReset: \"{{my.reset:latest}}\"",
                        "set autoOffsetReset to earliest"),
                component("all consumers begin at the end", "seek-to: END", "remove " + byCamel + "seek-to"),
                edit("all clients of another factory", "application.yaml", "#bean:kafkaClients", client)
                        .says("set it to #bean:kafkaClients"),
                edit("all consumers with other commits", "application.yaml", "#bean:manualCommits", commits)
                        .says("set it to #bean:manualCommits"),
                component(
                        "all consumers of the new protocol",
                        "group-protocol: consumer",
                        byCamel + "group-protocol is consumer"),
                component(
                        "auto-commit of all consumers by a Kafka property",
                        "additional-properties:\n  \"[enable.auto.commit]\": true\n",
                        "which overrides autoCommitEnable"),
                component(
                        "the reset of all consumers by a Kafka property",
                        "additionalProperties:\n  auto.offset.reset: latest\n",
                        "which overrides autoOffsetReset"));
    }

    private static WrongEdit producer(String name, String option, String says) {
        return edit(name, "routes/replay-dead-letters.camel.yaml", "compressionCodec: gzip", option)
                .says(says);
    }

    private static Stream<WrongEdit> producerOptions() {
        return Stream.of(
                producer(
                        "no acknowledgement by a Kafka property",
                        "additionalProperties.acks: \"0\"",
                        "remove additionalProperties.acks, which overrides requestRequiredAcks"),
                producer(
                        "no idempotence by a Kafka property",
                        "additionalProperties.enable.idempotence: \"{{my.flag:false}}\"",
                        "which overrides enableIdempotence"),
                producer(
                        "no idempotence by a setting",
                        "enableIdempotence: \"{{my.flag:false}}\"",
                        "set enableIdempotence to true"),
                producer(
                        "a producer of another factory",
                        "kafkaClientFactory: \"#class:org.apache.camel.component.kafka.DefaultKafkaClientFactory\"",
                        "remove kafkaClientFactory"),
                component(
                        "no acknowledgement of all producers by a Kafka property",
                        "additional-properties:\n  acks: \"1\"\n",
                        "which overrides requestRequiredAcks"));
    }

    private static WrongEdit named(String name, String policy, String says) {
        return edit(
                        name,
                        STORE,
                        "routeConfigurationId: retry-then-read-again",
                        "routeConfigurationId: \"" + policy + "\"")
                .says(says);
    }

    private static Stream<WrongEdit> policies() {
        return Stream.of(
                named("a policy with an open bracket", "retry-(x", "the routeConfigurationId retry-(x does not exist"),
                named("a policy with a plus", "retry+[", "the routeConfigurationId retry+[ does not exist"),
                named(
                        "a policy of a setting",
                        "{{my.policy:retry-then-read-agian}}",
                        "retry-then-read-agian does not exist; the route would have no error policy; did you mean "
                                + "retry-then-read-again?"),
                named("a policy of an empty setting", "{{my.policy:}}", "has no error policy"),
                WrongEdit.more("a policy of a parameter", NEW, policyOfParameter("retry-then-nothing"))
                        .says("the routeConfigurationId retry-then-nothing does not exist"));
    }

    /** Returns a template whose parameter names the error policy, and a use of it. */
    static String policyOfParameter(String policy) {
        return """
                - routeTemplate:
                    id: tick-often
                    description: Ticks
                    parameters:
                      - name: policy
                        description: The error policy
                    route:
                      id: tick
                      description: In - nothing. Out - nothing. On failure - thrown.
                      routeConfigurationId: "{{policy}}"
                      from:
                        uri: timer:tick
                        steps:
                          - log:
                              id: say
                              message: x
                - templatedRoute:
                    routeId: tick-one
                    routeTemplateRef: tick-often
                    prefixId: tick-one
                    parameters:
                      - name: policy
                        value: %s
                """.formatted(policy);
    }
}
