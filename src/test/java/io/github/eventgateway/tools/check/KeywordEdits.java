package io.github.eventgateway.tools.check;

import java.util.stream.Stream;

/** One edit for each keyword of JSON Schema in small schemas. A single quote stands for a double one. */
final class KeywordEdits {

    private KeywordEdits() {}

    private static SchemaEdit whole(String name, String before, String now, String record) {
        return new SchemaEdit(name, json(before), json(now), json(record));
    }

    /** Returns an edit of the schema of the field a, which has this value in the record. */
    private static SchemaEdit field(String name, String before, String now, String value) {
        return whole(name, withField(before), withField(now), "{'a': " + value + ", 'p': 1}");
    }

    private static String withField(String schema) {
        return "{'properties': {'a': " + schema + "}, '$defs': {'x': {'type': 'number'}, 'y': {'type': 'integer'},"
                + " 'z': {'$ref': '#/$defs/y'}, 'n': {'$anchor': 'named', 'type': 'integer'}}}";
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    static Stream<SchemaEdit> breaking() {
        return Stream.of(
                field("null leaves an enum", "{'enum': ['x', null]}", "{'enum': ['x']}", "null"),
                field("another object as const", "{'const': {'k': 1}}", "{'const': {'k': 2}}", "{'k': 1}"),
                field("a number becomes its digits", "{'const': 1}", "{'const': '1'}", "1"),
                field("a number in an enum becomes its digits", "{'enum': [1, 2]}", "{'enum': ['1', 2]}", "1"),
                field("an if with then", "{}", "{'if': {'type': 'string'}, 'then': {'minLength': 3}}", "'x'"),
                field(
                        "a narrower else",
                        "{'if': {'type': 'string'}, 'else': {'type': 'integer'}}",
                        "{'if': {'type': 'string'}, 'else': {'type': 'integer', 'minimum': 0}}",
                        "-1"),
                field(
                        "a narrower if before an else",
                        "{'if': {'type': 'string'}, 'else': {'type': 'integer'}}",
                        "{'if': {'type': 'string', 'maxLength': 2}, 'else': {'type': 'integer'}}",
                        "'long'"),
                field(
                        "a wider if before a then",
                        "{'if': {'const': 1}, 'then': {'minimum': 1}}",
                        "{'if': {'type': 'integer'}, 'then': {'minimum': 1}}",
                        "0"),
                whole("dependentSchemas", "{}", "{'dependentSchemas': {'a': {'required': ['b']}}}", "{'a': 1}"),
                whole(
                        "narrower dependentSchemas",
                        "{'dependentSchemas': {'a': {'properties': {'b': {'type': 'integer'}}}}}",
                        "{'dependentSchemas': {'a': {'properties': {'b': {'type': 'integer', 'minimum': 5}}}}}",
                        "{'a': 1, 'b': 1}"),
                whole(
                        "dependentSchemas of another field",
                        "{'dependentSchemas': {'a': {'required': ['b']}}}",
                        "{'dependentSchemas': {'c': {'required': ['b']}}}",
                        "{'c': 1}"),
                field(
                        "one prefix item more",
                        "{'prefixItems': [{'type': 'string'}]}",
                        "{'prefixItems': [{'type': 'string'}, {'type': 'integer'}]}",
                        "['a', 'b']"),
                field(
                        "no items after the prefix",
                        "{'prefixItems': [{}]}",
                        "{'prefixItems': [{}], 'items': false}",
                        "[1, 2]"),
                field(
                        "items instead of a prefix",
                        "{'prefixItems': [{'type': 'integer'}], 'items': {'type': 'string'}}",
                        "{'items': {'type': 'string'}}",
                        "[1]"),
                field(
                        "one prefix item less before items",
                        "{'prefixItems': [{}, {}], 'items': {'type': 'string'}}",
                        "{'prefixItems': [{}], 'items': {'type': 'string'}}",
                        "[1, 2]"),
                field(
                        "a narrower contains",
                        "{'contains': {'type': 'integer'}}",
                        "{'contains': {'type': 'integer', 'minimum': 5}}",
                        "[1]"),
                field(
                        "a higher minContains",
                        "{'contains': {'type': 'integer'}}",
                        "{'contains': {'type': 'integer'}, 'minContains': 2}",
                        "[1]"),
                field(
                        "a maxContains",
                        "{'contains': {'type': 'integer'}}",
                        "{'contains': {'type': 'integer'}, 'maxContains': 1}",
                        "[1, 2]"),
                field(
                        "minContains is no longer 0",
                        "{'contains': {'type': 'integer'}, 'minContains': 0}",
                        "{'contains': {'type': 'integer'}}",
                        "['x']"),
                field(
                        "a wider contains under maxContains",
                        "{'contains': {'const': 1}, 'maxContains': 1}",
                        "{'contains': {'type': 'integer'}, 'maxContains': 1}",
                        "[1, 2]"),
                field(
                        "no unevaluated items",
                        "{'prefixItems': [{}]}",
                        "{'prefixItems': [{}], 'unevaluatedItems': false}",
                        "[1, 2]"),
                whole(
                        "no unevaluated fields",
                        "{'allOf': [{'properties': {'a': {}}}]}",
                        "{'allOf': [{'properties': {'a': {}}}], 'unevaluatedProperties': false}",
                        "{'a': 1, 'p': 1}"),
                whole(
                        "an evaluated field less in an alternative",
                        "{'anyOf': [{'properties': {'a': {}}}, {'properties': {'b': {}}}], 'unevaluatedProperties': false}",
                        "{'anyOf': [{'properties': {'a': {}}}, {'properties': {}}], 'unevaluatedProperties': false}",
                        "{'b': 1}"),
                whole(
                        "a then that evaluates less",
                        "{'if': {'required': ['a']}, 'then': {'properties': {'b': {}}}, 'properties': {'a': {}}, 'unevaluatedProperties': false}",
                        "{'if': {'required': ['a']}, 'properties': {'a': {}}, 'unevaluatedProperties': false}",
                        "{'a': 1, 'b': 1}"),
                field("a reference to a narrower definition", "{'$ref': '#/$defs/x'}", "{'$ref': '#/$defs/z'}", "1.5"),
                field(
                        "a bound beside a reference",
                        "{'$ref': '#/$defs/x'}",
                        "{'$ref': '#/$defs/x', 'maximum': 5}",
                        "7"),
                field("a narrower anchor", "{'$ref': '#/$defs/x'}", "{'$ref': '#named'}", "1.5"),
                whole(
                        "an anchor that moves",
                        "{'properties': {'a': {'$ref': '#at'}}, '$defs': {'x': {'$anchor': 'at', 'type': 'string'}, 'y': {'type': 'integer'}}}",
                        "{'properties': {'a': {'$ref': '#at'}}, '$defs': {'x': {'type': 'string'}, 'y': {'$anchor': 'at', 'type': 'integer'}}}",
                        "{'a': 'x'}"),
                field("a wider not", "{'not': {'const': 1}}", "{'not': {'type': 'integer'}}", "2"),
                field(
                        "a narrower not of a not",
                        "{'not': {'not': {'type': ['integer', 'string']}}}",
                        "{'not': {'not': {'type': 'integer'}}}",
                        "'x'"),
                field("a lower bound in a not", "{'not': {'minimum': 10}}", "{'not': {'minimum': 5}}", "7"),
                field(
                        "alternatives of oneOf that overlap",
                        "{'oneOf': [{'type': 'integer'}, {'type': 'string'}]}",
                        "{'oneOf': [{'type': 'integer'}, {'type': 'string'}, {'type': 'number'}]}",
                        "1"),
                field(
                        "a wider alternative of oneOf",
                        "{'oneOf': [{'maximum': 5}, {'minimum': 6}]}",
                        "{'oneOf': [{'maximum': 7}, {'minimum': 6}]}",
                        "6.5"),
                field(
                        "anyOf becomes oneOf",
                        "{'anyOf': [{'minimum': 1}, {'maximum': 5}]}",
                        "{'oneOf': [{'minimum': 1}, {'maximum': 5}]}",
                        "3"),
                field(
                        "a narrower anyOf",
                        "{'anyOf': [{'minimum': 10}, {'maximum': 5}]}",
                        "{'anyOf': [{'minimum': 10}, {'maximum': 4}]}",
                        "5"),
                field("another format", "{'format': 'date'}", "{'format': 'date-time'}", "'2026-01-01'"),
                field("a multiple of a multiple", "{'multipleOf': 2}", "{'multipleOf': 4}", "2"),
                field("another fraction", "{'multipleOf': 0.1}", "{'multipleOf': 0.25}", "0.1"),
                field(
                        "null leaves a list of types",
                        "{'type': ['string', 'null', 'integer']}",
                        "{'type': ['string', 'integer']}",
                        "null"),
                field(
                        "a narrower pattern of names",
                        "{'propertyNames': {'pattern': '^[a-z]+$'}}",
                        "{'propertyNames': {'pattern': '^[a-y]+$'}}",
                        "{'z': 1}"),
                field(
                        "narrower patternProperties",
                        "{'patternProperties': {'^x': {'type': 'number'}}}",
                        "{'patternProperties': {'^x': {'type': 'integer'}}}",
                        "{'x': 1.5}"),
                field(
                        "a pattern for more fields",
                        "{'patternProperties': {'^xy': {'type': 'integer'}}}",
                        "{'patternProperties': {'^x': {'type': 'integer'}}}",
                        "{'xz': 1.5}"),
                field(
                        "a pattern less before additionalProperties",
                        "{'patternProperties': {'^x': {}}, 'additionalProperties': false}",
                        "{'additionalProperties': false}",
                        "{'x': 1}"),
                field(
                        "narrower additionalProperties",
                        "{'additionalProperties': {'type': 'number'}}",
                        "{'additionalProperties': {'type': 'integer'}}",
                        "{'k': 1.5}"),
                field(
                        "an excluded maximum",
                        "{'type': 'integer', 'maximum': 5}",
                        "{'type': 'integer', 'exclusiveMaximum': 5}",
                        "5"),
                field("one character less", "{'maxLength': 2}", "{'maxLength': 1}", "'\uD83D\uDE00a'"),
                field("unique items", "{}", "{'uniqueItems': true}", "[1, 1]"),
                whole(
                        "a new default under maxProperties",
                        "{'properties': {'a': {'type': 'string'}}, 'maxProperties': 1}",
                        "{'properties': {'a': {'type': 'string', 'default': 'x'}}, 'maxProperties': 1}",
                        "{'p': 1}"),
                whole(
                        "a default less in dependentRequired",
                        "{'properties': {'a': {'default': 1}}, 'dependentRequired': {'p': ['a']}}",
                        "{'properties': {'a': {}}, 'dependentRequired': {'p': ['a']}}",
                        "{'p': 1}"),
                whole(
                        "another default in a condition",
                        "{'properties': {'a': {'default': 1}}, 'if': {'properties': {'a': {'const': 2}}, 'required': ['a']}, 'then': {'required': ['b']}}",
                        "{'properties': {'a': {'default': 2}}, 'if': {'properties': {'a': {'const': 2}}, 'required': ['a']}, 'then': {'required': ['b']}}",
                        "{'p': 1}"),
                whole(
                        "a new default in a not",
                        "{'properties': {'a': {}}, 'not': {'required': ['a']}}",
                        "{'properties': {'a': {'default': 1}}, 'not': {'required': ['a']}}",
                        "{'p': 1}"),
                whole(
                        "a new default that needs another field",
                        "{'properties': {'a': {}}, 'dependentRequired': {'a': ['b']}}",
                        "{'properties': {'a': {'default': 1}}, 'dependentRequired': {'a': ['b']}}",
                        "{'p': 1}"),
                field("a schema becomes false", "{}", "false", "1"));
    }

    static Stream<SchemaEdit> safe() {
        return Stream.of(
                field("null joins an enum", "{'enum': ['x']}", "{'enum': ['x', null]}", "'x'"),
                field("an enum of whole numbers becomes their type", "{'enum': [1, 2]}", "{'type': 'integer'}", "1"),
                field("an equal number", "{'const': 1}", "{'enum': [1.0, 2]}", "1"),
                field("a then less", "{'if': {'type': 'string'}, 'then': {'minLength': 3}}", "{}", "'abc'"),
                field(
                        "a wider then",
                        "{'if': {'type': 'string'}, 'then': {'minLength': 3}}",
                        "{'if': {'type': 'string'}, 'then': {'minLength': 2}}",
                        "'abc'"),
                field(
                        "a wider else",
                        "{'if': {'type': 'string'}, 'else': {'type': 'integer'}}",
                        "{'if': {'type': 'string'}, 'else': {'type': 'number'}}",
                        "1"),
                field(
                        "a narrower if before a then",
                        "{'if': {'type': 'integer'}, 'then': {'minimum': 1}}",
                        "{'if': {'const': 5}, 'then': {'minimum': 1}}",
                        "5"),
                whole(
                        "dependentSchemas less",
                        "{'dependentSchemas': {'a': {'required': ['b']}}}",
                        "{}",
                        "{'a': 1, 'b': 1, 'p': 1}"),
                whole(
                        "wider dependentSchemas",
                        "{'dependentSchemas': {'a': {'properties': {'b': {'minimum': 5}}}}}",
                        "{'dependentSchemas': {'a': {'properties': {'b': {'minimum': 1}}}}}",
                        "{'a': 1, 'b': 5, 'p': 1}"),
                whole(
                        "dependentRequired becomes dependentSchemas",
                        "{'dependentRequired': {'a': ['b']}}",
                        "{'dependentSchemas': {'a': {'required': ['b']}}}",
                        "{'a': 1, 'b': 1, 'p': 1}"),
                field(
                        "one prefix item less",
                        "{'prefixItems': [{'type': 'string'}, {'type': 'integer'}]}",
                        "{'prefixItems': [{'type': 'string'}]}",
                        "['a', 1]"),
                field(
                        "items after the prefix",
                        "{'prefixItems': [{}], 'items': false}",
                        "{'prefixItems': [{}]}",
                        "[1]"),
                field(
                        "a prefix before wider items",
                        "{'items': {'type': 'integer'}}",
                        "{'prefixItems': [{'type': 'integer'}], 'items': {'type': 'number'}}",
                        "[1]"),
                field(
                        "a wider contains",
                        "{'contains': {'type': 'integer'}}",
                        "{'contains': {'type': 'number'}}",
                        "[1]"),
                field(
                        "a lower minContains",
                        "{'contains': {'type': 'integer'}, 'minContains': 2}",
                        "{'contains': {'type': 'integer'}}",
                        "[1, 2]"),
                field(
                        "a maxContains less",
                        "{'contains': {'type': 'integer'}, 'maxContains': 1}",
                        "{'contains': {'type': 'integer'}}",
                        "[1]"),
                field(
                        "minContains becomes 0",
                        "{'contains': {'type': 'integer'}}",
                        "{'contains': {'type': 'integer'}, 'minContains': 0}",
                        "[1]"),
                field("a contains less", "{'contains': {'type': 'integer'}}", "{}", "[1]"),
                field(
                        "unevaluated items",
                        "{'prefixItems': [{}], 'unevaluatedItems': false}",
                        "{'prefixItems': [{}]}",
                        "[1]"),
                whole(
                        "unevaluated fields",
                        "{'properties': {'a': {}, 'p': {}}, 'unevaluatedProperties': false}",
                        "{'properties': {'a': {}, 'p': {}}}",
                        "{'a': 1, 'p': 1}"),
                whole(
                        "one evaluated field more",
                        "{'properties': {'a': {}, 'p': {}}, 'unevaluatedProperties': false}",
                        "{'properties': {'a': {}, 'p': {}, 'b': {}}, 'unevaluatedProperties': false}",
                        "{'a': 1, 'p': 1}"),
                field("a reference to a wider definition", "{'$ref': '#/$defs/z'}", "{'$ref': '#/$defs/x'}", "1"),
                field("an anchor instead of a pointer", "{'$ref': '#/$defs/n'}", "{'$ref': '#named'}", "1"),
                field(
                        "a bound beside a reference less",
                        "{'$ref': '#/$defs/x', 'maximum': 5}",
                        "{'$ref': '#/$defs/x'}",
                        "1"),
                field("a narrower not", "{'not': {'type': 'integer'}}", "{'not': {'const': 1}}", "'x'"),
                field("a not less", "{'not': {'type': 'integer'}}", "{}", "'x'"),
                field("a not of a not", "{'type': 'integer'}", "{'not': {'not': {'type': 'integer'}}}", "1"),
                field("a higher bound in a not", "{'not': {'minimum': 5}}", "{'not': {'minimum': 10}}", "1"),
                field(
                        "oneOf becomes anyOf",
                        "{'oneOf': [{'minimum': 1}, {'maximum': 5}]}",
                        "{'anyOf': [{'minimum': 1}, {'maximum': 5}]}",
                        "0"),
                field(
                        "an alternative of another type",
                        "{'oneOf': [{'type': 'string'}, {'type': 'integer'}]}",
                        "{'oneOf': [{'type': 'string'}, {'type': 'integer'}, {'type': 'null'}]}",
                        "1"),
                field(
                        "a wider anyOf",
                        "{'anyOf': [{'minimum': 10}, {'maximum': 5}]}",
                        "{'anyOf': [{'minimum': 9}, {'maximum': 5}]}",
                        "1"),
                field("types in another order", "{'type': ['string', 'null']}", "{'type': ['null', 'string']}", "null"),
                field("a type that another contains", "{'type': ['integer', 'number']}", "{'type': 'number'}", "1"),
                field("a multiple less", "{'multipleOf': 4}", "{'multipleOf': 2}", "4"),
                field("a smaller fraction", "{'multipleOf': 0.5}", "{'multipleOf': 0.25}", "0.5"),
                field("whole numbers", "{'type': 'integer'}", "{'type': 'number', 'multipleOf': 1}", "1"),
                field(
                        "longer names",
                        "{'propertyNames': {'maxLength': 3}}",
                        "{'propertyNames': {'maxLength': 4}}",
                        "{'abc': 1}"),
                field(
                        "a pattern of fields less",
                        "{'patternProperties': {'^x': {'type': 'integer'}}}",
                        "{}",
                        "{'x': 1}"),
                field(
                        "unknown fields of one type",
                        "{'additionalProperties': false}",
                        "{'additionalProperties': {'type': 'string'}}",
                        "{}"),
                field("an included minimum", "{'exclusiveMinimum': 5}", "{'minimum': 5}", "6"),
                field(
                        "the same maximum of whole numbers",
                        "{'type': 'integer', 'maximum': 5}",
                        "{'type': 'integer', 'exclusiveMaximum': 6}",
                        "5"),
                field("a valid default", "{'type': 'string'}", "{'type': 'string', 'default': 'x'}", "'x'"),
                field("fewer items", "{'minItems': 2}", "{'minItems': 1}", "[1, 2]"),
                field(
                        "a type and a bound in allOf",
                        "{'type': 'integer', 'minimum': 1}",
                        "{'allOf': [{'type': 'integer'}, {'minimum': 1}]}",
                        "1"),
                field("fewer fields", "{'minProperties': 2}", "{'minProperties': 1}", "{'b': 1, 'c': 2}"),
                field(
                        "annotations",
                        "{'type': 'string'}",
                        "{'type': 'string', 'deprecated': true, 'readOnly': true, '$comment': 'none'}",
                        "'x'"));
    }
}
