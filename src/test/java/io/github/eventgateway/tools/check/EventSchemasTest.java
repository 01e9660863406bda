package io.github.eventgateway.tools.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Faulty schemas of event types are found. Correct schemas that look similar are not reported. */
class EventSchemasTest {

    @TempDir
    private Path folder;

    private List<Finding> found(String schema) throws IOException {
        return found(schema, "/key").stream()
                .filter(finding -> !finding.file().equals(folder.resolve("application.yaml")))
                .toList();
    }

    /**
     * Returns the findings in a schema with one member, x, and further text, and those of the key of its topic.
     */
    private List<Finding> found(String schema, String key) throws IOException {
        Path settings = folder.resolve("application.yaml");
        Place place = new Place(settings, 1, 1, "");
        Files.createDirectories(folder.resolve("schemas"));
        Files.writeString(folder.resolve("schemas/thing.schema.json"), schema);
        Catalogue catalogue = new Catalogue(
                List.of(new Catalogue.Topic(
                        "things", "things", key, place, List.of(new Catalogue.Type("thing", place)))),
                List.of());
        List<Finding> findings = new ArrayList<>();
        Rule rule = new EventSchemas(catalogue, folder.resolve("schemas"));
        rule.check(new Routes(folder, List.of()), new Rule.Report() {
            @Override
            public void add(Place at, String message, String suggestion) {
                findings.add(Finding.of(at, Severity.ERROR, rule.name(), message, suggestion));
            }

            @Override
            public void warn(Place at, String message, String suggestion) {
                findings.add(Finding.of(at, Severity.WARNING, rule.name(), message, suggestion));
            }
        });
        return findings.stream().distinct().toList();
    }

    private static String object(String more) {
        return """
                {
                  "type": "object",
                  "properties": {
                    "key": { "type": "string" }
                  },
                  %s
                }
                """.formatted(more);
    }

    private static String requiredMember(String schema) {
        return """
                {
                  "type": "object",
                  "required": ["x"],
                  "properties": {
                    "x": %s
                  }
                }
                """.formatted(schema);
    }

    private static String member(String schema) {
        return """
                {
                  "type": "object",
                  "properties": {
                    "key": { "type": "string" },
                    "x": %s
                  }
                }
                """.formatted(schema);
    }

    /** Each case has the finding and its line. The member x is in line 5. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                // bounds that are crossed
                "{\"type\": \"integer\", \"minimum\": 5, \"maximum\": 3} | minimum is 5 and maximum is 3",
                "{\"minimum\": 5, \"maximum\": 3} | minimum is 5 and maximum is 3",
                "{\"minimum\": 0.2, \"maximum\": 0.1} | minimum is 0.2 and maximum is 0.1",
                "{\"exclusiveMinimum\": 3, \"maximum\": 3} | exclusiveMinimum is 3 and maximum is 3",
                "{\"minimum\": 3, \"exclusiveMaximum\": 3} | minimum is 3 and exclusiveMaximum is 3",
                "{\"exclusiveMinimum\": 3, \"exclusiveMaximum\": 3} | exclusiveMinimum is 3 and exclusiveMaximum is 3",
                "{\"type\": \"integer\", \"exclusiveMinimum\": 3, \"exclusiveMaximum\": 4} | there is no "
                        + "integer between them",
                "{\"type\": \"integer\", \"minimum\": 0.1, \"maximum\": 0.9} | there is no integer between them",
                "{\"multipleOf\": 7, \"minimum\": 8, \"maximum\": 13} | no multiple of 7 lies between",
                "{\"type\": \"integer\", \"multipleOf\": 2.5, \"minimum\": 1, \"maximum\": 4} | no whole multiple of 2.5 lies between",
                "{\"minLength\": 5, \"maxLength\": 3} | minLength is 5 and maxLength is 3",
                "{\"type\": [\"string\", \"null\"], \"minLength\": 5, \"maxLength\": 3} | minLength is 5 and maxLength is 3",
                "{\"minItems\": 2, \"maxItems\": 1} | minItems is 2 and maxItems is 1",
                "{\"minProperties\": 2, \"maxProperties\": 1} | minProperties is 2 and maxProperties is 1",
                "{\"contains\": {}, \"minContains\": 2, \"maxContains\": 1} | minContains is 2 and maxContains is 1",
                "{\"contains\": {}, \"minContains\": 4, \"maxItems\": 3} | contains requires 4, but maxItems is 3",
                "{\"prefixItems\": [{}], \"items\": false, \"minItems\": 2} | minItems is 2, but items allows none beyond the 1",
                "{\"items\": {\"enum\": [1, 2]}, \"uniqueItems\": true, \"minItems\": 3} | items allows only 2 values",
                "{\"allOf\": [{\"minimum\": 5}, {\"maximum\": 3}]} | minimum is 5 and maximum is 3",
                "{\"$ref\": \"#/properties/x/$defs/a\", \"maxLength\": 1, \"$defs\": {\"a\": {\"minLength\": 2}}} | minLength is 2 and maxLength is 1",
                // required, but forbidden
                "{\"required\": [\"a\"], \"additionalProperties\": false} | a is required, but properties has no a",
                "{\"required\": [\"a\"], \"properties\": {\"b\": {}}, \"additionalProperties\": false} | a is required, but properties has no a",
                "{\"required\": [\"a\"], \"properties\": {\"b\": {}}, \"unevaluatedProperties\": false} | unevaluatedProperties is false",
                "{\"required\": [\"a\"], \"properties\": {\"a\": false}} | a is required, but its schema "
                        + "accepts no value",
                "{\"required\": [\"a\"], \"properties\": {\"a\": {\"not\": {}}}} | a is required, but "
                        + "its schema accepts no value",
                "{\"required\": [\"a\"], \"patternProperties\": {\"^a\": false}} | a is required, but "
                        + "its schema accepts no value",
                "{\"required\": [\"a\", \"b\"], \"maxProperties\": 1} | maxProperties is 1, but 2 members are required",
                "{\"required\": [\"a\"], \"not\": {\"required\": [\"a\"]}} | a is required, but the keyword not forbids it",
                "{\"required\": [\"a\"], \"propertyNames\": {\"maxLength\": 0}} | a is required, but propertyNames forbids it",
                "{\"required\": [\"a\"], \"dependentRequired\": {\"a\": [\"b\"]}, \"properties\": "
                        + "{\"b\": false}} | b is required, but its schema accepts no value",
                "{\"minProperties\": 2, \"properties\": {\"a\": {}}, \"additionalProperties\": false} | minProperties is 2, but additionalProperties allows none",
                "{\"allOf\": [{\"properties\": {\"a\": {}}, \"additionalProperties\": false}, {\"required\": [\"b\"]}]} | b is required, but properties has no b",
                "{\"required\": [\"a\"], \"properties\": {\"a\": {\"type\": \"string\"}}, \"allOf\": [{\"properties\": {\"a\": {\"type\": \"integer\"}}}]} | a is required, but no value satisfies its schema",
                // values that do not fit
                "{\"type\": \"string\", \"const\": 7} | const contradicts the other keywords: integer "
                        + "found, string expected",
                "{\"const\": \"c\", \"enum\": [\"a\", \"b\"]} | const contradicts the other keywords",
                "{\"const\": 7, \"maximum\": 6} | const contradicts the other keywords",
                "{\"const\": \"abc\", \"pattern\": \"^[0-9]+$\"} | const contradicts the other keywords",
                "{\"type\": \"string\", \"enum\": [1, 2]} | no value of enum satisfies",
                "{\"type\": \"string\", \"enum\": [\"a\", 2]} | this value of enum contradicts",
                "{\"maximum\": 6, \"enum\": [7, 8]} | no value of enum satisfies",
                "{\"maxLength\": 1, \"enum\": [\"a\", \"bc\"]} | this value of enum contradicts",
                "{\"allOf\": [{\"enum\": [1, 2]}, {\"enum\": [3]}]} | no value of enum satisfies",
                "{\"type\": \"integer\", \"default\": \"7\"} | default violates its schema: string "
                        + "found, integer expected",
                "{\"minimum\": 5, \"default\": 3} | default violates its schema",
                "{\"enum\": [\"a\"], \"default\": \"b\"} | default violates its schema",
                "{\"format\": \"date\", \"default\": \"today\"} | default violates its schema",
                "{\"type\": \"object\", \"required\": [\"a\"], \"default\": {}} | default violates its schema",
                "{\"type\": \"integer\", \"examples\": [1, \"two\"]} | this example violates its schema",
                "{\"type\": \"array\", \"items\": {\"type\": \"string\", \"default\": 1}} | default violates its schema",
                // types
                "{\"allOf\": [{\"type\": \"string\"}, {\"type\": \"integer\"}]} | no value has all these "
                        + "types: integer, string",
                "{\"type\": \"string\", \"allOf\": [{\"type\": [\"integer\", \"null\"]}]} | no value has all these types",
                "{\"type\": \"string\", \"not\": {\"type\": \"string\"}} | type requires string, but the keyword not forbids it",
                "{\"type\": \"string\", \"anyOf\": [{\"type\": \"integer\"}, {\"type\": \"null\"}]} | none of anyOf satisfies",
                "{\"type\": \"string\", \"oneOf\": [{\"const\": 1}, {\"const\": 2}]} | none of oneOf satisfies",
                // patterns
                "{\"pattern\": \"[a-\"} | the pattern is not a regular expression",
                "{\"pattern\": \"a(b\"} | the pattern is not a regular expression",
                "{\"patternProperties\": {\"*\": {}}} | the pattern is not a regular expression",
                // references
                "{\"$ref\": \"#/$defs/nothing\"} | $ref leads to #/$defs/nothing, where there is no schema",
                "{\"$ref\": \"#/properties/kye\"} | did you mean #/properties/key?",
                "{\"$ref\": \"#/properties\"} | where there is no schema",
                "{\"$ref\": \"#nothing\"} | where there is no schema",
                "{\"$defs\": {\"unused\": {\"$ref\": \"#/nothing\"}}} | where there is no schema",
                "{\"$ref\": \"other.schema.json\"} | outside this file",
                "{\"$ref\": \"https://example.org/other.json#/a\"} | outside this file",
                "{\"$ref\": \"#/properties/x\"} | refers to itself",
                "{\"anyOf\": [{\"type\": \"string\"}, {\"$ref\": \"#/properties/x\"}]} | refers to itself",
                // shapes and names
                "{\"properties\": []} | array found, object expected",
                "{\"required\": \"x\"} | string found, array expected",
                "{\"required\": [\"x\", \"x\"]} | must have only unique items",
                "{\"minimum\": \"3\"} | string found, number expected",
                "{\"minLength\": -1} | must have a minimum value of 0",
                "{\"multipleOf\": 0} | must have an exclusive minimum value of 0",
                "{\"type\": \"strnig\"} | the schema is not a valid JSON Schema",
                "{\"type\": []} | the schema is not a valid JSON Schema",
                "{\"type\": [\"string\", \"objekt\"]} | the schema is not a valid JSON Schema",
                "{\"enum\": \"x\"} | string found, array expected",
                "{\"items\": \"string\"} | the schema is not a valid JSON Schema",
                "{\"pattern\": {}} | object found, string expected",
                "\"string\" | the schema is not a valid JSON Schema",
                "{\"requried\": [\"x\"]} | did you mean required?",
                "{\"minLenght\": 1} | did you mean minLength?",
                "{\"additionalProperty\": false} | did you mean additionalProperties?",
                "{\"propertyNames\": {\"patern\": \"a\"}} | did you mean pattern?",
                "{\"prefixItems\": [{\"tpye\": \"string\"}]} | did you mean type?",
                "{\"unevaluatedItems\": {\"tpye\": \"string\"}} | did you mean type?",
                "{\"format\": \"ipv-4\"} | did you mean ipv4?",
                "{\"x-fill\": \"verbs\"} | did you mean verb?",
                // values that the gateway fills in
                "{\"type\": \"integer\", \"x-fill\": \"caller-address\"} | x-fill violates its schema",
                "{\"format\": \"ipv4\", \"x-fill\": \"caller-address\"} | x-fill violates its schema with 2001:",
                "{\"format\": \"ipv6\", \"x-fill\": \"caller-address\"} | x-fill violates its schema with 192.0.2.1",
                "{\"maxLength\": 15, \"x-fill\": \"caller-address\"} | x-fill violates its schema with 2001:",
                "{\"enum\": [\"login\"], \"x-fill\": \"verb\"} | x-fill violates its schema with thing",
                "{\"properties\": {\"a\": {\"x-fill\": \"verb\"}}} | x-fill has no effect here",
                "{\"allOf\": [{\"x-fill\": \"verb\"}]} | x-fill has no effect here",
                "{\"items\": {\"x-fill\": \"verb\"}} | x-fill has no effect here",
                "{\"$ref\": \"#/properties/x/$defs/a\", \"$defs\": {\"a\": {\"x-fill\": \"verb\"}}} | x-fill has no effect here",
                "{\"properties\": {\"a\": {\"default\": 1}}} | default has no effect here",
                "{\"allOf\": [{\"default\": 1}]} | default has no effect here",
                // values without end
                "{\"type\": \"object\", \"required\": [\"a\"], \"properties\": {\"a\": {\"$ref\": \"#/properties/x\"}}} | requires itself without end",
                "{\"type\": \"array\", \"minItems\": 1, \"items\": {\"$ref\": \"#/properties/x\"}} | requires itself without end",
                "{\"type\": \"array\", \"contains\": {\"$ref\": \"#/properties/x\"}} | requires itself without end",
                "{\"type\": \"array\", \"minItems\": 1, \"items\": {\"type\": \"object\", \"required\": [\"a\"], \"properties\": {\"a\": {\"$ref\": \"#/properties/x\"}}}} | requires itself without end",
                "{\"type\": \"object\", \"required\": [\"a\"], \"additionalProperties\": {\"allOf\": [{\"$ref\": \"#/properties/x\"}]}} | requires itself without end",
                // elements
                "{\"items\": {\"type\": \"string\"}, \"contains\": {\"type\": \"integer\"}} | contains requires an element that items forbids",
                "{\"items\": {\"maximum\": 3, \"type\": \"integer\"}, \"contains\": {\"minimum\": 5}} | contains requires an element that items forbids",
                "{\"items\": {\"type\": \"string\"}, \"allOf\": [{\"contains\": {\"type\": \"integer\"}}]} | contains requires an element that items forbids",
                "{\"items\": false, \"contains\": {\"type\": \"integer\"}} | contains requires an element that items forbids",
                "{\"prefixItems\": [false], \"minItems\": 1} | no value can be element 0",
                "{\"prefixItems\": [{}, {\"not\": {}}], \"minItems\": 2} | no value can be element 1",
                "{\"items\": {\"type\": \"string\"}, \"minItems\": 1, \"allOf\": [{\"items\": {\"type\": \"integer\"}}]} | no value can be element 0",
                "{\"items\": {\"type\": \"boolean\"}, \"uniqueItems\": true, \"minItems\": 3} | items allows only 2 values",
                "{\"items\": {\"type\": [\"boolean\", \"null\"]}, \"uniqueItems\": true, \"minItems\": 4} | items allows only 3 values",
                "{\"items\": {\"const\": 7}, \"uniqueItems\": true, \"minItems\": 2} | items allows only 1 value,",
                "{\"uniqueItems\": true, \"minItems\": 3, \"allOf\": [{\"items\": {\"enum\": [1, 2]}}]} | items allows only 2 values",
                // bounds of negations and formats
                "{\"minimum\": 5, \"not\": {\"minimum\": 3}} | minimum is 5 and the forbidden minimum is 3",
                "{\"type\": \"integer\", \"maximum\": 3, \"not\": {\"exclusiveMaximum\": 4}} | the forbidden exclusiveMaximum is 4 and maximum is 3",
                "{\"minLength\": 3, \"not\": {\"minLength\": 3}} | minLength is 3 and the forbidden minLength is 3",
                "{\"type\": \"string\", \"format\": \"date-time\", \"maxLength\": 5} | the shortest length of format date-time is 17 and maxLength is 5",
                "{\"format\": \"uuid\", \"minLength\": 37} | minLength is 37 and the longest length of format uuid is 36"
            })
    void aMistakeIsFoundAtItsPlace(String schema, String says) throws IOException {
        List<Finding> found = found(member(schema));

        assertThat(found).as(says).isNotEmpty();
        assertThat(found).extracting(Finding::toString).anySatisfy(finding -> assertThat(finding)
                .contains(says));
        assertThat(found).allSatisfy(finding -> {
            assertThat(finding.file()).isEqualTo(folder.resolve("schemas/thing.schema.json"));
            assertThat(finding.line()).isEqualTo(5);
        });
        assertThat(found).as("one mistake, one finding").hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"minimum\": 3, \"maximum\": 3}",
                "{\"type\": \"string\", \"x-fill\": \"caller-address\"}",
                "{\"anyOf\": [{\"format\": \"ipv4\"}, {\"format\": \"ipv6\"}], \"x-fill\": \"caller-address\"}",
                "{\"enum\": [\"thing\"], \"x-fill\": \"verb\"}",
                "{\"type\": \"object\", \"properties\": {\"a\": {\"$ref\": \"#/properties/x\"}}}",
                "{\"type\": [\"object\", \"null\"], \"required\": [\"a\"], \"properties\": {\"a\": {\"$ref\": \"#/properties/x\"}}}",
                "{\"required\": [\"a\"], \"properties\": {\"a\": {\"$ref\": \"#/properties/x\"}}}",
                "{\"type\": \"array\", \"items\": {\"$ref\": \"#/properties/x\"}}",
                "{\"type\": \"object\", \"required\": [\"a\"], \"properties\": {\"a\": {\"anyOf\": [{\"type\": \"null\"}, {\"$ref\": \"#/properties/x\"}]}}}",
                "{\"items\": {\"type\": \"number\"}, \"contains\": {\"type\": \"integer\"}}",
                "{\"items\": {\"type\": \"string\"}, \"contains\": {\"type\": \"integer\"}, \"minContains\": 0}",
                "{\"prefixItems\": [{\"type\": \"integer\"}], \"items\": {\"type\": \"string\"}, \"contains\": {\"type\": \"integer\"}}",
                "{\"prefixItems\": [{}, false], \"minItems\": 1}",
                "{\"items\": {\"type\": \"boolean\"}, \"uniqueItems\": true, \"minItems\": 2}",
                "{\"prefixItems\": [{}], \"items\": {\"type\": \"boolean\"}, \"uniqueItems\": true, \"minItems\": 3}",
                "{\"items\": {\"type\": \"boolean\"}, \"minItems\": 3}",
                "{\"minimum\": 2, \"not\": {\"minimum\": 3}}",
                "{\"minLength\": 2, \"not\": {\"minLength\": 3}}",
                "{\"minimum\": 5, \"not\": {\"minimum\": 3, \"multipleOf\": 2}}",
                "{\"type\": \"string\", \"format\": \"date-time\", \"maxLength\": 20}",
                "{\"type\": \"number\", \"exclusiveMinimum\": 3, \"exclusiveMaximum\": 4}",
                "{\"type\": \"integer\", \"exclusiveMinimum\": 3, \"exclusiveMaximum\": 5}",
                "{\"multipleOf\": 7, \"minimum\": 8, \"maximum\": 14}",
                "{\"multipleOf\": 0.01, \"minimum\": 0, \"exclusiveMaximum\": 1}",
                "{\"minimum\": -1e400, \"maximum\": 1e400, \"multipleOf\": 1e-300}",
                "{\"minimum\": 1e999999, \"maximum\": 2e999999, \"multipleOf\": 3}",
                "{\"minLength\": 3, \"maxLength\": 3}",
                "{\"minContains\": 2, \"maxContains\": 1}",
                "{\"prefixItems\": [{}, {}], \"items\": false, \"minItems\": 2}",
                "{\"items\": {\"enum\": [1, 2, 3]}, \"uniqueItems\": true, \"minItems\": 3}",
                "{\"allOf\": [{\"minimum\": 3}, {\"maximum\": 5}]}",
                "{\"anyOf\": [{\"minimum\": 5}, {\"maximum\": 3}]}",
                "{\"required\": [\"a\"]}",
                "{\"required\": [\"a\"], \"properties\": {\"a\": {}}, \"additionalProperties\": false}",
                "{\"required\": [\"ab\"], \"patternProperties\": {\"^a\": {}}, \"additionalProperties\": false}",
                "{\"required\": [\"a\"], \"allOf\": [{\"properties\": {\"a\": {}}}], \"unevaluatedProperties\": false}",
                "{\"required\": [\"a\"], \"$ref\": \"#/properties/x/$defs/b\", \"unevaluatedProperties\": false, \"$defs\": {\"b\": {\"properties\": {\"a\": {}}}}}",
                "{\"properties\": {\"a\": false}}",
                "{\"properties\": {\"a\": {\"not\": {}}}}",
                "{\"required\": [\"a\", \"b\"], \"maxProperties\": 2}",
                "{\"required\": [\"a\"], \"not\": {\"required\": [\"b\"]}}",
                "{\"required\": [\"a\"], \"not\": {\"required\": [\"a\", \"b\"]}}",
                "{\"dependentRequired\": {\"a\": [\"b\"]}, \"properties\": {\"b\": false}}",
                "{\"type\": \"string\", \"const\": \"7\"}",
                "{\"type\": \"integer\", \"const\": 7.0}",
                "{\"type\": [\"string\", \"null\"], \"enum\": [\"a\", null]}",
                "{\"type\": \"integer\", \"default\": 7}",
                "{\"type\": \"number\", \"default\": 7}",
                "{\"type\": \"array\", \"items\": {\"type\": \"string\"}, \"default\": []}",
                "{\"type\": \"string\", \"examples\": [\"a\", \"b\"]}",
                "{\"type\": \"integer\", \"allOf\": [{\"type\": \"number\"}]}",
                "{\"type\": [\"string\", \"integer\"], \"allOf\": [{\"type\": [\"integer\", \"null\"]}]}",
                "{\"type\": \"string\", \"not\": {\"type\": \"integer\"}}",
                "{\"type\": \"string\", \"not\": {\"const\": \"a\"}}",
                "{\"anyOf\": [{\"type\": \"integer\", \"minimum\": 1}, {\"type\": \"string\", \"minLength\": 1}]}",
                "{\"type\": \"string\", \"anyOf\": [{\"format\": \"ipv4\"}, {\"format\": \"ipv6\"}]}",
                "{\"oneOf\": [{\"const\": 1, \"title\": \"one\"}, {\"const\": 2}]}",
                "{\"if\": {\"const\": 1}, \"then\": true, \"else\": false}",
                "{\"pattern\": \"^\\\\d{3}-[A-Z]+$\"}",
                "{\"pattern\": \"^\\\\p{L}+$\"}",
                "{\"patternProperties\": {\"^x-\": {}}}",
                "{\"$ref\": \"#/properties/key\"}",
                "{\"$ref\": \"#/properties/x/$defs/a%20b~1c\", \"$defs\": {\"a b/c\": {}}}",
                "{\"$ref\": \"#name\", \"$defs\": {\"a\": {\"$anchor\": \"name\"}}}",
                "{\"$ref\": \"https://example.org/a\", \"$defs\": {\"a\": {\"$id\": \"https://example.org/a\", \"type\": \"string\"}}}",
                "{\"type\": \"object\", \"properties\": {\"next\": {\"$ref\": \"#/properties/x\"}}}",
                "{\"type\": \"array\", \"items\": {\"$ref\": \"#/properties/x\"}}",
                "{\"type\": \"object\", \"required\": [\"next\"], \"properties\": {\"next\": {\"anyOf\": [{\"type\": \"null\"}, {\"$ref\": \"#/properties/x\"}]}}}",
                "{\"properties\": {\"requried\": {}, \"default\": {}, \"$ref\": {\"type\": \"string\"}, \"enum\": {\"type\": \"array\"}}}",
                "{\"default\": {\"requried\": [1]}, \"const\": {\"requried\": [1]}}",
                "{\"type\": [\"string\", \"null\"], \"default\": null}",
                "{\"$id\": \"https://example.org/b\", \"$schema\": \"https://json-schema.org/draft/2020-12/schema\"}",
                "{}",
                "true",
                "false"
            })
    void aCorrectSchemaHasNoFindings(String schema) throws IOException {
        assertThat(found(member(schema))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "\"$schema\": \"http://json-schema.org/draft-07/schema#\" | $schema is 'http://json-schema.org/draft-07/schema#'",
                "\"$schema\": \"http://json-schema.org/draft/2020-12/schema\" | write https://json-schema.org/draft/2020-12/schema",
                "\"required\": [\"kye\"], \"additionalProperties\": false | kye is required, but properties has no kye",
                "\"$ref\": \"#/$defs/a\" | $ref leads to #/$defs/a, where there is no schema",
                "\"maxProperties\": 0, \"minProperties\": 1 | minProperties is 1 and maxProperties is 0",
                "\"allOf\": [{\"type\": \"array\"}] | no value has all these types: array, object"
            })
    void theWholeSchemaIsCheckedToo(String keywords, String says) throws IOException {
        assertThat(found(object(keywords)))
                .singleElement()
                .satisfies(finding -> assertThat(finding.toString()).contains(says))
                .extracting(Finding::line)
                .isEqualTo(6);
    }

    @Test
    void aMemberOfAnEarlierDraftIsFound() throws IOException {
        assertThat(
                        found(
                                member(
                                        "{\"$id\": \"https://example.org/b\", \"$schema\": \"http://json-schema.org/draft-07/schema\"}")))
                .extracting(Finding::toString)
                .anySatisfy(text -> assertThat(text)
                        .contains("thing.schema.json:5:", "write https://json-schema.org/draft/2020-12/schema"));
    }

    @Test
    void mistakesInDifferentPlacesAreReportedTogether() throws IOException {
        assertThat(found(member("{\"minimum\": 5, \"maximum\": 3, \"requried\": [], \"pattern\": \"(\"}")))
                .extracting(Finding::message)
                .hasSize(3);
    }

    @Test
    @Timeout(10)
    void aLargeSchemaIsCheckedFast() throws IOException {
        StringBuilder alternatives = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            StringBuilder members = new StringBuilder("\"kind\": {\"const\": " + i + "}");
            StringBuilder required = new StringBuilder("\"kind\"");
            for (int j = 0; j < 20; j++) {
                members.append(", \"m").append(j).append("\": {\"$ref\": \"#/properties/x\"}");
                required.append(", \"m").append(j).append('"');
            }
            alternatives
                    .append(i == 0 ? "" : ", ")
                    .append("{\"type\": \"object\", \"properties\": {" + members + "}, \"required\": [" + required
                            + "]}");
        }
        assertThat(found(member("{\"oneOf\": [" + alternatives + "]}"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "/x | {\"type\": \"object\"} | is an object or an array",
                "/x | {\"type\": [\"array\", \"null\"]} | is an object or an array",
                "/x | {\"$ref\": \"#/$defs/o\"}, \"y\": {} }, \"$defs\": {\"o\": {\"type\": \"object\"} | is an object or an array",
                "/y | {\"type\": \"string\"} | has no such field",
                "/x/b | {\"properties\": {\"a\": {}}} | has no such field",
                "/kye | {} | did you mean /key?",
                "x | {} | write a JSON Pointer",
                "/x~2 | {} | write a JSON Pointer"
            })
    void anImpossibleKafkaKeyIsFound(String key, String schema, String says) throws IOException {
        assertThat(found(member(schema), key))
                .extracting(Finding::toString)
                .singleElement()
                .satisfies(text -> assertThat(text).contains(says));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "/x | {}",
                "/x | {\"enum\": [\"a\", 2]}",
                "/x | {\"const\": 7}",
                "/x | {\"anyOf\": [{\"type\": \"integer\"}, {\"type\": \"string\"}]}",
                "/x/a | {\"type\": \"object\", \"required\": [\"a\"], \"properties\": {\"a\": {\"type\": \"string\"}}}",
                "/x/a | {\"type\": \"object\", \"required\": [\"a\"]}",
                "/x/a | {\"type\": \"object\", \"allOf\": [{\"required\": [\"a\"]}]}",
                "/x/a | {\"type\": \"object\", \"anyOf\": [{\"required\": [\"a\"]}, {\"required\": [\"a\", \"b\"]}]}",
                "/x/a | {\"$ref\": \"#/properties/x/$defs/o\", \"$defs\": {\"o\": {\"type\": \"object\", \"required\": [\"a\"]}}}",
                "/x/a | {\"type\": \"object\", \"required\": [\"b\"], \"dependentRequired\": {\"b\": [\"a\"]}}",
                "/x/0 | {\"type\": \"array\", \"items\": {\"type\": \"string\"}}"
            })
    void aPossibleKafkaKeyHasNoFindings(String key, String schema) throws IOException {
        assertThat(found(requiredMember(schema), key)).isEmpty();
    }

    @Test
    void aKafkaKeyWithADefaultHasNoFindings() throws IOException {
        assertThat(found(member("{\"type\": \"string\", \"default\": \"a\"}"), "/x"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "/x | {\"type\": [\"string\", \"object\"]}",
                "/x | {\"type\": [\"integer\", \"null\"]}",
                "/x | {\"anyOf\": [{\"type\": \"integer\"}, {\"type\": \"array\"}]}",
                "/x | {\"enum\": [\"a\", null]}"
            })
    void aKafkaKeyThatNeedNotBeAScalarIsFound(String key, String schema) throws IOException {
        assertThat(found(requiredMember(schema), key))
                .extracting(Finding::message)
                .singleElement()
                .satisfies(text -> assertThat(text).contains("also allows to be an object, an array or null"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "/x | {\"type\": \"object\", \"properties\": {\"x\": {\"type\": \"string\"}}}",
                "/x | {\"type\": \"object\", \"properties\": {\"x\": {\"type\": \"string\", \"x-fill\": \"verb\"}}}",
                "/x | {\"type\": \"object\", \"required\": [\"y\"], \"properties\": {\"x\": {}, \"y\": {}}}",
                "/x | {\"type\": \"object\", \"anyOf\": [{\"required\": [\"x\"]}, {\"required\": [\"y\"]}]}",
                "/x | {\"type\": \"object\", \"if\": {\"required\": [\"y\"]}, \"then\": {\"required\": [\"x\"]}}",
                "/x/a | {\"type\": \"object\", \"required\": [\"x\"], \"properties\": {\"x\": {\"type\": \"object\", \"properties\": {\"a\": {}}}}}",
                "/x/a | {\"type\": \"object\", \"properties\": {\"x\": {\"type\": \"object\", \"required\": [\"a\"], \"properties\": {\"a\": {}}}}}"
            })
    void aKafkaKeyThatIsNotRequiredIsFound(String key, String schema) throws IOException {
        assertThat(found(schema, key))
                .extracting(Finding::message)
                .singleElement()
                .satisfies(text -> assertThat(text).contains("does not require: an event without it has no key"));
    }
}
