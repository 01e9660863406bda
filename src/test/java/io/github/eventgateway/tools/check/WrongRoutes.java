package io.github.eventgateway.tools.check;

import java.util.stream.Stream;

/** Routes that run, but lose events or never do their work: one of each kind, and its variants. */
final class WrongRoutes {

    private static final String STORE = "routes/store-events.camel.yaml";
    private static final String ALERT = "routes/alert-on-errors.camel.yaml";
    private static final String HANDLE = "routes/handle-events.camel.yaml";
    private static final String POLICY = "routes/error-policy.camel.yaml";
    private static final String QUERY = "routes/query-events.camel.yaml";
    private static final String PUBLISH = "routes/publish-events.camel.yaml";
    private static final String NEW = "routes/new.camel.yaml";
    private static final String WORK = "          - bean:\n              id: store-batch\n";
    static final String COMMIT = """
            - bean:
                id: commit-batch
                ref: offsets
                method: "commit(${exchangeProperty.batch})"
            """.indent(10);

    private WrongRoutes() {}

    static Stream<WrongEdit> all() {
        return Stream.of(
                        commits(),
                        swallowed(),
                        handlers(),
                        unfinished(),
                        references(),
                        arguments(),
                        placeholders(),
                        circles(),
                        conditions(),
                        functions(),
                        delays(),
                        servers(),
                        libraries())
                .flatMap(edits -> edits);
    }

    private static WrongEdit edit(String name, String file, String before, String after) {
        return WrongEdit.of(name, file, before, after);
    }

    /** Returns a mistake with a step before the work of the storing route. */
    static WrongEdit step(String name, String yaml) {
        return edit(name, STORE, WORK, yaml.indent(10) + WORK);
    }

    /**
     * Returns a mistake with a step of the route that sends alerts, which a parameter of its consumer's template names.
     */
    static WrongEdit deliverStep(String name, String yaml) {
        String next = "                    - marshal:\n                        id: write-alert\n";
        return edit(name, ALERT, next, yaml.indent(20) + next);
    }

    /** Returns a mistake with a separate route that begins with a timer. */
    static WrongEdit route(String name, String steps) {
        return WrongEdit.more(name, NEW, """
                - route:
                    id: new-route
                    description: In - nothing. Out - nothing. On failure - thrown.
                    from:
                      id: new-route-from
                      uri: timer:new
                      steps:
                """ + steps.indent(8));
    }

    private static Stream<WrongEdit> commits() {
        return Stream.of(
                step(
                                "a commit before the work",
                                COMMIT.replace("commit-batch", "commit-early").indent(-10))
                        .at("commit(")
                        .says("the commit is before bean"),
                edit(
                                "a commit in a filter",
                                STORE,
                                COMMIT,
                                "          - filter:\n              id: when-any\n              expression:\n                simple:\n                  expression: \"${body.size()} > 0\"\n              steps:\n"
                                        + COMMIT.indent(6))
                        .at("commit(")
                        .says("the commit is inside filter"),
                edit(
                                "a commit in a branch of a choice",
                                STORE,
                                COMMIT,
                                "          - choice:\n              id: which\n              when:\n                - expression:\n                    simple:\n                      expression: \"${body.size()} > 0\"\n                  steps:\n"
                                        + COMMIT.indent(10))
                        .at("commit(")
                        .says("the commit is inside choice"),
                edit(
                                "a commit in a loop",
                                STORE,
                                COMMIT,
                                "          - split:\n              id: each\n              expression:\n                simple:\n                  expression: \"${exchangeProperty.batch.records}\"\n              steps:\n"
                                        + COMMIT.indent(6))
                        .at("commit(")
                        .says("the commit is inside split"),
                edit(
                                "a commit in doFinally",
                                STORE,
                                COMMIT,
                                "          - doTry:\n              id: try\n              steps:\n                - log:\n                    id: say\n                    message: x\n              doFinally:\n                steps:\n"
                                        + COMMIT.indent(8))
                        .at("commit(")
                        .says("the commit is inside doTry"),
                step(
                                "a commit by an expression before the work",
                                "- setBody:\n    id: commit-early\n    expression:\n      simple:\n        expression: \"${exchangeProperty.batch.commit()}\"\n")
                        .at("commit()")
                        .says("the commit is before bean"),
                step(
                                "a commit by an endpoint before the work",
                                "- to:\n    id: commit-early\n    uri: bean:offsets\n    parameters:\n      method: \"commit(${exchangeProperty.batch})\"\n")
                        .at("commit(")
                        .says("the commit is before bean"),
                step("a stop before the commit", "- stop:\n    id: end\n")
                        .at("- stop")
                        .says("before its commit"),
                step(
                                "a stop in a filter before the commit",
                                "- filter:\n    id: when-none\n    expression:\n      simple:\n        expression: \"${body.records.size()} == 0\"\n    steps:\n      - stop:\n          id: end\n")
                        .at("- stop")
                        .says("before its commit"),
                edit(
                                "a stop in a route that a consumer calls",
                                "routes/dead-letter-records.camel.yaml",
                                "        - bean:\n            id: make-dead-letters\n",
                                "        - filter:\n            id: when-none\n            expression:\n              simple:\n                expression: \"${body.size()} == 0\"\n            steps:\n              - stop:\n                  id: end\n        - bean:\n            id: make-dead-letters\n")
                        .at("- stop")
                        .says("before its commit"),
                step("a rollback that throws nothing", "- rollback:\n    id: back\n    markRollbackOnly: true\n")
                        .at("- rollback")
                        .says("before its commit"),
                edit(
                                "a commit that is disabled",
                                STORE,
                                "              id: commit-batch\n",
                                "              id: commit-batch\n              disabled: true\n")
                        .at("    route:\n")
                        .above()
                        .says("never commits"),
                edit(
                                "a commit of a property that nobody sets",
                                STORE,
                                "commit(${exchangeProperty.batch})",
                                "commit(${exchangeProperty.bacth})")
                        .at("bacth")
                        .says("did you mean batch?"),
                edit(
                                "a commit in a route that others call",
                                ALERT,
                                "        - filter:\n            id: when-severe\n",
                                "        - bean:\n            id: commit-alert-early\n            ref: offsets\n            method: \"commit(${exchangeProperty.batch})\"\n        - filter:\n            id: when-severe\n")
                        .at("commit(")
                        .says("the commit is in a route that does not read from Kafka"),
                edit(
                                "a commit that is a constant",
                                STORE,
                                COMMIT,
                                "          - setBody:\n              id: commit-batch\n              expression:\n                constant:\n                  expression: \"${exchangeProperty.batch.commit()}\"\n")
                        .at("    route:\n")
                        .above()
                        .says("never commits"));
    }

    private static Stream<WrongEdit> swallowed() {
        return Stream.of(
                step(
                                "a doTry that swallows",
                                "- doTry:\n    id: try\n    steps:\n      - bean:\n          id: do\n          ref: brokerAvailability\n          method: check\n    doCatch:\n      - id: caught\n        exception:\n          - java.lang.Exception\n        steps:\n          - log:\n              id: say\n              message: \"${exception.message}\"\n")
                        .at("- id: caught")
                        .says("this doCatch hides the failure"),
                step(
                                "a doTry that dead-letters only now and then",
                                "- doTry:\n    id: try\n    steps:\n      - bean:\n          id: do\n          ref: brokerAvailability\n          method: check\n    doCatch:\n      - id: caught\n        exception:\n          - java.lang.Exception\n        steps:\n          - filter:\n              id: when\n              expression:\n                simple:\n                  expression: \"${body.size()} > 0\"\n              steps:\n                - to:\n                    id: dead\n                    uri: direct:dead-letter-records\n")
                        .at("- id: caught")
                        .says("this doCatch hides the failure"),
                edit(
                                "a caught failure that is dropped in a route that a consumer calls",
                                HANDLE,
                                "                          - to:\n                              id: hand-over-given-up-event\n                              uri: direct:dead-letter-event\n",
                                "")
                        .at("- id: when-event-is-given-up")
                        .above()
                        .says("this doCatch hides the failure"),
                edit(
                                "a policy that swallows in a route that a consumer calls",
                                POLICY,
                                "            - java.lang.Exception\n          onRedeliveryRef: retryLog\n          redeliveryPolicy:\n            maximumRedeliveries: \"{{gateway.handle.redeliveries}}\"\n",
                                "            - java.lang.Exception\n          onRedeliveryRef: retryLog\n          handled:\n            constant:\n              expression: \"true\"\n          redeliveryPolicy:\n            maximumRedeliveries: \"{{gateway.handle.redeliveries}}\"\n")
                        .at("handled:")
                        .says("handled in the error policy of a route that a consumer calls"));
    }

    private static Stream<WrongEdit> handlers() {
        return Stream.of(
                edit(
                                "no error handler for a consumer",
                                POLICY,
                                "    id: retry-then-read-again\n",
                                "    id: retry-then-read-again\n    errorHandler:\n      noErrorHandler: {}\n")
                        .at("noErrorHandler")
                        .says("with noErrorHandler a consumer"),
                edit(
                                "no error handler in a consumer itself",
                                STORE,
                                "      routeConfigurationId: retry-then-read-again\n",
                                "      routeConfigurationId: retry-then-read-again\n      errorHandler:\n        noErrorHandler: {}\n")
                        .at("noErrorHandler")
                        .says("with noErrorHandler a consumer"),
                edit(
                                "another error handler for a consumer",
                                STORE,
                                "      routeConfigurationId: retry-then-read-again\n",
                                "      routeConfigurationId: retry-then-read-again\n      errorHandler:\n        refErrorHandler:\n          ref: retryLog\n")
                        .at("refErrorHandler")
                        .says("with refErrorHandler a consumer"),
                edit(
                                "an error handler by its name",
                                STORE,
                                "      routeConfigurationId: retry-then-read-again\n",
                                "      routeConfigurationId: retry-then-read-again\n      errorHandlerRef: retryLog\n")
                        .at("errorHandlerRef")
                        .says("with retryLog a consumer"));
    }

    private static Stream<WrongEdit> unfinished() {
        String log = "steps:\n  - log:\n      id: say\n      message: x\n".indent(4);
        return Stream.of(
                step(
                                "an aggregate",
                                "- aggregate:\n    id: gather\n    completionSize: 5\n    aggregationStrategy: \"#class:org.apache.camel.processor.aggregate.UseLatestAggregationStrategy\"\n    correlationExpression:\n      constant:\n        expression: all\n"
                                        + log)
                        .at("- aggregate")
                        .says("aggregate continues while the consumer commits"),
                step("a queue", "- to:\n    id: queue\n    uri: seda:later\n")
                        .at("uri: seda")
                        .says("seda: puts the message into a queue"),
                step("a queue in one line", "- to: seda:later\n")
                        .at("- to: seda")
                        .says("seda: puts the message into a queue"),
                step("a queue that is computed", "- toD:\n    id: queue\n    uri: \"seda:${body.size()}\"\n")
                        .at("uri: \"seda")
                        .says("seda: puts the message into a queue"),
                step("a wire tap", "- wireTap:\n    id: tap\n    uri: direct:send-alert\n")
                        .at("- wireTap")
                        .says("wireTap continues while"),
                step("threads", "- threads:\n    id: more\n    poolSize: 5\n")
                        .at("- threads")
                        .says("threads continues while"),
                step(
                                "an asynchronous delay",
                                "- delay:\n    id: wait\n    asyncDelayed: true\n    expression:\n      constant:\n        expression: \"10\"\n")
                        .at("asyncDelayed")
                        .says("set asyncDelayed to false"),
                step(
                                "a parallel split",
                                "- split:\n    id: each\n    parallelProcessing: true\n    expression:\n      simple:\n        expression: \"${body.records}\"\n"
                                        + log)
                        .at("parallelProcessing")
                        .says("split with parallelProcessing uses several threads"),
                step("a parallel multicast", "- multicast:\n    id: both\n    parallelProcessing: true\n" + log)
                        .at("parallelProcessing")
                        .says("multicast with parallelProcessing"),
                step(
                                "a parallel recipient list",
                                "- recipientList:\n    id: all\n    parallelProcessing: true\n    expression:\n      constant:\n        expression: log:a,log:b\n")
                        .at("parallelProcessing")
                        .says("recipientList with parallelProcessing"),
                step(
                                "a queue in a recipient list",
                                "- recipientList:\n    id: all\n    expression:\n      constant:\n        expression: log:a,seda:b\n")
                        .at("- recipientList")
                        .says("seda: puts the message into a queue"),
                deliverStep("a queue in a route that a consumer calls", "- to:\n    id: queue\n    uri: seda:later\n")
                        .at("uri: seda")
                        .says("seda: puts the message into a queue"),
                deliverStep("a wire tap in a route that a consumer calls", "- wireTap:\n    id: tap\n    uri: log:x\n")
                        .at("- wireTap")
                        .says("wireTap continues while"),
                step(
                                "a resequencer",
                                "- resequence:\n    id: sort\n    batchConfig: {}\n    expression:\n      simple:\n        expression: \"${header.x}\"\n"
                                        + log)
                        .at("- resequence")
                        .says("resequence continues while"),
                step(
                                "an asynchronous throttle",
                                "- throttle:\n    id: slow\n    asyncDelayed: true\n    expression:\n      constant:\n        expression: \"5\"\n")
                        .at("asyncDelayed")
                        .says("throttle continues on another thread"),
                step("a saga", "- saga:\n    id: saga\n" + log).at("- saga").says("saga continues while"),
                edit(
                                "work after the route is done",
                                POLICY,
                                "    id: retry-then-read-again\n",
                                "    id: retry-then-read-again\n    onCompletion:\n      - onCompletion:\n          steps:\n            - to:\n                id: after\n                uri: direct:dead-letter-records\n")
                        .at("- onCompletion")
                        .says("onCompletion runs after the commit"));
    }

    private static Stream<WrongEdit> references() {
        String each =
                "    expression:\n      simple:\n        expression: \"${body.records}\"\n    steps:\n      - log:\n          id: say\n          message: x\n";
        return Stream.of(
                route(
                                "a bean of an endpoint's option",
                                "- to:\n    id: t\n    uri: http://localhost/x\n    parameters:\n      httpClientConfigurer: \"#nothing\"\n")
                        .at("#nothing")
                        .says("there is no bean nothing"),
                route(
                                "a bean in a query string",
                                "- to:\n    id: t\n    uri: http://localhost/x?httpClientConfigurer=#bean:nothing\n")
                        .at("#bean:nothing")
                        .says("there is no bean nothing"),
                route(
                                "a class of an endpoint's option",
                                "- to:\n    id: t\n    uri: http://localhost/x\n    parameters:\n      httpClientConfigurer: \"#class:org.nothing.There\"\n")
                        .at("org.nothing.There")
                        .says("there is no class org.nothing.There"),
                route(
                                "a type of an endpoint's option",
                                "- to:\n    id: t\n    uri: http://localhost/x\n    parameters:\n      httpClientConfigurer: \"#type:org.nothing.There\"\n")
                        .at("org.nothing.There")
                        .says("there is no class org.nothing.There"),
                route(
                                "an aggregation strategy that does not exist",
                                "- split:\n    id: each\n    aggregationStrategy: nothing\n" + each)
                        .at("aggregationStrategy")
                        .says("there is no bean nothing"),
                route(
                                "an aggregation strategy by #bean",
                                "- split:\n    id: each\n    aggregationStrategy: \"#bean:nothing\"\n" + each)
                        .at("aggregationStrategy")
                        .says("there is no bean nothing"),
                route(
                                "an aggregation strategy of a class that does not exist",
                                "- split:\n    id: each\n    aggregationStrategy: \"#class:org.nothing.There\"\n"
                                        + each)
                        .at("aggregationStrategy")
                        .says("there is no class org.nothing.There"),
                route(
                                "an idempotent repository that does not exist",
                                "- idempotentConsumer:\n    id: each\n    idempotentRepository: nothing\n" + each)
                        .at("idempotentRepository")
                        .says("there is no bean nothing"),
                route(
                                "an idempotent repository of the wrong type",
                                "- idempotentConsumer:\n    id: each\n    idempotentRepository: retryLog\n" + each)
                        .at("idempotentRepository")
                        .says("the bean retryLog is not of the type IdempotentRepository"),
                route(
                                "an idempotent repository of a class of the wrong type",
                                "- idempotentConsumer:\n    id: each\n    idempotentRepository: \"#class:java.lang.String\"\n"
                                        + each)
                        .at("idempotentRepository")
                        .says("the class java.lang.String is not of the type IdempotentRepository"),
                route(
                                "an executor that does not exist",
                                "- multicast:\n    id: each\n    executorService: nothing\n    steps:\n      - log:\n          id: say\n          message: x\n")
                        .at("executorService")
                        .says("there is no bean nothing"),
                edit(
                                "a redelivery listener that does not exist",
                                POLICY,
                                "onRedeliveryRef: retryLog",
                                "onRedeliveryRef: retryLogg")
                        .at("retryLogg")
                        .says("did you mean retryLog?"),
                edit(
                                "a method behind a placeholder",
                                QUERY,
                                "method: prepare\n",
                                "method: \"{{gateway.store.group}}\"\n")
                        .at("{{gateway.store.group}}")
                        .says("the bean eventQuery has no public method event-gateway-store"),
                edit(
                                "a method that holds a placeholder",
                                QUERY,
                                "method: prepare\n",
                                "method: \"prepare{{gateway.store.redeliveries}}(${body})\"\n")
                        .at("prepare{{")
                        .says("the bean eventQuery has no public method prepare5"),
                edit(
                                "a condition on a webhook without settings",
                                ALERT,
                                "isSet('gateway.alert')",
                                "isSet('gateway.alrt')")
                        .at("isSet('gateway.alrt')")
                        .says("there is no setting gateway.alrt.webhook-url; did you mean gateway.alert?"),
                edit(
                                "a call of a webhook without settings",
                                ALERT,
                                "post(*, 'gateway.alert')",
                                "post(*, gateway.handle)")
                        .at("post(*, gateway.handle)")
                        .says("there is no setting gateway.handle.webhook-url"),
                edit("a method of a bean endpoint", ALERT, "post(*, 'gateway.alert')", "psot(*, 'gateway.alert')")
                        .at("psot")
                        .says("did you mean post?"),
                edit(
                                "too many arguments of a bean endpoint",
                                ALERT,
                                "post(*, 'gateway.alert')",
                                "post(*, 'gateway.alert', 1, 2)")
                        .at("post(*")
                        .says("has no method post of 4 arguments"),
                edit("a bean endpoint that does not exist", ALERT, "bean:webhooks", "bean:webhook")
                        .at("bean:webhook")
                        .says("did you mean webhooks?"),
                route(
                                "a processor of a class that does not exist",
                                "- process:\n    id: p\n    ref: \"#class:org.nothing.There\"\n")
                        .at("org.nothing.There")
                        .says("there is no class org.nothing.There"),
                edit(
                                "a method that is a parameter of a template",
                                STORE,
                                "method: \"store(${body}, '{{group}}', ${routeId})\"",
                                "method: \"{{topic}}(${body}, '{{group}}', ${routeId})\"")
                        .at("{{topic}}(")
                        .says("has no public method system_logs"),
                WrongEdit.more(
                                "a bean of a class that does not exist",
                                NEW,
                                "- beans:\n    - name: mine\n      type: \"#class:org.nothing.There\"\n")
                        .at("org.nothing.There")
                        .says("there is no class org.nothing.There"),
                route(
                                "a bean and method in a text",
                                "- log:\n    id: say\n    message: \"${bean:eventTypes?method=lst}\"\n")
                        .at("lst")
                        .says("did you mean list?"),
                route(
                                "a method of a class that does not exist",
                                "- bean:\n    id: b\n    beanType: io.github.eventgateway.tools.diagram.RouteOverview\n    method: lisst\n")
                        .at("lisst")
                        .says("did you mean list?"));
    }

    /** Returns a mistake in the arguments of the selection of a handler. */
    private static WrongEdit select(String name, String arguments) {
        return edit(
                name,
                HANDLE,
                "\"select(${body}, '{{types}}', '{{group}}')\"",
                "'select(${body}, " + arguments.replace("'", "''") + ")'");
    }

    private static Stream<WrongEdit> arguments() {
        String types = "        value: system_error\n";
        return Stream.of(
                edit("a type that does not exist", ALERT, types, "        value: \"system_eror\"\n")
                        .at("system_eror")
                        .says("there is no event type system_eror; did you mean system_error?"),
                edit(
                                "a type among others that does not exist",
                                ALERT,
                                types,
                                "        value: \"system_error, system_inof\"\n")
                        .at("system_inof")
                        .says("did you mean system_info?"),
                edit("a type of another topic", ALERT, types, "        value: \"user_login\"\n")
                        .at("user_login")
                        .says("the event type user_login is not of the topic system_logs"),
                edit(
                                "the group of another route",
                                HANDLE,
                                "'{{types}}', '{{group}}')",
                                "'{{types}}', '{{gateway.store.group}}')")
                        .at("gateway.store.group")
                        .says("event-gateway-store is not the consumer group"),
                edit(
                                "a group that does not exist",
                                HANDLE,
                                "'{{types}}', '{{group}}')",
                                "'{{types}}', 'event-gateway-alerts')")
                        .at("event-gateway-alerts")
                        .says("did you mean event-gateway-alert?"),
                edit(
                                "a group of a dead letter that is another",
                                HANDLE,
                                "${exception}, '{{group}}'",
                                "${exception}, 'event-gateway-alerts'")
                        .at("event-gateway-alerts")
                        .says("did you mean event-gateway-alert?"),
                edit(
                                "a group of the store that is another",
                                STORE,
                                "'{{group}}', ${routeId}",
                                "'event-gateway-stor', ${routeId}")
                        .at("event-gateway-stor'")
                        .says("did you mean event-gateway-store?"),
                select("a type in double quotes that does not exist", "\"system_eror\", '{{group}}'")
                        .at("system_eror")
                        .says("there is no event type system_eror; did you mean system_error?"),
                select("types in double quotes that do not exist", "\"system_error, system_inof\", '{{group}}'")
                        .at("system_inof")
                        .says("did you mean system_info?"),
                select("a type without quotes that does not exist", "system_eror, '{{group}}'")
                        .at("system_eror")
                        .says("did you mean system_error?"),
                select("the group of another route in double quotes", "'{{types}}', \"event-gateway-store\"")
                        .at("event-gateway-store")
                        .says("event-gateway-store is not the consumer group"),
                step(
                                "a comparison with a type that does not exist",
                                "- filter:\n    id: f\n    expression:\n      simple:\n        expression: \"${body.type} == 'user_logn'\"\n    steps:\n      - log:\n          id: say\n          message: x\n")
                        .at("user_logn")
                        .says("did you mean user_login?"),
                edit("a route that does not exist", HANDLE, "'{{handler}}', ${exch", "'send-alerts', ${exch")
                        .at("send-alerts")
                        .says("did you mean send-alert?"));
    }

    private static Stream<WrongEdit> placeholders() {
        return Stream.of(
                route(
                                "a misspelt setting with a default",
                                "- to:\n    id: t\n    uri: \"{{gateway.alert.webhok-url:http://localhost/x}}\"\n")
                        .at("webhok-url")
                        .says("did you mean gateway.alert.webhook-url?"),
                route(
                                "an unknown setting with a default",
                                "- log:\n    id: t\n    message: \"{{gateway.nothing.at-all:5}}\"\n")
                        .at("gateway.nothing.at-all")
                        .says("{{gateway.nothing.at-all}} has no value"),
                route(
                                "a misspelt setting of Camel with a default",
                                "- log:\n    id: t\n    message: \"{{camel.main.nme:x}}\"\n")
                        .at("camel.main.nme")
                        .says("did you mean camel.main.name?"),
                route(
                                "a misspelt setting of Spring with a default",
                                "- log:\n    id: t\n    message: \"{{spring.messages.encodin:x}}\"\n")
                        .at("spring.messages.encodin")
                        .says("did you mean spring.messages.encoding?"),
                route(
                                "a misspelt first word with a default",
                                "- log:\n    id: t\n    message: \"{{gatway.alert.group:x}}\"\n")
                        .at("gatway.alert.group")
                        .says("did you mean gateway.alert.group?"),
                route(
                                "a misspelt setting in a function",
                                "- log:\n    id: t\n    message: \"${properties:gateway.alert.grup:x}\"\n")
                        .at("gateway.alert.grup")
                        .says("did you mean gateway.alert.group?"));
    }

    static String direct(String name, String steps) {
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

    private static Stream<WrongEdit> circles() {
        String toOne = "- to:\n    id: %s-%s\n    uri: direct:%s\n";
        return Stream.of(
                WrongEdit.more(
                                "a route that calls itself",
                                NEW,
                                direct("round", toOne.formatted("round", "a", "round")))
                        .at("            uri: direct:round\n")
                        .says("direct:round calls direct:round without end"),
                WrongEdit.more(
                                "two routes that call each other",
                                NEW,
                                direct("one", toOne.formatted("one", "a", "two"))
                                        + direct("two", toOne.formatted("two", "b", "one")))
                        .at("uri: direct:two\n")
                        .says("direct:one calls direct:two calls direct:one"),
                WrongEdit.more(
                                "routes that call each other in a choice",
                                NEW,
                                direct(
                                                "one",
                                                "- choice:\n    id: which\n    when:\n      - expression:\n          simple:\n            expression: \"${body} == 'a'\"\n        steps:\n          - to:\n              id: a\n              uri: direct:two\n    otherwise:\n      steps:\n        - to:\n            id: b\n            uri: direct:two\n")
                                        + direct("two", toOne.formatted("two", "b", "one")))
                        .at("uri: direct:two\n")
                        .says("without end"),
                WrongEdit.more(
                                "routes that call each other where one fails",
                                NEW,
                                direct(
                                        "one",
                                        "- doTry:\n    id: try\n    steps:\n      - log:\n          id: say\n          message: x\n    doCatch:\n      - exception:\n          - java.lang.Exception\n        steps:\n          - to:\n              id: again\n              uri: direct:one\n"))
                        .at("                      uri: direct:one\n")
                        .says("without end"));
    }

    private static Stream<WrongEdit> conditions() {
        String filter =
                "- filter:\n    id: f\n    expression:\n      %s:\n        expression: %s\n    steps:\n      - log:\n          id: say\n          message: x\n";
        return Stream.of(
                route("a filter that is always true", filter.formatted("simple", "\"true\""))
                        .at("expression: \"true\"")
                        .says("is the same for every message"),
                route("a filter of a constant", filter.formatted("constant", "\"false\""))
                        .at("expression: \"false\"")
                        .says("is the same for every message"),
                route("a filter without a function", filter.formatted("simple", "\"body.type == 'user_login'\""))
                        .at("body.type")
                        .says("it has no ${…}"),
                route(
                                "a filter that compares by one equals sign",
                                filter.formatted("simple", "\"${body.type} = 'user_login'\""))
                        .at("${body.type}")
                        .says("this condition is a text"),
                route(
                                "a filter in short form that is always true",
                                "- filter:\n    id: f\n    simple: \"true\"\n    steps:\n      - log:\n          id: say\n          message: x\n")
                        .at("simple: \"true\"")
                        .says("is the same for every message"),
                route(
                                "a branch with a constant condition",
                                "- choice:\n    id: c\n    when:\n      - expression:\n          constant:\n            expression: \"true\"\n        steps:\n          - log:\n              id: say\n              message: x\n")
                        .at("expression: \"true\"")
                        .says("is the same for every message"),
                route(
                                "a choice without when",
                                "- choice:\n    id: c\n    otherwise:\n      steps:\n        - log:\n            id: say\n            message: x\n")
                        .at("- choice")
                        .says("this choice has no when"),
                route("a choice with no item of when", "- choice:\n    id: c\n    when: []\n")
                        .at("- choice")
                        .says("this choice has no when"),
                route("a filter of a value that is always true", filter.formatted("simple", "\"${true}\""))
                        .at("${true}")
                        .says("is the same for every message"),
                route(
                                "a filter that compares inside the braces",
                                filter.formatted("simple", "\"${body.type == 'user_login'}\""))
                        .at("${body.type ==")
                        .says("is inside the braces"),
                route(
                                "a loop that never ends",
                                "- loop:\n    id: l\n    doWhile: true\n    expression:\n      simple:\n        expression: \"true\"\n    steps:\n      - log:\n          id: say\n          message: x\n")
                        .at("expression: \"true\"")
                        .says("is the same for every message"),
                route(
                                "a validation that is always true",
                                "- validate:\n    id: v\n    expression:\n      simple:\n        expression: \"yes\"\n")
                        .at("expression: \"yes\"")
                        .says("is the same for every message"));
    }

    private static Stream<WrongEdit> functions() {
        return Stream.of(
                route("an unknown function in a log", "- log:\n    id: say\n    message: \"${bodyy}\"\n")
                        .at("bodyy")
                        .says("did you mean body?"),
                route("an unknown function in a log in one line", "- log: \"${bodyy}\"\n")
                        .at("bodyy")
                        .says("did you mean body?"),
                route("an unknown function in a computed URI", "- toD:\n    id: t\n    uri: \"log:${heder.x}\"\n")
                        .at("heder")
                        .says("did you mean header?"),
                route(
                                "an unknown function with a name",
                                "- setBody:\n    id: b\n    expression:\n      simple:\n        expression: \"${unknown.fn}\"\n")
                        .at("unknown.fn")
                        .says("Unknown function: unknown.fn"),
                route(
                                "an unknown function with an argument",
                                "- setBody:\n    id: b\n    expression:\n      simple:\n        expression: \"${upercase(${body})}\"\n")
                        .at("upercase")
                        .says("did you mean uppercase?"),
                route(
                                "an unknown function in a language",
                                "- setBody:\n    id: b\n    expression:\n      language:\n        language: simple\n        expression: \"${bodyy}\"\n")
                        .at("bodyy")
                        .says("did you mean body?"),
                route(
                                "an unknown function in several headers",
                                "- setHeaders:\n    id: h\n    headers:\n      - name: a\n        expression:\n          simple:\n            expression: \"${exchangePropery.x}\"\n")
                        .at("exchangePropery")
                        .says("did you mean exchangeProperty?"),
                edit("a misspelt header", PUBLISH, "name: CamelHttpResponseCode", "name: CamelHttpResponseCod")
                        .at("CamelHttpResponseCod")
                        .says(
                                "Camel does not know the header CamelHttpResponseCod; did you mean CamelHttpResponseCode?"),
                route("a misspelt header that is removed", "- removeHeader:\n    id: r\n    name: CamelHttpUrii\n")
                        .at("CamelHttpUrii")
                        .says("did you mean CamelHttpUri?"),
                route(
                                "a misspelt header in a function",
                                "- log:\n    id: say\n    message: \"${header.CamelHttpPth} ${headers[CamelHttpMethd]}\"\n")
                        .at("CamelHttpPth")
                        .says("did you mean CamelHttpPath?"),
                route(
                                "a misspelt header as an expression",
                                "- setBody:\n    id: b\n    expression:\n      header:\n        expression: CamelHttpQuerry\n")
                        .at("CamelHttpQuerry")
                        .says("did you mean CamelHttpQuery?"),
                route(
                                "a misspelt header among several",
                                "- setHeaders:\n    id: h\n    headers:\n      - name: CamelFileNam\n        expression:\n          constant:\n            expression: x\n")
                        .at("CamelFileNam")
                        .says("did you mean CamelFileName?"),
                route("a misspelt pattern of headers", "- removeHeaders:\n    id: r\n    pattern: CamelHtpt*\n")
                        .at("CamelHtpt")
                        .says("Camel does not know the header CamelHtpt*"),
                route(
                                "a header whose first word is misspelt",
                                "- setHeader:\n    id: h\n    name: CamlHttpResponseCode\n    expression:\n      constant:\n        expression: \"200\"\n")
                        .at("CamlHttpResponseCode")
                        .says("did you mean CamelHttpResponseCode?"),
                route(
                                "a misspelt property of Camel",
                                "- log:\n    id: say\n    message: \"${exchangeProperty.CamelSplitIndx}\"\n")
                        .at("CamelSplitIndx")
                        .says("did you mean CamelSplitIndex?"));
    }

    private static Stream<WrongEdit> delays() {
        String delay = "- delay:\n    id: wait\n    expression:\n      constant:\n        expression: \"%s\"\n";
        return Stream.of(
                step("a delay that outlasts the poll interval", delay.formatted("400000"))
                        .at("- delay")
                        .says("maxPollIntervalMs"),
                step("a delay in words that outlasts the poll interval", delay.formatted("10m"))
                        .at("- delay")
                        .says("maxPollIntervalMs"),
                step(
                                "a delay of a setting that outlasts the poll interval",
                                delay.formatted("{{gateway.handle.max-poll-interval-ms}}"))
                        .at("- delay")
                        .says("maxPollIntervalMs"),
                step(
                                "a loop of delays that outlasts the poll interval",
                                "- loop:\n    id: again\n    expression:\n      constant:\n        expression: \"10\"\n    steps:\n"
                                        + delay.formatted("40000").indent(6))
                        .at("- delay")
                        .says("maxPollIntervalMs"),
                deliverStep("a delay for each record of a batch", delay.formatted("150000"))
                        .at("- delay")
                        .says("maxPollIntervalMs"),
                edit(
                                "retries of each record that outlast the poll interval",
                                "application.yaml",
                                "    redeliveries: 3\n    redelivery-delay-ms: 1000\n",
                                "    redeliveries: 40\n    redelivery-delay-ms: 1000\n")
                        .in(POLICY)
                        .at("{{gateway.handle.redeliveries}}")
                        .says("maxPollIntervalMs"),
                edit(
                                "a pattern of delays that outlasts the poll interval",
                                POLICY,
                                "            maximumRedeliveries: \"{{gateway.store.redeliveries}}\"\n",
                                "            maximumRedeliveries: \"{{gateway.store.redeliveries}}\"\n            delayPattern: \"0:100000\"\n")
                        .at("{{gateway.store.redeliveries}}")
                        .says("maxPollIntervalMs"));
    }

    private static WrongEdit from(String name, String uri) {
        return WrongEdit.more(name, NEW, """
                - route:
                    id: new-route
                    description: In - nothing. Out - nothing. On failure - thrown.
                    from:
                      id: new-route-from
                      uri: %s
                      steps:
                        - log:
                            id: say
                            message: x
                """.formatted(uri)).at("uri: " + uri);
    }

    private static Stream<WrongEdit> servers() {
        return Stream.of(
                from("an HTTP endpoint outside the REST verbs", "platform-http:/things")
                        .says("nothing checks the tokens"),
                from("another HTTP server", "netty-http:http://0.0.0.0:8081/things")
                        .says("nothing checks the tokens"),
                from("a servlet", "servlet:things").says("nothing checks the tokens"),
                from("the rest component", "rest:get:things").says("nothing checks the tokens"),
                WrongEdit.more(
                                "REST verbs of an OpenAPI file",
                                NEW,
                                "- rest:\n    id: r\n    openApi:\n      specification: petstore.json\n")
                        .at("openApi")
                        .says("the verbs of an OpenAPI file are open to everyone"),
                WrongEdit.more("REST verbs of another server", NEW, "- restConfiguration:\n    component: jetty\n")
                        .at("component: jetty")
                        .says("the server jetty does not check tokens"),
                WrongEdit.more(
                                "REST verbs of another server by a setting",
                                NEW,
                                "- restConfiguration:\n    component: \"{{my.server:servlet}}\"\n")
                        .at("my.server")
                        .says("the server servlet does not check tokens"),
                WrongEdit.more("a contract of Camel's", NEW, "- restConfiguration:\n    apiContextPath: /api-doc\n")
                        .at("apiContextPath")
                        .says("this contract is open to everyone"));
    }

    private static WrongEdit language(String name, String expression) {
        return route(name, "- setBody:\n    id: b\n    expression:\n      " + expression);
    }

    private static Stream<WrongEdit> libraries() {
        return Stream.of(
                route("a component without its library", "- to:\n    id: t\n    uri: sql:select-things\n")
                        .at("uri: sql")
                        .says("camel-sql-starter"),
                route("a component of a library of another name", "- to:\n    id: t\n    uri: smtp:localhost\n")
                        .at("uri: smtp")
                        .says("camel-mail-starter"),
                route("a component in one line without its library", "- to: sql:select-things\n")
                        .at("- to: sql")
                        .says("camel-sql-starter"),
                route(
                                "a language without its library",
                                "- setBody:\n    id: b\n    expression:\n      groovy:\n        expression: x\n")
                        .at("groovy:")
                        .says("camel-groovy-starter"),
                language(
                                "a language by its name without its library",
                                "language:\n        language: groovy\n        expression: x\n")
                        .at("language: groovy")
                        .says("camel-groovy-starter"),
                language(
                                "another language by its name without its library",
                                "language:\n        language: ognl\n        expression: x\n")
                        .at("language: ognl")
                        .says("camel-ognl-starter"),
                language(
                                "a language of a setting without its library",
                                "language:\n        language: \"{{my.language:groovy}}\"\n        expression: x\n")
                        .at("my.language")
                        .says("camel-groovy-starter"),
                language("a misspelt language", "language:\n        language: jsnpath\n        expression: $.x\n")
                        .at("jsnpath")
                        .says("Camel has no language jsnpath; did you mean jsonpath?"),
                edit(
                                "a language without its library in a policy",
                                POLICY,
                                "          onRedeliveryRef: retryLog\n",
                                "          retryWhile:\n            groovy:\n              expression: x\n          onRedeliveryRef: retryLog\n")
                        .at("groovy:")
                        .says("camel-groovy-starter"),
                route("a data format without its library", "- unmarshal:\n    id: u\n    csv: {}\n")
                        .at("csv:")
                        .says("camel-csv-starter"),
                WrongEdit.more(
                                "a data format of a file without its library",
                                NEW,
                                "- dataFormats:\n    - csv:\n        id: c\n")
                        .at("csv:")
                        .says("camel-csv-starter"),
                WrongEdit.more(
                                "a data format of a file of another library",
                                NEW,
                                "- dataFormats:\n    - json:\n        id: c\n        library: Gson\n")
                        .at("json:")
                        .says("camel-gson-starter"),
                route("a data format of another library", "- marshal:\n    id: m\n    json:\n      library: Gson\n")
                        .at("json:")
                        .says("camel-gson-starter"),
                route(
                                "a circuit breaker without its library",
                                "- circuitBreaker:\n    id: c\n    steps:\n      - log:\n          id: say\n          message: x\n")
                        .at("- circuitBreaker")
                        .says("camel-resilience4j-starter"),
                route("a kamelet without its library", "- kamelet:\n    id: k\n    name: x\n")
                        .at("- kamelet")
                        .says("camel-kamelet-starter"),
                route(
                                "a component in a list of recipients without its library",
                                "- recipientList:\n    id: r\n    expression:\n      constant:\n        expression: log:a,sql:b\n")
                        .at("log:a,sql:b")
                        .says("camel-sql-starter"),
                route(
                                "a data format as an endpoint without its library",
                                "- to:\n    id: t\n    uri: dataformat:csv:marshal\n")
                        .at("uri: dataformat")
                        .says("camel-csv-starter"),
                route("a function without its library", "- log:\n    id: say\n    message: \"${jq(.name)}\"\n")
                        .at("jq(")
                        .says("camel-jq-starter"));
    }
}
