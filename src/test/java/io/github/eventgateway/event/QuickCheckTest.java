package io.github.eventgateway.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.eventgateway.api.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the quick check with the validator. It may miss valid data, but must never accept invalid data. */
class QuickCheckTest {

    private static final int TRIES = 5_000;

    private static final List<String> VALUES = List.of(
            "1",
            "0",
            "-1",
            "7",
            "9223372036854775807",
            "9223372036854775808",
            "1.0",
            "1.5",
            "1e2",
            "-0.0",
            "true",
            "null",
            "[]",
            "[1]",
            "[\"a\", 2]",
            "{}",
            "{\"a\": 1}",
            "\"\"",
            "\"a\"",
            "\"error\"",
            "\"info\"",
            "\"\\ud83d\\ude00\"",
            "\"" + "x".repeat(64) + "\"",
            "\"" + "x".repeat(65) + "\"",
            "\"" + "\\ud83d\\ude00".repeat(64) + "\"",
            "\"" + "y".repeat(129) + "\"");

    private static final List<String> ADDRESSES = List.of(
            "10.0.0.1",
            "255.255.255.255",
            "0.0.0.0",
            "256.1.1.1",
            "1.2.3",
            "1.2.3.4.5",
            "01.2.3.4",
            "1..3.4",
            "1.2.3.4 ",
            "::",
            "::1",
            "1::",
            "fe80::1%eth0",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7::",
            "::2:3:4:5:6:7:8",
            "1::2::3",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "::ffff:1.2.3.4",
            "12345::",
            "ABCD:ef01::9",
            ":1:2",
            "1:2:",
            ":::",
            "g::",
            "1:2:3:4::5:6:7:8",
            "\uff11.2.3.4");

    @TempDir
    private static Path folder;

    private final Random random = new Random(42);

    static Stream<Path> shipped() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("routes/schemas"))) {
            return files.toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void withTheShippedSchemas_itAcceptsNothingThatTheValidatorRefuses(Path file) throws IOException {
        int taken = compare(file);

        assertThat(taken).as("accepted of " + TRIES).isGreaterThan(TRIES / 500);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"properties\": {\"a\": {\"type\": \"array\", \"items\": {\"type\": \"number\"}, \"minItems\": 1, \"maxItems\": 1}}}",
                "{\"properties\": {\"a\": {\"allOf\": [{\"minimum\": 1}, {\"maximum\": 7}]}, \"b\": {}},"
                        + " \"additionalProperties\": false}",
                "{\"properties\": {\"a\": {\"enum\": [\"error\", 1, null]}, \"b\": {\"type\": \"boolean\"}},"
                        + " \"required\": [\"a\"], \"additionalProperties\": true}",
                "{\"properties\": {\"a\": {\"minLength\": 1, \"maxLength\": 1}, \"b\": {\"format\": \"ipv6\"}}}",
                "{\"properties\": {\"a\": {\"type\": \"integer\", \"minimum\": 1}, \"b\": {\"format\": \"ipv4\"}}}"
            })
    void withOtherKeywords_itAcceptsNothingThatTheValidatorRefuses(String schema) throws IOException {
        assertThat(compare(written(schema))).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"properties\": {\"a\": {\"pattern\": \"x\"}}}",
                "{\"properties\": {\"a\": {\"$ref\": \"#/$defs/a\"}}, \"$defs\": {\"a\": {\"type\": \"string\"}}}",
                "{\"properties\": {\"a\": {\"format\": \"date\"}}}",
                "{\"properties\": {\"a\": {\"type\": [\"string\", \"null\"]}}}",
                "{\"properties\": {\"a\": false}}",
                "{\"not\": {}}",
                "{\"oneOf\": [{}, {}]}",
                "{\"if\": {}, \"then\": {\"required\": [\"a\"]}}",
                "{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"properties\": {}}",
                "{\"unevaluatedProperties\": false}",
                "{\"minimum\": 0.5}",
                "{\"minLength\": 1.5}"
            })
    void unknownKeywords_areLeftToTheValidator(String schema) throws IOException {
        Predicate<JsonNode> check = QuickCheck.of(StrictJson.MAPPER.readTree(schema));

        assertThat(check.test(StrictJson.MAPPER.createObjectNode())).isFalse();
        assertThat(check.test(StrictJson.MAPPER.readTree("{\"a\": \"x\"}"))).isFalse();
    }

    @Test
    void anOrdinaryEvent_isAccepted() throws IOException {
        JsonNode schema = StrictJson.MAPPER.readTree(
                Path.of("routes/schemas/user_login.schema.json").toFile());

        assertThat(QuickCheck.of(schema)
                        .test(StrictJson.MAPPER.readTree(
                                "{\"user_id\": 7, \"username\": \"ann\", \"ip\": \"2001:db8::1\","
                                        + " \"action\": \"login\", \"more\": [1]}")))
                .isTrue();
    }

    /** Returns how many of the values the quick check accepted. */
    private int compare(Path file) throws IOException {
        JsonNode schema = StrictJson.MAPPER.readTree(file.toFile());
        Topic topic = new Topic("t", "t", JsonPointer.compile("/a"), List.of("a"));
        EventType type = EventType.load("a", topic, file, Redaction.NONE);
        Predicate<JsonNode> quickly = QuickCheck.of(schema);
        List<String> names = new ArrayList<>(List.of("a", "b"));
        schema.path("properties").fieldNames().forEachRemaining(names::add);
        int taken = 0;
        for (int i = 0; i < TRIES; i++) {
            ObjectNode data = data(names);
            if (quickly.test(data)) {
                taken++;
                assertThat(type.violations(data)).as(data.toString()).isEmpty();
            }
        }
        return taken;
    }

    private ObjectNode data(List<String> names) throws IOException {
        ObjectNode data = StrictJson.MAPPER.createObjectNode();
        for (String name : names) {
            int choice = random.nextInt(20);
            if (choice == 0) {
                continue;
            }
            if (choice < 8 || name.equals("ip")) {
                data.put(name, address());
            } else if (choice < 14) {
                data.put(name, "error");
            } else {
                data.set(name, StrictJson.MAPPER.readTree(VALUES.get(random.nextInt(VALUES.size()))));
            }
        }
        return data;
    }

    /** Returns a listed address, or one with a character removed, inserted or changed. */
    private String address() {
        String address = ADDRESSES.get(random.nextInt(random.nextBoolean() ? 3 : ADDRESSES.size()));
        if (address.isEmpty() || random.nextInt(3) > 0) {
            return address;
        }
        int at = random.nextInt(address.length());
        String put =
                random.nextBoolean() ? "" : String.valueOf("0123456789abcdefABCDEF:. %/x-".charAt(random.nextInt(29)));
        return address.substring(0, at) + put + address.substring(at + random.nextInt(2));
    }

    private static Path written(String schema) throws IOException {
        return Files.writeString(folder.resolve("a.schema.json"), schema);
    }
}
