package io.github.eventgateway.tools.check;

import java.util.stream.Stream;

/** Further forms of the mistakes in {@link WrongRoutes} and {@link WrongVariants}, as a stranger would write them. */
final class WrongKinds {

    private static final String STORE = "routes/store-events.camel.yaml";
    private static final String ALERT = "routes/alert-on-errors.camel.yaml";
    private static final String POLICY = "routes/error-policy.camel.yaml";
    private static final String LOGIN = "routes/schemas/user_login.schema.json";
    private static final String SETTINGS = "application.yaml";
    private static final String COMMIT = WrongRoutes.COMMIT;
    private static final String LOG = "- log:\n    id: say\n    message: x\n";
    private static final String TRY =
            "- doTry:\n    id: try\n    steps:\n      - to:\n          id: do\n          uri: log:x\n    doCatch:\n      - id: caught\n        exception:\n          - java.lang.Exception\n        steps:";

    private WrongKinds() {}

    static Stream<WrongEdit> all() {
        return Stream.of(
                        commits(),
                        swallowed(),
                        unfinished(),
                        references(),
                        events(),
                        numbers(),
                        schemas(),
                        settings(),
                        stopped(),
                        timeouts(),
                        threads(),
                        waits())
                .flatMap(edits -> edits);
    }

    private static WrongEdit step(String name, String yaml) {
        return WrongRoutes.step(name, yaml);
    }

    private static WrongEdit route(String name, String yaml) {
        return WrongRoutes.route(name, yaml);
    }

    private static WrongEdit edit(String name, String file, String before, String after) {
        return WrongEdit.of(name, file, before, after);
    }

    private static Stream<WrongEdit> stopped() {
        String dead = "routes/dead-letter-records.camel.yaml";
        String deadFrom = "    from:\n      id: dead-letter-records-from\n";
        String alertStarts = "    autoStartup: \"{{gateway.role.handle.on}}\"\n";
        return Stream.of(
                edit("a called route that is not started", dead, deadFrom, "    autoStartup: false\n" + deadFrom)
                        .says("dead-letter-records never runs, but"),
                edit(
                                "a called route that is left out",
                                dead,
                                deadFrom,
                                "    precondition: \"{{my.flag:false}}\"\n" + deadFrom)
                        .says("dead-letter-records never runs, but"),
                edit("a handler that is not started", ALERT, alertStarts, "    autoStartup: false\n")
                        .says("send-alert never runs, but handle calls it"),
                edit(
                                "a handler of another role",
                                ALERT,
                                alertStarts,
                                "    precondition: \"{{gateway.role.query.on}}\"\n")
                        .says("send-alert does not run on each instance that runs handle,"),
                edit(
                                "a policy that is left out",
                                POLICY,
                                "    id: retry-then-read-again\n",
                                "    id: retry-then-read-again\n    precondition: \"false\"\n")
                        .says("retry-then-read-again never applies"),
                edit(
                                "a call that accepts a missing route",
                                dead,
                                "                  uri: direct:send-dead-letters\n",
                                "                  uri: direct:send-dead-letters\n                  parameters:\n                    failIfNoConsumers: false\n")
                        .says("failIfNoConsumers false ignores"));
    }

    private static Stream<WrongEdit> threads() {
        String contract = "routes/serve-contract.camel.yaml";
        String steps = "      uri: direct:serve-contract\n      steps:\n";
        return Stream.of(
                edit(
                                "a query of a public verb",
                                contract,
                                steps,
                                steps
                                        + "        - to:\n            id: count\n            uri: \"sql:SELECT COUNT(*) FROM event\"\n")
                        .says("the verb get-contract runs this step on a thread of the server"),
                edit(
                                "a bean of a public verb that queries",
                                contract,
                                steps,
                                steps
                                        + "        - bean:\n            id: find\n            ref: eventQuery\n            method: search\n")
                        .says("the verb get-contract runs this step on a thread of the server"));
    }

    private static Stream<WrongEdit> timeouts() {
        String publish = "routes/publish-events.camel.yaml";
        return Stream.of(
                edit(
                                "a session as short as its heartbeat",
                                SETTINGS,
                                "session-timeout-ms: \"${gateway.consumer.session-timeout-ms}\"",
                                "session-timeout-ms: 3000")
                        .says("sessionTimeoutMs is 3000, not longer than heartbeatIntervalMs (3000)"),
                edit(
                                "a delivery shorter than a request",
                                SETTINGS,
                                "delivery-timeout-ms: 3500",
                                "delivery-timeout-ms: 2000")
                        .in(publish)
                        .says("deliveryTimeoutMs is 2000, less than lingerMs and requestTimeoutMs together (3000)"),
                edit("too many requests at a time", publish, "maxInFlightRequest: 1", "maxInFlightRequest: 6")
                        .says("no idempotent producer with more than 5"),
                edit(
                                "a producer without retries",
                                publish,
                                "              maxInFlightRequest: 1\n",
                                "              maxInFlightRequest: 1\n              retries: 0\n")
                        .says("no idempotent producer without retries"));
    }

    private static Stream<WrongEdit> commits() {
        return Stream.of(
                edit(
                        "a commit in a step",
                        STORE,
                        COMMIT,
                        "          - step:\n              id: last\n              steps:\n" + COMMIT.indent(6)),
                edit(
                        "a commit in a saga",
                        STORE,
                        COMMIT,
                        "          - saga:\n              id: last\n              steps:\n" + COMMIT.indent(6)),
                step("a stop in a step", "- step:\n    id: s\n    steps:\n      - stop:\n          id: end\n"),
                step("a rollback that only marks", "- rollback:\n    id: r\n    markRollbackOnly: true\n"),
                step(
                        "a property that stops the route",
                        "- setProperty:\n    id: s\n    name: CamelRouteStop\n    expression:\n      constant:\n        expression: \"true\"\n"),
                step("a batch that is removed", "- removeProperty:\n    id: s\n    name: batch\n"),
                step("a batch that is removed by a pattern", "- removeProperties:\n    id: s\n    pattern: b*\n"));
    }

    private static Stream<WrongEdit> swallowed() {
        return Stream.of(
                step("a doCatch without steps", TRY + " []\n"),
                step(
                        "a failure thrown in one branch only",
                        TRY
                                + "\n          - choice:\n              id: c\n              when:\n                - expression:\n                    simple:\n                      expression: \"${body.records.size()} > 5\"\n                  steps:\n                    - throwException:\n                        id: t\n                        exceptionType: java.lang.IllegalStateException\n                        message: x\n"),
                step(
                        "a routing slip that ignores endpoints",
                        "- routingSlip:\n    id: r\n    ignoreInvalidEndpoints: true\n    expression:\n      constant:\n        expression: log:a\n"),
                step(
                        "a dynamic router that ignores endpoints",
                        "- dynamicRouter:\n    id: r\n    ignoreInvalidEndpoints: true\n    expression:\n      constant:\n        expression: log:a\n"),
                edit(
                        "a failure that is handled by an expression",
                        POLICY,
                        "            - java.lang.Exception\n          onRedeliveryRef: retryLog\n          redeliveryPolicy:\n            maximumRedeliveries: \"{{gateway.handle.redeliveries}}\"\n",
                        "            - java.lang.Exception\n          onRedeliveryRef: retryLog\n          handled:\n            simple:\n              expression: \"${header.x} == 'a'\"\n          redeliveryPolicy:\n            maximumRedeliveries: \"{{gateway.handle.redeliveries}}\"\n"),
                edit(
                        "another error handler of a consumer by a reference to nothing",
                        STORE,
                        "      routeConfigurationId: retry-then-read-again\n",
                        "      routeConfigurationId: retry-then-read-again\n      errorHandlerRef: \"#nothing\"\n"));
    }

    /** Returns a consumer that calls a route, whose error policy has this clause. */
    private static WrongEdit policy(String name, String clause) {
        WrongEdit right = RightRoutes.deadLettersAndHandles();
        return WrongEdit.more(
                name,
                right.file(),
                right.after().substring(0, right.after().indexOf("    onException:\n")) + clause.indent(4));
    }

    private static String failure(String steps) {
        return "onException:\n  - onException:\n      exception:\n        - java.lang.Exception\n      handled:\n        constant:\n          expression: \"true\"\n      steps:\n"
                + steps.indent(8);
    }

    private static Stream<WrongEdit> unfinished() {
        String dead = "- to:\n    id: dead\n    uri: direct:dead-letter-records\n";
        return Stream.of(
                policy(
                                "a policy of a called route that taps its dead letters",
                                failure("- wireTap:\n    id: dead\n    uri: direct:dead-letter-records\n"))
                        .says("wireTap continues while the consumer commits"),
                policy(
                                "a policy of a called route that queues",
                                failure("- to:\n    id: queue\n    uri: seda:x\n" + dead))
                        .says("seda: puts the message into a queue"),
                policy(
                                "a policy of a called route that splits at the same time",
                                failure(
                                        "- split:\n    id: each\n    parallelProcessing: true\n    expression:\n      simple:\n        expression: \"${body.records}\"\n    steps:\n"
                                                + LOG.indent(6) + dead))
                        .says("split with parallelProcessing uses several threads"),
                policy(
                                "a policy of a called route that works after the commit",
                                "onCompletion:\n  - onCompletion:\n      steps:\n        - to:\n            id: after\n            uri: log:x\n"
                                        + failure(dead))
                        .says("onCompletion runs after the commit"),
                policy(
                                "a policy of a called route whose interceptor taps",
                                "intercept:\n  - intercept:\n      id: each\n      steps:\n        - wireTap:\n            id: tap\n            uri: log:x\n"
                                        + failure(dead))
                        .says("wireTap continues while the consumer commits"),
                edit(
                                "a policy of a consumer whose interceptor queues",
                                POLICY,
                                "    id: retry-then-read-again\n",
                                "    id: retry-then-read-again\n    interceptFrom:\n      - interceptFrom:\n          uri: kafka:*\n          steps:\n            - to:\n                id: queue\n                uri: seda:x\n")
                        .says("seda: puts the message into a queue"),
                step("a queue of a computed endpoint", "- toD:\n    id: q\n    uri: seda:x\n"),
                step(
                        "a queue of an enrichment",
                        "- enrich:\n    id: q\n    expression:\n      constant:\n        expression: seda:x\n"),
                step(
                        "a recipient list at the same time",
                        "- recipientList:\n    id: q\n    parallelProcessing: true\n    expression:\n      constant:\n        expression: log:a,log:b\n"),
                step(
                        "a multicast at the same time by a setting",
                        "- multicast:\n    id: q\n    parallelProcessing: \"{{my.parallel:true}}\"\n    steps:\n"
                                + LOG.indent(6)),
                step(
                        "a split on other threads",
                        "- split:\n    id: q\n    executorService: \"#class:java.util.concurrent.ForkJoinPool\"\n    expression:\n      simple:\n        expression: \"${body.records}\"\n    steps:\n"
                                + LOG.indent(6)),
                step(
                        "a throttle on other threads",
                        "- throttle:\n    id: q\n    asyncDelayed: true\n    expression:\n      constant:\n        expression: \"5\"\n"),
                WrongRoutes.deliverStep("a handler that taps", "- wireTap:\n    id: q\n    uri: log:x\n"),
                WrongRoutes.deliverStep("a handler that queues", "- to:\n    id: q\n    uri: seda:x\n"));
    }

    private static Stream<WrongEdit> references() {
        String expression = "    expression:\n      constant:\n        expression: log:x\n";
        return Stream.of(
                route("a processor of the wrong type", "- process:\n    id: p\n    ref: eventStore\n")
                        .says("the bean eventStore is not of the type Processor"),
                route(
                                "a processor of the wrong type by #bean",
                                "- process:\n    id: p\n    ref: \"#bean:eventStore\"\n")
                        .says("the bean eventStore is not of the type Processor"),
                route(
                                "a processor of a class of the wrong type",
                                "- process:\n    id: p\n    ref: \"#class:java.lang.String\"\n")
                        .says("the class java.lang.String is not of the type Processor"),
                route("a processor that does not exist", "- process:\n    id: p\n    ref: nothing\n")
                        .says("there is no bean nothing"),
                route(
                                "a policy of the wrong type",
                                "- policy:\n    id: p\n    ref: retryLog\n    steps:\n" + LOG.indent(6))
                        .says("the bean retryLog is not of the type Policy"),
                route(
                                "a transaction of the wrong type",
                                "- transacted:\n    id: p\n    ref: retryLog\n    steps:\n" + LOG.indent(6))
                        .says("the bean retryLog is not of the type Policy"),
                route("an exception of the wrong type", "- throwException:\n    id: p\n    ref: retryLog\n")
                        .says("the bean retryLog is not of the type Exception"),
                route("a data format of the wrong type", "- marshal:\n    id: p\n    custom:\n      ref: retryLog\n")
                        .says("the bean retryLog is not of the type DataFormat"),
                route(
                                "a load balancer of the wrong type",
                                "- loadBalance:\n    id: e\n    customLoadBalancer:\n      ref: retryLog\n    steps:\n"
                                        + LOG.indent(6))
                        .says("the bean retryLog is not of the type LoadBalancer"),
                edit(
                                "a redelivery listener of the wrong type",
                                POLICY,
                                "onRedeliveryRef: retryLog",
                                "onRedeliveryRef: eventTypes")
                        .says("the bean eventTypes is not of the type Processor"),
                edit(
                                "a policy of a route, of the wrong type",
                                STORE,
                                "      routeConfigurationId: retry-then-read-again\n",
                                "      routeConfigurationId: retry-then-read-again\n      routePolicyRef: retryLog\n")
                        .says("the bean retryLog is not of the type RoutePolicy"),
                route(
                        "a strategy of a poll that does not exist",
                        "- pollEnrich:\n    id: e\n    timeout: \"1\"\n    aggregationStrategy: nothing\n"
                                + expression),
                route(
                        "a preparation that does not exist",
                        "- recipientList:\n    id: e\n    onPrepare: nothing\n" + expression),
                route(
                        "a preparation of a class that does not exist",
                        "- wireTap:\n    id: e\n    uri: log:x\n    onPrepare: \"#class:no.such.Class\"\n"),
                route(
                        "a saga service that does not exist",
                        "- saga:\n    id: e\n    sagaService: nothing\n    steps:\n" + LOG.indent(6)),
                route(
                        "a repository of an aggregation that does not exist",
                        "- aggregate:\n    id: e\n    aggregationRepository: nothing\n    completionSize: \"2\"\n    correlationExpression:\n      constant:\n        expression: \"1\"\n    aggregationStrategy: \"#class:org.apache.camel.processor.aggregate.UseLatestAggregationStrategy\"\n    steps:\n"
                                + LOG.indent(6)),
                route(
                        "a repository behind a placeholder",
                        "- idempotentConsumer:\n    id: e\n    idempotentRepository: \"{{x:nothing}}\"\n" + expression
                                + "    steps:\n" + LOG.indent(6)),
                route(
                        "a load balancer that does not exist",
                        "- loadBalance:\n    id: e\n    customLoadBalancer:\n      ref: nothing\n    steps:\n"
                                + LOG.indent(6)),
                route(
                        "a factory of exceptions that does not exist",
                        "- validate:\n    id: e\n    predicateExceptionFactory: nothing\n    expression:\n      simple:\n        expression: \"${body} != null\"\n"),
                route(
                        "a filter of headers that does not exist",
                        "- to:\n    id: e\n    uri: direct:dead-letter-record\n    parameters:\n      exchangePattern: \"#nothing\"\n"),
                edit(
                        "a policy of a route that does not exist",
                        STORE,
                        "      routeConfigurationId: retry-then-read-again\n",
                        "      routeConfigurationId: retry-then-read-again\n      routePolicyRef: nothing\n"));
    }

    private static Stream<WrongEdit> events() {
        String types = "        value: system_error\n";
        return Stream.of(
                edit("types with another separator", ALERT, types, "        value: system_error;system_info\n"),
                edit("types as a list in brackets", ALERT, types, "        value: \"[system_error]\"\n"),
                edit(
                        "a handler that does not exist",
                        ALERT,
                        "        value: send-alert\n",
                        "        value: send-alrt\n"),
                edit(
                        "a handler with its scheme",
                        ALERT,
                        "        value: send-alert\n",
                        "        value: direct:send-alert\n"),
                edit(
                        "a topic of a setting that does not exist",
                        ALERT,
                        "topics.system_logs.name",
                        "topics.system_log.name"),
                edit(
                        "a topic that does not exist",
                        ALERT,
                        "\"{{gateway.events.topics.system_logs.name}}\"",
                        "system_log"),
                edit("a group of another route", ALERT, "\"{{gateway.alert.group}}\"", "\"{{gateway.store.group}}\"")
                        .in(STORE));
    }

    private static Stream<WrongEdit> numbers() {
        return Stream.of(
                route(
                        "a loop of a word",
                        "- loop:\n    id: l\n    expression:\n      constant:\n        expression: often\n    steps:\n"
                                + LOG.indent(6)),
                route(
                        "a loop of no turn",
                        "- loop:\n    id: l\n    expression:\n      constant:\n        expression: \"0\"\n    steps:\n"
                                + LOG.indent(6)),
                route(
                        "a delay of a word",
                        "- delay:\n    id: l\n    expression:\n      constant:\n        expression: long\n"),
                route(
                        "a delay of a wrong unit",
                        "- delay:\n    id: l\n    expression:\n      constant:\n        expression: 5 parsecs\n"),
                route(
                        "a throttle of a word",
                        "- throttle:\n    id: l\n    expression:\n      constant:\n        expression: few\n"),
                route(
                        "a throttle of a fraction",
                        "- throttle:\n    id: l\n    expression:\n      constant:\n        expression: \"0.5\"\n"),
                route(
                        "a limit of a word",
                        "- aggregate:\n    id: e\n    completionSize: two\n    correlationExpression:\n      constant:\n        expression: \"1\"\n    aggregationStrategy: \"#class:org.apache.camel.processor.aggregate.UseLatestAggregationStrategy\"\n    steps:\n"
                                + LOG.indent(6)),
                route(
                        "a period of a word",
                        "- sample:\n    id: e\n    samplePeriod: seldom\n    steps:\n" + LOG.indent(6)),
                edit(
                        "a number of retries of a word",
                        POLICY,
                        "maximumRedeliveries: \"{{gateway.handle.redeliveries}}\"",
                        "maximumRedeliveries: many"),
                edit(
                        "a pattern of delays of words",
                        POLICY,
                        "            maximumRedeliveries: \"{{gateway.store.redeliveries}}\"\n",
                        "            maximumRedeliveries: \"{{gateway.store.redeliveries}}\"\n            delayPattern: often\n"));
    }

    private static WrongEdit member(String name, String schema) {
        return edit(name, LOGIN, "\"properties\": {", "\"properties\": {\n    \"x\": " + schema + ",");
    }

    private static WrongEdit whole(String name, String keywords) {
        return edit(name, LOGIN, "\"properties\": {", keywords + ",\n  \"properties\": {");
    }

    private static Stream<WrongEdit> schemas() {
        return Stream.of(
                whole("a schema that refers to itself", "\"$ref\": \"#\""),
                whole(
                        "schemas that refer to each other",
                        "\"$defs\": {\"a\": {\"$ref\": \"#/$defs/b\"}, \"b\": {\"$ref\": \"#/$defs/a\"}}, \"allOf\": [{\"$ref\": \"#/$defs/a\"}]"),
                whole("a required member that another forbids", "\"dependentSchemas\": {\"username\": false}"),
                whole("then without if", "\"then\": {\"required\": [\"y\"]}"),
                whole("else without if", "\"else\": {\"required\": [\"y\"]}"),
                whole("if without an answer", "\"if\": {\"required\": [\"y\"]}"),
                member(
                        "at least more than at most",
                        "{\"type\": \"array\", \"contains\": {\"const\": 1}, \"minContains\": 2, \"maxContains\": 1}"),
                member(
                        "no multiple between the bounds",
                        "{\"type\": \"integer\", \"multipleOf\": 10, \"minimum\": 1, \"maximum\": 5}"),
                member("a multiple of zero", "{\"type\": \"integer\", \"multipleOf\": 0}"),
                member("elements that contain nothing", "{\"type\": \"array\", \"contains\": false}"),
                member(
                        "a const that is no date",
                        "{\"type\": \"string\", \"format\": \"date\", \"const\": \"tomorrow\"}"),
                member("an enum that is no pattern", "{\"enum\": [\"a\", \"b\"], \"pattern\": \"^c\"}"),
                member("a default behind a reference", "{\"$ref\": \"#/properties/username\", \"default\": 5}"),
                member(
                        "further members of no value",
                        "{\"type\": \"object\", \"minProperties\": 1, \"additionalProperties\": {\"type\": \"string\", \"const\": 5}}"),
                member("a bound of another type", "{\"type\": \"string\", \"minimum\": 5}"),
                member("a length of a number", "{\"type\": \"integer\", \"maxLength\": 5}"),
                member("a value that is listed twice", "{\"enum\": [\"a\", \"a\"]}"),
                edit("a key that is a list", "application.yaml", "key: /", "key: /x/0/"),
                edit(
                        "a redaction of a member that does not exist",
                        "application.yaml",
                        "    redaction:\n",
                        "    redaction:\n      redacted:\n        user_login: [\"/nothing/at/all\"]\n"));
    }

    private static WrongEdit redaction(String name, String setting) {
        return edit(name, SETTINGS, "    redaction:\n", "    redaction:\n      " + setting + "\n");
    }

    private static WrongEdit camel(String name, String setting) {
        return edit(name, SETTINGS, "camel:\n  main:\n", "camel:\n  main:\n    " + setting + "\n");
    }

    private static WrongEdit userField(String name, String fields) {
        return edit(name, SETTINGS, "  erasure:\n", "  erasure:\n    user-fields:\n      " + fields + "\n");
    }

    private static Stream<WrongEdit> settings() {
        String key = "hash-key: \"${REDACTION_KEY:}\"";
        return Stream.of(
                redaction("a misspelt list of redacted fields", "redactd: {user_login: [/ip]}")
                        .says("there is no setting redactd in gateway.events.redaction; did you mean redacted?"),
                redaction("a misspelt list of hashed fields", "hashes:\n        user_login:\n          - /ip")
                        .says("did you mean hashed?"),
                redaction("a type instead of a list", "user_login: [/ip]")
                        .says("there is no setting user_login in gateway.events.redaction"),
                edit("a misspelt key of the hashes", SETTINGS, key, "hash-kye: \"${REDACTION_KEY:}\"")
                        .says("did you mean hash-key?"),
                edit(
                                "a misspelt redaction",
                                SETTINGS,
                                "    redaction:\n",
                                "    redactions: {hashed: {user_login: [/ip]}}\n    redaction:\n")
                        .says("there is no setting redactions in gateway.events; did you mean redaction?"),
                edit(
                                "a misspelt setting of a topic",
                                SETTINGS,
                                "        key: /service\n",
                                "        key: /service\n        kee: /a\n")
                        .says("there is no setting kee in gateway.events.topics.system_logs; did you mean key?"),
                edit(
                                "a type of two topics",
                                SETTINGS,
                                "          - system_info\n",
                                "          - system_info\n          - user_login\n")
                        .says("the event type user_login is listed in two topics, user_events and system_logs"),
                userField("a field of a user of an unknown type", "user_logn: [/username]")
                        .says("gateway.erasure.user-fields names the event type user_logn, which no topic lists; "
                                + "did you mean user_login?"),
                userField("a field of a user without a slash", "user_login: [username]")
                        .says("gateway.erasure.user-fields names 'username', which is not a field"),
                userField("a field of a user that no event has", "user_login: [/username, /usernmae]")
                        .says("user_login.schema.json has no such field; did you mean /username?"),
                edit(
                                "a Kafka key that the schema does not require",
                                LOGIN,
                                "\"required\": [\"user_id\", ",
                                "\"required\": [")
                        .in(SETTINGS)
                        .says("user_login.schema.json does not require"),
                edit(
                                "a Kafka key that may be null",
                                "routes/schemas/system_info.schema.json",
                                "\"service\": { \"type\": \"string\"",
                                "\"service\": { \"type\": [\"string\", \"null\"]")
                        .in(SETTINGS)
                        .says("also allows to be an object, an array or null"),
                camel("routes that do not start", "auto-startup: false")
                        .says("camel.main.auto-startup is false: Camel starts no route"),
                camel("routes that do not start, in camelCase", "autoStartup: \"FALSE\"")
                        .says("Camel starts no route"),
                camel("routes that a placeholder does not start", "auto-startup: \"${GATEWAY_STARTS:false}\"")
                        .says("Camel starts no route"),
                camel("route files that are not read", "routes-collector-enabled: false")
                        .says("Camel reads no route file"),
                camel("routes that a pattern does not start", "auto-startup-exclude-pattern: \"none,store*\"")
                        .says("so Camel does not start store"));
    }

    private static Stream<WrongEdit> waits() {
        String throttle = "- throttle:\n    id: slow\n    expression:\n";
        String says = "the message determines the number of this throttle";
        return Stream.of(
                step("a throttle from a header", throttle + "      header:\n        expression: rate\n")
                        .says(says),
                step(
                                "a throttle from the message",
                                throttle + "      simple:\n        expression: \"${header.rate}\"\n")
                        .says(says),
                step(
                                "a throttle from a bean",
                                throttle + "      method:\n        ref: eventStore\n        method: store\n")
                        .says(says),
                WrongRoutes.deliverStep(
                                "a throttle from an event",
                                throttle + "      jsonpath:\n        expression: $.data.rate\n")
                        .says(says),
                route(
                                "a throttle of a setting of a word",
                                throttle + "      simple:\n        expression: \"${properties:my.rate:few}\"\n")
                        .says("the number of this throttle is 'few'"),
                route(
                                "a throttle of a period of a word",
                                "- throttle:\n    id: l\n    timePeriodMillis: often\n    expression:\n      constant:\n        expression: \"5\"\n")
                        .says("timePeriodMillis is 'often'"),
                route(
                                "an enrichment of a wait of a word",
                                "- pollEnrich:\n    id: l\n    timeout: \"${header.wait}\"\n    expression:\n      constant:\n        expression: file:inbox\n")
                        .says("timeout is '${header.wait}'"));
    }
}
