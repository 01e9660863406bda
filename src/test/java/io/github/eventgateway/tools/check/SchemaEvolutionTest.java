package io.github.eventgateway.tools.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.eventgateway.event.SchemaDialect;
import io.github.eventgateway.tools.check.SchemaGap.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaEvolutionTest {

    private static final String SMALL = "{\"order_id\": \"o-1\", \"amount\": 1.5}";

    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "0",
            "-1",
            "1",
            "5",
            "1.5",
            "999999",
            "1e7",
            "\"\"",
            "\"AB\"",
            "\"web\"",
            "\"paid\"",
            "\"open\"",
            "\"a@b.ch\"",
            "\"2026-01-01T00:00:00Z\"",
            "\"thirty-four letters, or a few more\"",
            "[]",
            "[1]",
            "[\"a\"]",
            "[\"a\",\"a\"]",
            "{}",
            "{\"city\":\"x\"}",
            "{\"city\":\"x\",\"other\":1}",
            "{\"kind\":\"card\"}",
            "{\"kind\":\"cash\"}",
            "{\"kind\":\"bank\",\"iban\":\"CH930076201162385\"}");

    static Stream<SchemaEdit> breaking() {
        return Stream.of(
                SchemaEdit.of(
                        "a required field",
                        "[\"order_id\", \"amount\"]",
                        "[\"order_id\", \"amount\", \"code\"]",
                        SMALL),
                SchemaEdit.of(
                        "a required field of a nested object",
                        "\"required\": [\"city\"]",
                        "\"required\": [\"city\", \"zip\"]",
                        "{\"order_id\": \"o-1\", \"amount\": 1, \"address\": {\"city\": \"Bern\"}}"),
                SchemaEdit.of("a narrower type", "\"type\": \"number\"", "\"type\": \"integer\"", SMALL),
                SchemaEdit.of(
                        "null is no longer taken",
                        "[\"integer\", \"null\"]",
                        "\"integer\"",
                        "{\"order_id\": \"o-1\", \"amount\": 1, \"count\": null}"),
                SchemaEdit.of("a higher minimum", "\"minimum\": 0, \"maximum\"", "\"minimum\": 1, \"maximum\""),
                SchemaEdit.of("a lower maximum", "1000000", "1000", "{\"order_id\": \"o-1\", \"amount\": 5000}"),
                SchemaEdit.of("an excluded minimum", "\"minimum\": 0, \"max", "\"exclusiveMinimum\": 0, \"max"),
                SchemaEdit.of(
                        "a shorter maxLength in an alternative",
                        "\"minLength\": 1, \"maxLength\": 64 }\n      ",
                        "\"minLength\": 1, \"maxLength\": 32 }\n      "),
                SchemaEdit.of("a longer minLength", "\"minLength\": 1, \"maxLength\": 64 },", "\"minLength\": 5 },"),
                SchemaEdit.of("another pattern", "^[A-Z]+$", "^[A-Z]{3}$"),
                SchemaEdit.of(
                        "a new pattern",
                        "\"note\": { \"type\": \"string\" }",
                        "\"note\": { \"type\": \"string\", \"pattern\": \"^[a-z]*$\" }"),
                SchemaEdit.of(
                        "a new format",
                        "\"mail\": { \"type\": \"string\" }",
                        "\"mail\": { \"type\": \"string\", \"format\": \"email\" }"),
                SchemaEdit.of("a multipleOf", "\"null\"], \"min", "\"null\"], \"multipleOf\": 5, \"min"),
                SchemaEdit.of("a value less in an enum", ", \"sent\"", ""),
                SchemaEdit.of("another const", "\"web\"", "\"app\""),
                SchemaEdit.of(
                        "an enum where every text was taken",
                        "\"note\": { \"type\": \"string\" }",
                        "\"note\": { \"enum\": [\"a\", \"b\"] }"),
                SchemaEdit.of(
                        "no unknown fields",
                        "\"dependentRequired\"",
                        "\"additionalProperties\": false, \"dependentRequired\"",
                        "{\"order_id\": \"o-1\", \"amount\": 1, \"more\": 1}"),
                SchemaEdit.of(
                        "a field less where unknown fields are not taken",
                        ", \"zip\": { \"type\": \"string\", \"maxLength\": 10 }",
                        ""),
                SchemaEdit.of("a smaller maxItems", "\"maxItems\": 10", "\"maxItems\": 5"),
                SchemaEdit.of("uniqueItems", "\"maxItems\": 10", "\"maxItems\": 10, \"uniqueItems\": true"),
                SchemaEdit.of("narrower elements", "\"maxLength\": 20", "\"maxLength\": 10"),
                SchemaEdit.of("contains", "\"maxItems\": 10", "\"maxItems\": 10, \"contains\": { \"const\": \"z\" }"),
                SchemaEdit.of(
                        "prefixItems", "\"maxItems\": 10", "\"maxItems\": 10, \"prefixItems\": [{ \"minLength\": 2 }]"),
                SchemaEdit.of(
                        "an alternative less",
                        "{ \"type\": \"integer\", \"minimum\": 1 },\n",
                        "\n",
                        "{\"order_id\": \"o-1\", \"amount\": 1, \"user\": 7}"),
                SchemaEdit.of("a narrower one of several", "\"minLength\": 15", "\"minLength\": 22"),
                SchemaEdit.of(
                        "a field that needs another",
                        "\"note\": [\"mail\"]",
                        "\"note\": [\"mail\"], \"code\": [\"secret\"]"),
                SchemaEdit.of(
                        "a condition that asks for more",
                        "\"then\": { \"required\": [\"payment\"] }",
                        "\"then\": { \"required\": [\"payment\", \"mail\"] }",
                        "{\"order_id\": \"o-1\", \"amount\": 1, \"status\": \"paid\", \"payment\": {\"kind\": \"card\"}}"),
                SchemaEdit.of(
                        "a not",
                        "\"dependentRequired\"",
                        "\"not\": { \"required\": [\"code\"] }, \"dependentRequired\""),
                SchemaEdit.of(
                        "maxProperties in allOf",
                        "\"dependentRequired\"",
                        "\"allOf\": [{ \"maxProperties\": 3 }], \"dependentRequired\""),
                SchemaEdit.of(
                        "minProperties", "\"dependentRequired\"", "\"minProperties\": 4, \"dependentRequired\"", SMALL),
                SchemaEdit.of(
                        "propertyNames",
                        "\"dependentRequired\"",
                        "\"propertyNames\": { \"maxLength\": 7 }, \"dependentRequired\""),
                SchemaEdit.of(
                        "patternProperties",
                        "\"dependentRequired\"",
                        "\"patternProperties\": { \"^x-\": { \"type\": \"string\" } }, \"dependentRequired\"",
                        "{\"order_id\": \"o-1\", \"amount\": 1, \"x-a\": 1}"),
                new SchemaEdit(
                        "a required field loses its default",
                        SchemaEdit.replaced(SchemaEdit.BASE, "\"amount\"],", "\"amount\", \"status\"],"),
                        SchemaEdit.replaced(
                                SchemaEdit.replaced(SchemaEdit.BASE, "\"amount\"],", "\"amount\", \"status\"],"),
                                ", \"default\": \"open\"",
                                ""),
                        SMALL),
                new SchemaEdit(
                        "a default that minProperties counts",
                        "{\"properties\": {\"a\": {\"type\": \"integer\", \"default\": 1}}, \"minProperties\": 1}",
                        "{\"properties\": {\"a\": {\"type\": \"integer\"}}, \"minProperties\": 1}",
                        "{}"),
                unevaluated("the target of unevaluatedProperties", "\"string\"", "\"integer\""),
                unevaluated("a pattern less in a target", "\"^x\"", "\"^y\""));
    }

    /** Returns an edit of a definition on which unevaluatedProperties depends. */
    private static SchemaEdit unevaluated(String name, String from, String to) {
        String before = "{\"type\": \"object\", \"$ref\": \"#/$defs/known\","
                + " \"unevaluatedProperties\": {\"$ref\": \"#/$defs/other\"},"
                + " \"$defs\": {\"other\": {\"type\": \"string\"}, \"known\": {\"patternProperties\": {\"^x\": true}}}}";
        return new SchemaEdit(name, before, SchemaEdit.replaced(before, from, to), "{\"b\": \"x\", \"x\": 1}");
    }

    static Stream<SchemaEdit> safe() {
        return Stream.of(
                SchemaEdit.of(
                        "an optional field where unknown fields are not taken",
                        "\"maxLength\": 10 }",
                        "\"maxLength\": 10 }, \"country\": { \"type\": \"string\" }"),
                SchemaEdit.of("an optional field that takes all", "\"mail\": {", "\"fax\": {}, \"mail\": {"),
                SchemaEdit.of("a required field becomes optional", "[\"order_id\", \"amount\"]", "[\"order_id\"]"),
                SchemaEdit.of("a wider type", "[\"integer\", \"null\"]", "[\"number\", \"null\"]"),
                SchemaEdit.of("null is taken", "\"type\": \"number\"", "\"type\": [\"number\", \"null\"]"),
                SchemaEdit.of("a lower minimum", "\"minimum\": 0, \"maximum\"", "\"minimum\": -5, \"maximum\""),
                SchemaEdit.of("a higher maximum", "1000000", "2000000"),
                SchemaEdit.of("a minimum less", "\"minimum\": 0, \"maximum\"", "\"maximum\""),
                SchemaEdit.of(
                        "the same bound of whole numbers",
                        "\"null\"], \"minimum\": 0",
                        "\"null\"], \"exclusiveMinimum\": -1"),
                SchemaEdit.of("a longer maxLength", "\"maxLength\": 64 },", "\"maxLength\": 128 },"),
                SchemaEdit.of("a shorter minLength", "\"minLength\": 15", "\"minLength\": 10"),
                SchemaEdit.of("a pattern less", ", \"pattern\": \"^[A-Z]+$\"", ""),
                SchemaEdit.of("a format less", ", \"format\": \"date-time\"", ""),
                SchemaEdit.of("a value more in an enum", "\"sent\"]", "\"sent\", \"lost\"]"),
                SchemaEdit.of("an enum in another order", "\"open\", \"paid\"", "\"paid\", \"open\""),
                SchemaEdit.of(
                        "an enum becomes a type", "\"enum\": [\"open\", \"paid\", \"sent\"]", "\"type\": \"string\""),
                SchemaEdit.of("a const becomes an enum", "\"const\": \"web\"", "\"enum\": [\"web\", \"app\"]"),
                SchemaEdit.of(
                        "notes",
                        "\"note\": {",
                        "\"note\": { \"title\": \"Note\", \"description\": \"A note\", \"examples\": [\"a\"],"),
                SchemaEdit.of("unknown fields are taken", ",\n      \"additionalProperties\": false", ""),
                SchemaEdit.of(
                        "a field less where unknown fields are taken",
                        "\"code\": { \"type\": \"string\", \"pattern\": \"^[A-Z]+$\" },",
                        ""),
                SchemaEdit.of("a larger maxItems", "\"maxItems\": 10", "\"maxItems\": 20"),
                SchemaEdit.of("wider elements", "\"maxLength\": 20", "\"maxLength\": 30"),
                SchemaEdit.of(
                        "an alternative more",
                        "{ \"type\": \"integer\", \"minimum\": 1 },",
                        "{ \"type\": \"integer\", \"minimum\": 1 }, { \"type\": \"boolean\" },"),
                SchemaEdit.of("a wider alternative", "\"minimum\": 1 }", "\"minimum\": 0 }"),
                SchemaEdit.of(
                        "a type becomes alternatives",
                        "\"mail\": { \"type\": \"string\" }",
                        "\"mail\": { \"anyOf\": [{ \"type\": \"string\" }, { \"type\": \"integer\" }] }"),
                SchemaEdit.of(
                        "one more of several",
                        "\"oneOf\": [",
                        "\"oneOf\": [{ \"type\": \"object\", \"required\": [\"kind\"], \"properties\": { \"kind\": { \"const\": \"cash\" } } },"),
                SchemaEdit.of("another name of a definition", "address\": {\n      \"type", "place\": {\n      \"type")
                        .andThen("#/$defs/address", "#/$defs/place"),
                SchemaEdit.of(
                        "a definition in place of its reference",
                        "{ \"$ref\": \"#/$defs/address\" }",
                        "{ \"type\": \"object\", \"properties\": { \"city\": { \"type\": \"string\" } } }"),
                SchemaEdit.of("a required field with a default", "\"amount\"],", "\"amount\", \"status\"],"),
                SchemaEdit.of("a field needs no other", "\"dependentRequired\": { \"note\": [\"mail\"] },", ""),
                SchemaEdit.of("a condition less", "\"then\": { \"required\": [\"payment\"] },", ""),
                SchemaEdit.of(
                        "what is asked for already",
                        "\"dependentRequired\"",
                        "\"minProperties\": 2, \"dependentRequired\""),
                SchemaEdit.of(
                        "the same in allOf",
                        "\"required\": [\"order_id\", \"amount\"],",
                        "\"allOf\": [{ \"required\": [\"order_id\"] }, { \"required\": [\"amount\"] }],"),
                SchemaEdit.of(
                        "notes about the content",
                        "\"note\": {",
                        "\"note\": { \"contentMediaType\": \"application/json\", \"contentEncoding\": \"base64\","
                                + " \"contentSchema\": { \"type\": \"object\" },"),
                new SchemaEdit(
                        "fields that others need through a third one",
                        SchemaEdit.replaced(SchemaEdit.BASE, "[\"mail\"] }", "[\"mail\"], \"mail\": [\"code\"] }"),
                        SchemaEdit.replaced(
                                SchemaEdit.BASE, "[\"mail\"] }", "[\"mail\", \"code\"], \"mail\": [\"code\"] }"),
                        SchemaEdit.FULL),
                unevaluated(
                        "a wider target of unevaluatedProperties",
                        "\"type\": \"string\"",
                        "\"type\": [\"string\", \"integer\"]"));
    }

    static Stream<SchemaEdit> allBreaking() {
        return Stream.concat(breaking(), KeywordEdits.breaking());
    }

    static Stream<SchemaEdit> allSafe() {
        return Stream.concat(safe(), KeywordEdits.safe());
    }

    @ParameterizedTest
    @MethodSource("allBreaking")
    void givenABreakingEdit_thenItIsReportedAndARecordProvesIt(SchemaEdit edit) {
        JsonNode record = SchemaEdit.json(edit.record());
        assertThat(SchemaEdit.takes(edit.before(), record)).isTrue();
        assertThat(SchemaEdit.takes(edit.now(), record)).isFalse();

        assertThat(edit.gaps()).extracting(SchemaGap::weight).containsAnyOf(Weight.BREAKING, Weight.UNPROVEN);
    }

    @ParameterizedTest
    @MethodSource("allSafe")
    void givenASafeEdit_thenItIsNotReportedAndNoRecordBreaks(SchemaEdit edit) {
        assertThat(edit.gaps()).isEmpty();
        List<JsonNode> valid = variants(SchemaEdit.json(edit.record()))
                .filter(record -> SchemaEdit.takes(edit.before(), record))
                .toList();
        assertThat(valid).hasSizeGreaterThan(20).allMatch(record -> SchemaEdit.takes(edit.now(), record));
    }

    /** Returns the record, and variants without a field or with another value. */
    private static Stream<JsonNode> variants(JsonNode record) {
        List<JsonNode> variants = new ArrayList<>(List.of(record));
        record.fieldNames().forEachRemaining(name -> {
            ObjectNode without = record.deepCopy();
            without.remove(name);
            variants.add(without);
            for (String value : VALUES) {
                ObjectNode other = record.deepCopy();
                variants.add(other.set(name, SchemaEdit.json(value)));
            }
        });
        return variants.stream();
    }

    @Test
    void givenANewOptionalFieldOfAnOpenObject_thenItIsSafeUnlessUsedBefore() {
        SchemaEdit edit = SchemaEdit.of(
                "",
                "\"mail\": {",
                "\"fax\": { \"type\": \"string\" }, \"mail\": {",
                "{\"order_id\": \"o-1\", \"amount\": 1, \"fax\": 1}");
        assertThat(SchemaEdit.takes(edit.before(), SchemaEdit.json(edit.record())))
                .isTrue();
        assertThat(SchemaEdit.takes(edit.now(), SchemaEdit.json(edit.record()))).isFalse();

        assertThat(edit.gaps()).extracting(SchemaGap::weight).containsExactly(Weight.UNNAMED);
    }

    @Test
    void givenASchemaThatRefersToItself_thenItIsCompared() {
        String tree = "{\"$defs\": {\"node\": {\"type\": \"object\", \"properties\": {\"name\": {\"maxLength\": 9},"
                + " \"below\": {\"type\": \"array\", \"items\": {\"$ref\": \"#/$defs/node\"}}}}},"
                + " \"properties\": {\"root\": {\"$ref\": \"#/$defs/node\"}}}";

        assertThat(new SchemaEdit("", tree, tree.replace("9", "10"), "").gaps()).isEmpty();
        assertThat(new SchemaEdit("", tree, tree.replace("9", "8"), "").gaps())
                .extracting(SchemaGap::pointer)
                .contains("/$defs/node/properties/name/maxLength");
    }

    /**
     * If the second of two schemas is reported as compatible with the first one, it must accept all values of the first
     * one.
     */
    @Test
    void givenRandomSchemas_thenNoRecordBreaksWithoutAFinding() {
        long seed = Long.getLong("schemas.seed", 20261127L);
        List<String> broken = new ArrayList<>();
        int unflagged = 0;
        for (int i = 0; i < 3000; i++) {
            long at = seed + i;
            RandomSchemas random = new RandomSchemas(new Random(at));
            JsonNode before = random.schema();
            JsonNode now = random.edited(before);
            SchemaEdit edit = new SchemaEdit("", before.toString(), now.toString(), "{}");
            if (!before.equals(now) && edit.gaps().isEmpty()) {
                unflagged++;
                var then = SchemaDialect.compile(before);
                var after = SchemaDialect.compile(now);
                random.values().stream()
                        .filter(value ->
                                then.validate(SchemaEdit.filled(before, value)).isEmpty())
                        .filter(value ->
                                !after.validate(SchemaEdit.filled(now, value)).isEmpty())
                        .findFirst()
                        .ifPresent(value -> broken.add("seed %d: %s -> %s: %s".formatted(at, before, now, value)));
            }
        }
        assertThat(broken).isEmpty();
        assertThat(unflagged).isGreaterThan(300);
    }
}
