package io.github.eventgateway.tools.check;

import java.util.stream.Stream;

/** Correct values that resemble those of {@link WrongValues}. No rule may report them. */
final class RightValues {

    private static final String LOG = "- log:\n    id: say\n    message: x\n";

    private RightValues() {}

    static Stream<WrongEdit> all() {
        return Stream.of(formats(), simple(), languages(), numbers(), conditions(), schemas(), handlers())
                .flatMap(edits -> edits);
    }

    private static WrongEdit route(String name, String yaml) {
        return WrongRoutes.route(name, yaml);
    }

    private static Stream<WrongEdit> formats() {
        return Stream.of(
                route(
                        "a type to read",
                        "- unmarshal:\n    id: u\n    json:\n      unmarshalType: java.util.LinkedHashMap\n"),
                route("a short name of a type", "- unmarshal:\n    id: u\n    json:\n      unmarshalType: String\n"),
                route(
                        "the mapper of Boot",
                        "- marshal:\n    id: u\n    json:\n      objectMapper: \"#jacksonObjectMapper\"\n"),
                route(
                        "a mapper of the default of a setting",
                        "- marshal:\n    id: u\n    json:\n      objectMapper: \"{{my.mapper:jacksonObjectMapper}}\"\n"),
                route("a format by its name", "- marshal:\n    id: u\n    custom:\n      ref: jackson\n"),
                route("an array of bytes", "- convertBodyTo:\n    id: c\n    type: byte[]\n"),
                route(
                        "a result that is a number",
                        "- setBody:\n    id: b\n    expression:\n      jsonpath:\n        expression: $.a\n        resultType: Integer\n"),
                route(
                        "a bean of the default of a setting",
                        "- bean:\n    id: b\n    ref: \"{{my.bean:eventTypes}}\"\n    method: list\n"),
                route(
                        "a method of the default of a setting",
                        "- bean:\n    id: b\n    ref: eventTypes\n    method: \"{{my.method:list}}\"\n"));
    }

    private static Stream<WrongEdit> simple() {
        return Stream.of(
                        "${date:now:yyyy-MM-dd'T'HH:mm:ss.SSSX}",
                        "${date:now-24h:yyyy} ${date:now+1h30m:yyyyMMdd}",
                        "${date:now}",
                        "${date:header.when:yyyy-MM-dd}",
                        "${date:exchangeProperty.when+1d:yyyy}",
                        "${date:variable.when:HH}",
                        "${date:millis:yyyy}",
                        "${date:exchangeCreated:yyyy-MM-dd}",
                        "${date-with-timezone:now:Europe/Berlin:yyyy}",
                        "${date-with-timezone:now:GMT+8:yyyy}",
                        "${date-with-timezone:header.when:UTC:yyyy}",
                        "${bodyAs(String)} ${bodyAs(java.util.Map)} ${bodyAs(Integer)}",
                        "${bodyAs(io.github.eventgateway.kafka.PolledBatch).records}",
                        "${mandatoryBodyAs(String)}",
                        "${headerAs(x,Integer)} ${headerAs('x', java.lang.Long)}",
                        "${variableAs(x,int)}",
                        "${type:org.apache.camel.Exchange.FILE_NAME}",
                        "${type:java.util.concurrent.TimeUnit.SECONDS}",
                        "${random(10)} ${random(1,10)} ${random(${header.a},${header.b})}",
                        "${substring(1)} ${substring(${header.a})} ${pad(${body},5)}",
                        "${hash(${body},SHA-512)} ${empty(list)} ${uuid}",
                        "${iif(${header.x} == 1,a,b)} ${replace('a','b')}",
                        "${split(${body},',')} ${join(',')} ${range(1,5)} ${throwException('x')}",
                        "${jsonpath($.a[0].b)} ${jsonpath($..x)}",
                        "a text with 'is' and regex '[a' in it",
                        "${body.records[0].x} ${header.x?.y}")
                .map(text -> WrongValues.simple("the value " + text, text));
    }

    private static Stream<WrongEdit> languages() {
        return Stream.of(
                WrongValues.value("a path", "jsonpath", "$.a.b[0]"),
                WrongValues.value("a path with a condition", "jsonpath", "$.a[?(@.x == 1)].y"),
                WrongValues.value("a path to something that is missing", "jsonpath", "$.nothing.at.all"),
                WrongValues.value("a path with a function", "jsonpath", "$.a.length()"),
                WrongValues.value("a path without a dollar sign", "jsonpath", "a.b"),
                route(
                        "a comparison in short form",
                        "- filter:\n    id: f\n    expression:\n      jsonpath:\n        expression: a.b > 5\n    steps:\n"
                                + LOG.indent(6)),
                WrongValues.value("a path in XML", "xpath", "/a/b[@c = 'd']/text()"),
                WrongValues.value("a header", "header", "x"),
                route(
                        "a token",
                        "- split:\n    id: s\n    expression:\n      tokenize:\n        token: \"\\n\"\n    steps:\n"
                                + LOG.indent(6)),
                route(
                        "a pattern of tokens",
                        "- split:\n    id: s\n    expression:\n      tokenize:\n        token: \"[,;]+\"\n        regex: true\n    steps:\n"
                                + LOG.indent(6)),
                route(
                        "a token that is a bracket",
                        "- split:\n    id: s\n    expression:\n      tokenize:\n        token: \"[\"\n    steps:\n"
                                + LOG.indent(6)));
    }

    private static Stream<WrongEdit> numbers() {
        String constant = "    expression:\n      constant:\n        expression: \"%s\"\n";
        return Stream.of(
                route("a delay in words", "- delay:\n    id: d\n" + constant.formatted("1m30s")),
                route(
                        "a loop of three",
                        "- loop:\n    id: d\n" + constant.formatted("3") + "    steps:\n" + LOG.indent(6)),
                route(
                        "a loop of a setting",
                        "- loop:\n    id: d\n" + constant.formatted("{{my.loops:3}}") + "    steps:\n" + LOG.indent(6)),
                route("a throttle of five", "- throttle:\n    id: d\n" + constant.formatted("5")),
                route(
                        "a throttle of a request that the message determines",
                        "- throttle:\n    id: d\n    expression:\n      header:\n        expression: rate\n"),
                route(
                        "a throttle of a setting by a function",
                        "- throttle:\n    id: d\n    timePeriodMillis: 5s\n    expression:\n      simple:\n        expression: \"${properties:gateway.handle.redeliveries}\"\n"),
                WrongEdit.of(
                        "a redaction of a field",
                        "application.yaml",
                        "    redaction:\n",
                        "    redaction:\n      redacted: {user_login: [/ip]}\n"),
                WrongEdit.of(
                        "routes that start, except one of another name",
                        "application.yaml",
                        "camel:\n  main:\n",
                        "camel:\n  main:\n    auto-startup: true\n    auto-startup-exclude-pattern: other*\n"));
    }

    private static Stream<WrongEdit> conditions() {
        return Stream.of(
                        "${header.x} != null && ${header.x} != ''",
                        "${header.x} == null || ${header.x} == ''",
                        "${header.x} == 'a' || ${header.x} == 'b'",
                        "${header.x} != 'a' && ${header.x} != 'b'",
                        "${header.x} > 3 && ${header.x} < 5",
                        "${header.x} > 5 && ${header.x} < 6",
                        "${header.x} < 3 || ${header.x} > 5",
                        "${header.x} >= 5 && ${header.x} <= 5",
                        "${header.x} > 5 && ${header.x} != 7",
                        "${header.x} in 'a,b,c' && ${header.x} !in 'a,b'",
                        "${header.x} == 'a' && ${header.y} == 'b'",
                        "${header.x} == ${header.y}",
                        "${header.x} == 'a' && ${header.x} =~ 'A'",
                        "${header.x} =~ 'a' && ${header.x} != 'a'",
                        "${body} contains 'a' && ${body} contains 'b'",
                        "${body} startsWith 'a' && ${body} endsWith 'b' && ${body} contains 'c'",
                        "${body} contains 'a' && ${body} != 'a'",
                        "${body} startsWith 'a' && ${body} startsWith 'ab'",
                        "${body} is 'String' && ${body} regex 'a.*'",
                        "${body} is 'String' || ${body} is 'java.util.Map'",
                        "${body} regex '^[a-z]+$' && ${body} !regex 'b'",
                        "${header.x} range '400..499' && ${header.x} !in '408,429'",
                        "${header.x} range '1..5' && ${header.x} range '3..9'",
                        "${body} regex ''",
                        "${random(10)} == ${random(10)}",
                        "${header.x} == 1 || ${header.y} == 2 && ${header.x} == 3",
                        "${header.x} > ${header.y} && ${header.y} > ${header.x2}",
                        "${header.x}",
                        "${header.x} == true && ${header.y} == false",
                        "${header.x} == ${null} || ${header.x} == 'a'",
                        "${body.size()} > 0 && ${body.size()} < 100",
                        "${header.when} > '2026-01-01' && ${header.when} < '2027-01-01'",
                        "${header.x} > 'b' && ${header.x} < 'c'",
                        "${header.price} >= 0.5 && ${header.price} < 0.75")
                .map(text -> WrongValues.condition("the condition " + text, text));
    }

    private static Stream<WrongEdit> schemas() {
        return Stream.of(
                WrongValues.whole("a condition that forbids", "\"if\": {\"required\": [\"y\"]}, \"then\": false"),
                WrongValues.whole(
                        "a condition that requires",
                        "\"if\": {\"required\": [\"y\"]}, \"then\": true, \"else\": false"),
                WrongValues.whole(
                        "a condition of two cases",
                        "\"if\": {\"required\": [\"y\"]}, \"then\": {\"required\": [\"z\"]}, \"else\": {\"required\": [\"w\"]}"),
                WrongValues.whole(
                        "one of two schemas", "\"oneOf\": [{\"required\": [\"y\"]}, {\"required\": [\"z\"]}]"),
                WrongValues.whole("not a member", "\"not\": {\"required\": [\"y\"]}"),
                WrongValues.whole("everything besides another", "\"oneOf\": [true, {\"required\": [\"y\"]}]"),
                WrongValues.member("a member that is forbidden", "{\"not\": {}}"),
                WrongValues.member(
                        "a member that is forbidden with a reason", "{\"not\": {}, \"description\": \"gone\"}"),
                WrongValues.member("a member that is false", "false"),
                WrongValues.member("a list that is empty", "{\"type\": \"array\", \"items\": {\"not\": {}}}"),
                WrongValues.member(
                        "a member of a case that is forbidden",
                        "{\"type\": \"string\", \"if\": {\"maxLength\": 3}, \"then\": false}"),
                WrongValues.member(
                        "a member of one of two types",
                        "{\"oneOf\": [{\"type\": \"string\"}, {\"type\": \"number\"}]}"));
    }

    private static Stream<WrongEdit> handlers() {
        return Stream.of(
                WrongRoutes.deliverStep(
                        "a handler that throws what it caught",
                        "- doTry:\n    id: try\n    steps:\n      - to:\n          id: do\n          uri: log:x\n    doCatch:\n      - id: caught\n        exception:\n          - java.lang.Exception\n        steps:\n"
                                + LOG.indent(10)
                                + "          - throwException:\n              id: on\n              exceptionType: java.lang.IllegalStateException\n              message: x\n"),
                WrongRoutes.deliverStep("a handler that logs", "- to:\n    id: other\n    uri: log:dlq\n"));
    }
}
