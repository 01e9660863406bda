package io.github.eventgateway.tools.check;

import java.util.stream.Stream;

/** Mistakes in values that Camel only reads when a message arrives: classes, patterns, paths, conditions, schemas. */
final class WrongValues {

    private static final String ALERT = "routes/alert-on-errors.camel.yaml";
    private static final String POLICY = "routes/error-policy.camel.yaml";
    private static final String NEW = "routes/new.camel.yaml";
    private static final String LOGIN = "routes/schemas/user_login.schema.json";
    private static final String POST =
            "                        parameters:\n                          method: \"post(*, 'gateway.alert')\"\n";
    private static final String LOG = "- log:\n    id: say\n    message: x\n";

    private WrongValues() {}

    static Stream<WrongEdit> all() {
        return Stream.of(
                        formats(),
                        classes(),
                        beans(),
                        dates(),
                        types(),
                        operands(),
                        arguments(),
                        languages(),
                        conditions(),
                        branches(),
                        schemas(),
                        handlers())
                .flatMap(edits -> edits);
    }

    private static WrongEdit route(String name, String yaml) {
        return WrongRoutes.route(name, yaml);
    }

    /** Returns a route that sets the body to an expression. */
    static WrongEdit value(String name, String language, String expression) {
        return route(
                name,
                "- setBody:\n    id: b\n    expression:\n      " + language + ":\n        expression: "
                        + quoted(expression) + "\n");
    }

    static WrongEdit simple(String name, String expression) {
        return value(name, "simple", expression);
    }

    /** Returns a route with a condition in the simple language. */
    static WrongEdit condition(String name, String condition) {
        return route(
                name,
                "- filter:\n    id: f\n    expression:\n      simple:\n        expression: " + quoted(condition)
                        + "\n    steps:\n" + LOG.indent(6));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static WrongEdit format(String name, String step, String format, String options) {
        return route(name, "- " + step + ":\n    id: u\n    " + format + ":\n" + options.indent(6));
    }

    private static Stream<WrongEdit> formats() {
        return Stream.of(
                format("a type to read that does not exist", "unmarshal", "json", "unmarshalType: no.such.Class")
                        .says("there is no class no.such.Class"),
                format("a type to read without a package", "unmarshal", "json", "unmarshalType: Strnig")
                        .says("there is no class Strnig"),
                format("a type to write that does not exist", "marshal", "json", "unmarshalType: no.such.Class")
                        .says("there is no class no.such.Class"),
                format(
                                "a type behind a placeholder",
                                "unmarshal",
                                "json",
                                "unmarshalType: \"{{my.type:no.such.Class}}\"")
                        .says("there is no class no.such.Class"),
                format("a mapper that does not exist", "unmarshal", "json", "objectMapper: \"#nothing\"")
                        .says("there is no bean nothing"),
                format("a mapper by its name only", "marshal", "json", "objectMapper: nothing")
                        .says("there is no bean nothing"),
                format("a mapper behind a placeholder", "marshal", "json", "objectMapper: \"{{my.mapper:nothing}}\"")
                        .says("there is no bean nothing"),
                format("a module that does not exist", "marshal", "json", "moduleClassNames: no.such.Module")
                        .says("there is no class no.such.Module"),
                format("a module that a reference names", "marshal", "json", "moduleRefs: \"#nothing\"")
                        .says("there is no bean nothing"),
                format("a view that does not exist", "marshal", "json", "jsonView: no.such.View")
                        .says("there is no class no.such.View"),
                format("a collection that does not exist", "unmarshal", "json", "collectionType: no.such.List")
                        .says("there is no class no.such.List"),
                format("a schema resolver that does not exist", "unmarshal", "json", "schemaResolver: \"#nothing\"")
                        .says("there is no bean nothing"),
                format("a type of XML that does not exist", "unmarshal", "jacksonXml", "unmarshalType: no.such.Class")
                        .says("there is no class no.such.Class"),
                format("a mapper of XML that does not exist", "unmarshal", "jacksonXml", "xmlMapper: \"#nothing\"")
                        .says("there is no bean nothing"),
                format("XML without its library", "unmarshal", "jacksonXml", "prettyPrint: true")
                        .says("camel-jacksonxml-starter"),
                format("Avro without its library", "unmarshal", "avro", "instanceClassName: no.such.Class")
                        .says("camel-"),
                format("a class of Avro that does not exist", "unmarshal", "avro", "instanceClassName: no.such.Class")
                        .says("there is no class no.such.Class"),
                format(
                                "a class of CSV that does not exist",
                                "unmarshal",
                                "bindy",
                                "type: Csv\nclassType: no.such.Class")
                        .says("there is no class no.such.Class"),
                format("a format that a reference names", "marshal", "custom", "ref: nothing")
                        .says("there is no bean nothing"),
                route(
                                "a type of an endpoint of a format",
                                "- to:\n    id: t\n    uri: dataformat:jackson:unmarshal\n    parameters:\n      unmarshalType: no.such.Class\n")
                        .says("there is no class no.such.Class"));
    }

    private static Stream<WrongEdit> classes() {
        return Stream.of(
                route("a class to convert to without a package", "- convertBodyTo:\n    id: c\n    type: Strnig\n")
                        .says("there is no class Strnig"),
                route(
                                "a class to convert to behind a placeholder",
                                "- convertBodyTo:\n    id: c\n    type: \"{{my.type:no.such.Class}}\"\n")
                        .says("there is no class no.such.Class"),
                route(
                                "a result of jsonpath of a class that does not exist",
                                "- setBody:\n    id: b\n    expression:\n      jsonpath:\n        expression: $.a\n        resultType: no.such.Class\n")
                        .says("there is no class no.such.Class"),
                route(
                                "a result of a constant of a class that does not exist",
                                "- setBody:\n    id: b\n    expression:\n      constant:\n        expression: \"1\"\n        resultType: Integr\n")
                        .says("there is no class Integr"),
                route(
                                "a result of a header of a class that does not exist",
                                "- setBody:\n    id: b\n    expression:\n      xpath:\n        expression: /a\n        resultType: no.such.Class\n")
                        .says("there is no class no.such.Class"),
                route("an exception that a reference names", "- throwException:\n    id: t\n    ref: nothing\n")
                        .says("there is no bean nothing"));
    }

    private static Stream<WrongEdit> beans() {
        return Stream.of(
                route(
                                "a bean behind a placeholder",
                                "- bean:\n    id: b\n    ref: \"{{x:nothing}}\"\n    method: run\n")
                        .says("there is no bean nothing"),
                route(
                                "a bean behind a placeholder without a method",
                                "- bean:\n    id: b\n    ref: \"{{x:nothing}}\"\n")
                        .says("there is no bean nothing"),
                route(
                                "a method behind a default",
                                "- bean:\n    id: b\n    ref: eventTypes\n    method: \"{{x:nothing}}\"\n")
                        .says("no public method nothing"),
                route(
                                "a method of a bean behind a placeholder",
                                "- bean:\n    id: b\n    ref: \"{{x:eventTypes}}\"\n    method: nothing\n")
                        .says("no public method nothing"),
                route(
                                "an expression of a bean behind a placeholder",
                                "- setBody:\n    id: b\n    expression:\n      method:\n        ref: \"{{x:nothing}}\"\n        method: run\n")
                        .says("there is no bean nothing"),
                route("a processor behind a placeholder", "- process:\n    id: p\n    ref: \"{{x:nothing}}\"\n")
                        .says("there is no bean nothing"),
                route(
                                "a bean endpoint behind a placeholder",
                                "- to:\n    id: t\n    uri: \"bean:{{x:nothing}}\"\n    parameters:\n      method: run\n")
                        .says("there is no bean nothing"),
                route(
                                "an endpoint behind a placeholder",
                                "- to:\n    id: t\n    uri: \"{{x:bean:nothing}}\"\n    parameters:\n      method: run\n")
                        .says("there is no bean nothing"),
                route(
                                "a method of a bean endpoint behind a default",
                                "- to:\n    id: t\n    uri: \"bean:{{x:eventTypes}}\"\n    parameters:\n      method: \"{{y:nothing}}\"\n")
                        .says("no public method nothing"),
                route(
                                "a bean of a text behind a placeholder",
                                "- log:\n    id: l\n    message: \"${bean:{{x:nothing}}.run}\"\n")
                        .says("there is no bean nothing"),
                route(
                                "a method of a text behind a placeholder",
                                "- log:\n    id: l\n    message: \"${bean:eventTypes.{{x:nothing}}}\"\n")
                        .says("no public method nothing"),
                route(
                                "an option of an endpoint behind a placeholder",
                                "- to:\n    id: t\n    uri: log:x\n    parameters:\n      exchangeFormatter: \"{{x:#nothing}}\"\n")
                        .says("there is no bean nothing"),
                route(
                                "a class behind a placeholder",
                                "- bean:\n    id: b\n    beanType: \"{{x:no.such.Class}}\"\n    method: run\n")
                        .says("there is no class no.such.Class"));
    }

    private static Stream<WrongEdit> dates() {
        return Stream.of(
                simple("a letter that no date has", "${date:now:yyyy-QQ-foo}").says("Illegal pattern character"),
                simple("a letter that no date of a header has", "${date:header.when:yyyy-foo}")
                        .says("Illegal pattern character"),
                simple("a letter that no date of the message has", "${date:exchangeCreated:yyyy-MM-ddThh}")
                        .says("Illegal pattern character"),
                simple("a quote that is not closed in a date", "${date:now:yyyy 'o}")
                        .says("Unterminated quote"),
                simple("a date of an unknown command", "${date:nwo:yyyy-MM-dd}").says("Command not supported"),
                simple("a date of an unknown command with an offset", "${date:yesterday-1h:yyyy}")
                        .says("Command not supported"),
                simple("a date with an offset without a unit of time", "${date:now+5x:yyyy}")
                        .says("the offset +5x"),
                simple("a time zone that does not exist", "${date-with-timezone:now:Nowhere/City:yyyy}")
                        .says("there is no time zone Nowhere/City"),
                simple("a letter that no date in a time zone has", "${date-with-timezone:now:UTC:yyyy-foo}")
                        .says("Illegal pattern character"),
                simple("a wrong date in a function", "${uppercase(${date:now:foo})}")
                        .says("Illegal pattern character"),
                route("a wrong date in a log", "- log:\n    id: l\n    message: \"at ${date:now:yyyy-QQ}\"\n")
                        .says("Illegal pattern character"),
                route(
                                "a wrong date in a computed endpoint",
                                "- toD:\n    id: l\n    uri: \"file:out?fileName=${date:now:QQ}\"\n")
                        .says("Illegal pattern character"));
    }

    private static Stream<WrongEdit> types() {
        String none = "there is no class no.such.Class";
        return Stream.of(
                simple("a body as a class that does not exist", "${bodyAs(no.such.Class)}")
                        .says(none),
                simple("a body as a class of another name", "${bodyAs(Strnig)}").says("there is no class Strnig"),
                simple("a field of a body as a class that does not exist", "${bodyAs(no.such.Class).name}")
                        .says(none),
                simple("a body that must be of a class that does not exist", "${mandatoryBodyAs(no.such.Class)}")
                        .says(none),
                simple("a message as a class that does not exist", "${messageAs(no.such.Class).x}")
                        .says(none),
                simple("a header as a class that does not exist", "${headerAs(x,no.such.Class)}")
                        .says(none),
                simple("a header in quotes as a class that does not exist", "${headerAs('x', no.such.Class)}")
                        .says(none),
                simple("a property as a class that does not exist", "${exchangePropertyAs(x,no.such.Class)}")
                        .says("has no function exchangePropertyAs"),
                simple(
                                "a field of a property as a class that does not exist",
                                "${exchangePropertyAs(x,no.such.Class).name}")
                        .says("has no function exchangePropertyAs"),
                simple("a variable as a class that does not exist", "${variableAs(x,no.such.Class)}")
                        .says(none),
                simple("an exception as a class that does not exist", "${exceptionAs(no.such.Class).message}")
                        .says("has no function exceptionAs"),
                simple("a constant of a class that does not exist", "${type:no.such.Class.FIELD}")
                        .says("no.such.Class"),
                simple("a field that a class does not have", "${type:org.apache.camel.Exchange.FILE_NAM}")
                        .says("FILE_NAM"),
                simple("a value that an enum does not have", "${type:java.util.concurrent.TimeUnit.SECOND}")
                        .says("SECOND"),
                simple("a class that does not exist in a function", "${uppercase(${bodyAs(no.such.Class)})}")
                        .says(none),
                route(
                                "a class that does not exist in an argument",
                                "- bean:\n    id: b\n    ref: webhooks\n    method: \"isSet(${headerAs(x,no.such.Class)})\"\n")
                        .says(none),
                condition("a body that is of a class that does not exist", "${body} is 'no.such.Class'")
                        .says("no.such.Class"),
                condition("a body that is not of a class that does not exist", "${body} !is 'no.such.Class'")
                        .says("no.such.Class"),
                condition("a second class that does not exist", "${header.x} == 'a' && ${body} is \"no.such.Class\"")
                        .says("no.such.Class"),
                condition("an exception of a class that does not exist", "${exception} is 'java.io.NoException'")
                        .says("java.io.NoException"));
    }

    private static Stream<WrongEdit> operands() {
        return Stream.of(
                condition("a pattern that is not closed", "${body} regex '[a'").says("Unclosed character class"),
                condition("a pattern that must not match", "${body} !regex '(('")
                        .says("Unclosed group"),
                condition("a second pattern", "${header.x} == 'a' || ${body} regex '*'")
                        .says("Dangling"),
                condition("a range to a letter", "${header.x} range '1..x'").says("range operator"),
                condition("a range of one number", "${header.x} range '5'").says("range operator"),
                condition("a range with one dot", "${header.x} range '1.5'").says("range operator"),
                condition("a range that must not match", "${header.x} !range 'a..b'")
                        .says("range operator"),
                condition("a text that contains nothing", "${body} contains ''").says("is empty"),
                condition("a text in an empty list", "${body} in ''").says("is empty"),
                condition("a text that begins with nothing", "${header.y} == 'a' && ${header.x} startsWith ''")
                        .says("is empty"),
                condition("an operand that is missing", "${body} == "),
                condition("a first operand that is missing", "== ${body}"),
                condition("an operand that is missing before another", "${body} == && ${header.x} == 1"),
                condition("a condition that is missing at the end", "${body} == 1 &&"),
                route(
                                "a pattern in a branch",
                                "- choice:\n    id: c\n    when:\n      - expression:\n          simple:\n            expression: \"${body} regex '[a'\"\n        steps:\n"
                                        + LOG.indent(10))
                        .says("Unclosed character class"));
    }

    private static Stream<WrongEdit> arguments() {
        return Stream.of(
                simple("a hash of an algorithm that does not exist", "${hash(${body},NOPE)}")
                        .says("NOPE"),
                simple("a random number of letters", "${random(a,b)}").says("For input string"),
                simple("a random number of crossed bounds", "${random(5,1)}").says("bound must be positive"),
                simple("a part of a text of letters", "${substring(a,b)}").says("For input string"),
                simple("a width of letters", "${pad(a,b)}").says("For input string"),
                simple("an empty value of an unknown type", "${empty(foo)}").says("unknown type"),
                simple("a choice of one value", "${iif(${body} == 1,a)}").says("lacks an argument"),
                simple("a header of a class that does not exist", "${setHeader(x,no.such.Class,${body})}")
                        .says("no.such.Class"));
    }

    private static Stream<WrongEdit> languages() {
        return Stream.of(
                value("a path with one equals sign", "jsonpath", "$.a[?(@.x = 1)]")
                        .says("not valid in jsonpath"),
                value("a path that is not closed", "jsonpath", "$..[?(@.x == ").says("not valid in jsonpath"),
                value("a path with blanks", "jsonpath", "a b c").says("not valid in jsonpath"),
                value("a path that ends with dots", "jsonpath", "$.a[*]..").says("not valid in jsonpath"),
                value("a path that ends with a dot", "jsonpath", "$.a.").says("not valid in jsonpath"),
                value("a path that is empty", "jsonpath", "").says("is empty"),
                value("an XPath that is not closed", "xpath", "/a[").says("not valid in xpath"),
                value("an XPath with an unknown function", "xpath", "nothing(/a)")
                        .says("not valid in xpath"),
                route(
                                "a path in a split",
                                "- split:\n    id: s\n    expression:\n      jsonpath:\n        expression: \"$.a[?(@.x = 1)]\"\n    steps:\n"
                                        + LOG.indent(6))
                        .says("not valid in jsonpath"),
                route(
                                "a path in a filter",
                                "- filter:\n    id: s\n    expression:\n      jsonpath:\n        expression: \"$.a[?(@.x = 1)]\"\n    steps:\n"
                                        + LOG.indent(6))
                        .says("not valid in jsonpath"),
                route(
                                "a path in the other form",
                                "- setBody:\n    id: b\n    expression:\n      language:\n        language: jsonpath\n        expression: \"$.a[?(@.x = 1)]\"\n")
                        .says("not valid in jsonpath"),
                simple("a path in a function", "${jsonpath($.a[?(@.x = 1)])}").says("Expected character"),
                route(
                                "a token that is empty",
                                "- split:\n    id: s\n    expression:\n      tokenize:\n        token: \"\"\n    steps:\n"
                                        + LOG.indent(6))
                        .says("token is empty"),
                route(
                                "a token that is no pattern",
                                "- split:\n    id: s\n    expression:\n      tokenize:\n        token: \"[a\"\n        regex: true\n    steps:\n"
                                        + LOG.indent(6))
                        .says("not a regular expression"));
    }

    private static Stream<WrongEdit> conditions() {
        return Stream.of(
                condition("null or not null", "${header.x} != null || ${header.x} == null")
                        .says("is always true"),
                condition("two values at once", "${header.x} == 1 && ${header.x} == 2")
                        .says("is always false"),
                condition("two texts at once", "${header.x} == 'a' && ${header.x} == 'b'")
                        .says("is always false"),
                condition("one of two values is always another", "${header.x} != 'a' || ${header.x} != 'b'")
                        .says("is always true"),
                condition("a value and not the value", "${header.x} == 'a' && ${header.x} != 'a'")
                        .says("is always false"),
                condition("a value that is not in its list", "${header.x} == 'c' && ${header.x} in 'a,b'")
                        .says("is always false"),
                condition("a list and not the list", "${header.x} in 'a,b' && ${header.x} !in 'a,b,c'")
                        .says("is always false"),
                condition("bounds that cross", "${header.x} > 5 && ${header.x} < 3")
                        .says("is always false"),
                condition("bounds that touch", "${header.x} > 5 && ${header.x} <= 5")
                        .says("is always false"),
                condition("bounds that cover everything", "${header.x} > 3 || ${header.x} < 5")
                        .says("is always true"),
                condition("a bound and a value outside", "${header.x} > 5 && ${header.x} == 3")
                        .says("is always false"),
                condition("null and a value", "${header.x} == null && ${header.x} == 'a'")
                        .says("is always false"),
                condition("a text that contains and does not contain", "${body} contains 'a' && ${body} !contains 'a'")
                        .says("is always false"),
                condition("two beginnings at once", "${body} startsWith 'a' && ${body} startsWith 'b'")
                        .says("is always false"),
                condition("a pattern and not the pattern", "${body} regex 'a+' || ${body} !regex 'a+'")
                        .says("is always true"),
                condition("a class and not the class", "${body} is 'String' && ${body} !is 'String'")
                        .says("is always false"),
                condition("a constant in a list", "'a' in 'a,b' && ${header.x} == 1")
                        .says("is always true"),
                condition("two constants", "1 == 1 && ${header.x} == 1").says("Unexpected token"),
                condition("two constants that differ", "${header.x} == 1 || 'a' == 'b'")
                        .says("is always false"),
                condition("a value equal to itself beside another", "${header.x} == ${header.x} && ${header.y} == 1")
                        .says("is always true"),
                condition(
                                "two values at once among others",
                                "${header.x} == 'a' && ${header.y} == 1 && ${header.x} == 'b'")
                        .says("is always false"),
                condition("two values at once from the right", "'a' == ${header.x} && ${header.x} == 'b'")
                        .says("is always false"),
                condition("a range upside down", "${header.x} range '9..1'").says("is always false"),
                condition("two values without regard to case", "${header.x} =~ 'a' && ${header.x} =~ 'b'")
                        .says("is always false"),
                condition(
                                "two types of an event at once",
                                "${body[type]} == 'user_login' && ${body[type]} == 'system_error'")
                        .says("is always false"),
                condition(
                                "two values at once before another",
                                "${header.x} == 1 && ${header.x} == 2 || ${header.y} == 1")
                        .says("is always false"),
                route(
                                "a loop that never begins",
                                "- loop:\n    id: l\n    doWhile: true\n    expression:\n      simple:\n        expression: \"${header.x} == 1 && ${header.x} == 2\"\n    steps:\n"
                                        + LOG.indent(6))
                        .says("is always false"));
    }

    private static Stream<WrongEdit> branches() {
        String when =
                "      - expression:\n          simple:\n            expression: \"${header.x} == 'a'\"\n        steps:\n";
        return Stream.of(route(
                        "a branch of the same condition",
                        "- choice:\n    id: c\n    when:\n" + when + LOG.indent(10) + when
                                + LOG.replace("say", "say-2").indent(10))
                .says("this branch is never taken"));
    }

    /** Returns a mistake with further keywords in the schema of logins. */
    static WrongEdit whole(String name, String keywords) {
        return WrongEdit.of(name, LOGIN, "\"properties\": {", keywords + ",\n  \"properties\": {");
    }

    /** Returns a mistake with a further member in the schema of logins. */
    static WrongEdit member(String name, String schema) {
        return WrongEdit.of(name, LOGIN, "\"properties\": {", "\"properties\": {\n    \"x\": " + schema + ",");
    }

    private static Stream<WrongEdit> schemas() {
        return Stream.of(
                whole("a condition that always holds, then nothing", "\"if\": true, \"then\": false"),
                whole("a condition that never holds, else nothing", "\"if\": false, \"else\": false"),
                whole(
                        "a condition without an answer",
                        "\"if\": {\"required\": [\"y\"]}, \"then\": false, \"else\": false"),
                whole("an empty condition, then nothing", "\"if\": {}, \"then\": {\"not\": {}}"),
                whole("not anything", "\"not\": {}"),
                whole("not true", "\"not\": true"),
                whole("not a description", "\"not\": {\"description\": \"none\"}"),
                whole("nothing among all", "\"allOf\": [true, false]"),
                whole("nothing within all", "\"allOf\": [{\"allOf\": [false]}]"),
                whole("only nothing among any", "\"anyOf\": [false, {\"not\": {}}]"),
                whole("everything twice among one", "\"oneOf\": [true, true]"),
                whole("everything twice among one in another form", "\"oneOf\": [{}, true]"),
                whole("only nothing among one", "\"oneOf\": [false, false]"),
                whole("a schema twice among one", "\"oneOf\": [{\"required\": [\"y\"]}, {\"required\": [\"y\"]}]"),
                whole(
                        "a condition of two other types",
                        "\"if\": {\"required\": [\"y\"]}, \"then\": {\"type\": \"string\"}, \"else\": {\"type\": \"array\"}"),
                whole(
                        "a condition that always holds, then another type",
                        "\"if\": true, \"then\": {\"type\": \"string\"}"),
                whole(
                        "a condition in all that always holds, then nothing",
                        "\"allOf\": [{\"if\": true, \"then\": false}]"),
                member("a member of a type and of nothing", "{\"type\": \"string\", \"not\": {}}"),
                member(
                        "a member of a condition without an answer",
                        "{\"type\": \"string\", \"if\": true, \"then\": false}"),
                member("a member of nothing among all", "{\"allOf\": [{\"type\": \"string\"}, false]}"),
                member("a member of everything twice", "{\"oneOf\": [true, {}]}"),
                member("a member with no value", "{\"enum\": []}"),
                member(
                        "a member of a condition of two other types",
                        "{\"type\": \"string\", \"if\": {\"minLength\": 3}, \"then\": {\"type\": \"number\"}, \"else\": {\"type\": \"null\"}}"),
                member("elements of everything twice", "{\"type\": \"array\", \"items\": {\"oneOf\": [true, true]}}"));
    }

    /** Returns a mistake with a step of the handler that sends alerts. */
    private static WrongEdit handler(String name, String yaml) {
        return WrongRoutes.deliverStep(name, yaml);
    }

    private static Stream<WrongEdit> handlers() {
        String caught =
                "- doTry:\n    id: try\n    steps:\n      - to:\n          id: do\n          uri: log:x\n    doCatch:\n      - id: caught\n        exception:\n          - java.lang.Exception\n        steps:\n          - to:\n              id: dead\n              uri: ";
        String to = "- to:\n    id: dead\n    uri: ";
        return Stream.of(
                handler("a handler that dead-letters what it caught", caught + "direct:dead-letter-records\n")
                        .says("throw the failure again"),
                handler("a handler that dead-letters an event", caught + "direct:dead-letter-event\n")
                        .says("throw the failure again"),
                handler("a handler that dead-letters a record", to + "direct:dead-letter-record\n")
                        .says("a handler must not send dead letters"),
                handler(
                                "a handler that sends dead letters",
                                "- toD:\n    id: dead\n    uri: direct:send-dead-letters\n")
                        .says("a handler must not send dead letters"),
                handler("a handler that writes to a dead-letter topic", to + "kafka:system_logs.dlq\n")
                        .says("a handler must not send dead letters"),
                handler(
                                "a handler that writes to a dead-letter topic of a setting",
                                to + "\"kafka:{{gateway.events.topics.system_logs.name}}.dlq\"\n")
                        .says("a handler must not send dead letters"),
                handler(
                                "a handler that dead-letters and more",
                                "- multicast:\n    id: both\n    stopOnException: true\n    steps:\n"
                                        + to.concat("direct:dead-letter-records\n")
                                                .indent(6))
                        .says("a handler must not send dead letters"),
                handler(
                                "a handler that catches and only logs",
                                "- doTry:\n    id: try\n    steps:\n      - to:\n          id: do\n          uri: log:x\n    doCatch:\n      - id: caught\n        exception:\n          - java.lang.Exception\n        steps:\n"
                                        + LOG.indent(10))
                        .says("throw the failure again, and handle-events"),
                WrongEdit.of(
                                "a handler that calls a route that dead-letters",
                                ALERT,
                                POST,
                                POST
                                        + "- to:\n    id: aside\n    uri: direct:aside\n".indent(20)
                                        + WrongRoutes.direct("aside", to + "direct:dead-letter-records\n"))
                        .says("a handler must not send dead letters"),
                WrongEdit.of(
                                "a policy of handlers that dead-letters and handles",
                                POLICY,
                                "          steps:\n            - setProperty:\n                name: redeliveries\n                expression:\n                  constant:\n                    expression: \"0\"\n",
                                "          handled:\n            constant:\n              expression: \"true\"\n          steps:\n            - to:\n                id: dead\n                uri: direct:dead-letter-records\n")
                        .says("a handler must not send dead letters"));
    }
}
