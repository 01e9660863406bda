package io.github.eventgateway.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An event can have a million faults. The memory that the gateway needs for them stays small. */
class EventBoundsTest {

    private final EventSettings settings = new EventSettings(
            Path.of("routes/schemas"),
            524_288,
            Map.of("logs", new EventSettings.TopicSettings("system_logs", "/service", List.of("system_info"))),
            new EventSettings.RedactionSettings("", Map.of(), Map.of()));
    private final EventReader reader = new EventReader(new EventCatalogue(settings), settings);

    private static String info(String more) {
        return "{\"type\":\"system_info\",\"data\":{\"service\":\"a\",\"message\":\"m\"" + more + "}}";
    }

    private static String times(int count, IntFunction<String> each) {
        return IntStream.range(0, count).mapToObj(each).collect(Collectors.joining());
    }

    private GatewayException refused(String event) {
        return catchThrowableOfType(GatewayException.class, () -> reader.read(event.getBytes(UTF_8)));
    }

    @Test
    void theFirstHundredViolationsAreListed_andCut() {
        String name = "n".repeat(1010);
        GatewayException failure = refused(info(times(1000, i -> ",\"" + name + i + "\":\"\\u0000\"")));

        assertThat(failure.details()).hasSize(100).allSatisfy(violation -> {
            assertThat(violation.path()).hasSizeLessThanOrEqualTo(256).startsWith("/data");
            assertThat(violation.message()).hasSizeLessThanOrEqualTo(256);
        });
        assertThat(failure.getMessage()).hasSizeLessThanOrEqualTo(1000);
    }

    /** A pattern that repeats a group needs stack for each repetition, and some formats need quadratic time. */
    @Test
    @Timeout(20)
    void aTextThatIsTooLongForItsFormatOrPatternIsAViolation(@TempDir Path schemas) throws IOException {
        Map<String, String> hostile = Map.of(
                "{\"format\": \"hostname\"}", "a.".repeat(100_000) + "a",
                "{\"format\": \"email\"}", "@".repeat(400_000) + " ",
                "{\"format\": \"json-pointer\"}", "/a".repeat(100_000) + "~",
                "{\"format\": \"uri\"}", "a:" + "/a".repeat(100_000) + " ",
                "{\"pattern\": \"^(a|b)*$\"}", "ab".repeat(100_000) + "c");
        for (Map.Entry<String, String> one : hostile.entrySet()) {
            assertRefused(
                    schemas, "{\"properties\": {\"x\": " + one.getKey() + "}}", "\"x\":\"" + one.getValue() + "\"");
        }
    }

    /** Java's regular expressions try each way to divide the text. A match cannot be interrupted. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "{\"properties\":{\"x\":{\"pattern\":\"^(a+)+\\\\1b$\"}}} \"x\":\"%s!\"",
                "{\"properties\":{\"x\":{\"pattern\":\"^(?:(a)|aa)+\\\\1!b$\"}}} \"x\":\"%s!\"",
                "{\"properties\":{\"x\":{\"pattern\":\"^(.*a){12}$\"}}} \"x\":\"%s!\"",
                "{\"properties\":{\"x\":{\"not\":{\"pattern\":\"^(.*a){12}$\"}}}} \"x\":\"%s!\"",
                "{\"properties\":{\"x\":{\"anyOf\":[{\"pattern\":\"^(.*a){12}$\"},{}]}}} \"x\":\"%s!\"",
                "{\"properties\":{\"x\":{\"items\":{\"pattern\":\"^(.*a){12}$\"}}}} \"x\":[\"b\",\"%s!\"]",
                "{\"patternProperties\":{\"^(.*a){12}$\":{}}} \"%s!\":1",
                "{\"patternProperties\":{\"^(.*a){12}$\":{}},\"additionalProperties\":false} \"%s!\":1",
                "{\"propertyNames\":{\"pattern\":\"^(.*a){12}$\"}} \"%s!\":1",
                "{\"properties\":{\"x\":{\"unevaluatedProperties\":{\"pattern\":\"^(.*a){12}$\"}}}} \"x\":{\"y\":\"%s!\"}",
            })
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aTextThatNeedsTooManyStepsOfAPatternIsAViolation(String schema, String data, @TempDir Path schemas)
            throws IOException {
        assertThat(assertRefused(schemas, schema, data.replace("%s", "a".repeat(200)))
                        .details())
                .singleElement()
                .satisfies(violation ->
                        assertThat(violation.message()).startsWith("has a text that needs too many steps"));
    }

    /** The bound is for the sum, because each of many short texts alone may take many steps. */
    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void manyTextsThatNeedManyStepsAreAViolation(@TempDir Path schemas) throws IOException {
        String texts = "\"" + "a".repeat(15) + "!\"";
        assertRefused(
                schemas,
                "{\"properties\":{\"x\":{\"items\":{\"not\":{\"pattern\":\"^(.*a){12}$\"}}}}}",
                "\"x\":[" + texts + ("," + texts).repeat(20_000) + "]");
    }

    /** Refused would be wrong: each pattern needs a few steps for a character. */
    @Test
    void longTextsOfUsualPatternsAreValid(@TempDir Path schemas) throws IOException {
        Map<String, String> usual = Map.of(
                "^[^@]+@[^@]+$", "a".repeat(200_000) + "@b",
                "^.*;$", "a;".repeat(100_000),
                "^\\\\S+( \\\\S+)*+$", "word ".repeat(40_000) + "end",
                "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "0190a7b2-7f3a-7c1e-9b2d-3f4a5b6c7d8e",
                "(?s)^(?=.*a)(?=.*b)(?=.*c).*$", "x".repeat(200_000) + "abc");
        for (Map.Entry<String, String> one : usual.entrySet()) {
            EventReader checked = reader(schemas, "{\"properties\":{\"x\":{\"pattern\":\"" + one.getKey() + "\"}}}");
            assertThat(checked.read(event("\"x\":\"" + one.getValue() + "\"")).type())
                    .as(one.getKey())
                    .isEqualTo("a");
        }
    }

    /** The numbers have the same hash, and so have the texts. */
    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void manyItemsOfEqualHashAreComparedInTime(@TempDir Path schemas) throws IOException {
        EventReader checked = reader(schemas, "{\"properties\":{\"x\":{\"uniqueItems\":true}}}");
        String numbers = LongStream.range(1, 30_000)
                .map(i -> (i << 32) + i)
                .mapToObj(Long::toString)
                .collect(Collectors.joining(","));
        String texts = IntStream.range(0, 16_384)
                .mapToObj(i -> "\"" + textOfEqualHash(i) + "\"")
                .collect(Collectors.joining(","));
        for (String items : List.of(numbers, texts)) {
            assertThat(checked.read(event("\"x\":[" + items + "]")).type()).isEqualTo("a");
        }
    }

    /** Returns one of 16,384 texts with the same hash. */
    private static String textOfEqualHash(int number) {
        return IntStream.range(0, 14)
                .mapToObj(bit -> (number >> bit & 1) == 0 ? "Aa" : "BB")
                .collect(Collectors.joining());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "[1,2,1]",
                "[\"a\",\"b\",\"a\"]",
                "[{\"a\":1,\"b\":[2]},{\"b\":[2],\"a\":1}]",
                "[[1.0],[1.00]]",
                "[1,1.0]",
                "[100,1e2]",
                "[0,0.0]",
                "[null,null]",
                "[true,false,true]"
            })
    void repeatedItemsAreAViolation(String items, @TempDir Path schemas) throws IOException {
        assertThat(assertRefused(schemas, "{\"properties\":{\"x\":{\"uniqueItems\":true}}}", "\"x\":" + items)
                        .details())
                .singleElement()
                .satisfies(violation -> {
                    assertThat(violation.path()).isEqualTo("/data/x");
                    assertThat(violation.message()).isEqualTo("must have only unique items in the array");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[1,\"1\",[1],{\"1\":1},null,\"null\",true,\"true\"]",
                "[{\"a\":1,\"b\":2},{\"a\":2,\"b\":1},{\"ab\":1},{\"a\":{\"b\":1}}]",
                "[[1,2],[12],[[1],2],[\"1,2\"],[\"1\",\"2\"],[]]",
                "{\"a\":1,\"b\":1}",
                "[{\"a\":\"1,1:b2\"},{\"a\":1,\"b\":2},{\"a\":\"1\"},{\"a1,1:b\":2},{}]"
            })
    void differentItemsAreValid(String items, @TempDir Path schemas) throws IOException {
        EventReader checked = reader(schemas, "{\"properties\":{\"x\":{\"uniqueItems\":true}}}");
        assertThat(checked.read(event("\"x\":" + items)).type()).isEqualTo("a");
    }

    /** Java's {@code $} also matches before a final line break. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "^[a-z]+$ alice true",
                "^[a-z]+$ alice\\n false",
                "^(a|b$)$ b\\n false",
                "^a\\\\$$ a$ true",
                "^a\\\\$$ a$\\n false",
                "^[$]$ $ true",
                "^[^]$]$ a true",
                "^[^]$]$ a\\n false",
                "^\\\\Qa$\\\\E$ a$ true",
                "(?m)^a$ a\\nb true"
            })
    void anEndInAPatternIsTheEndOfTheText(String pattern, String text, boolean isValid, @TempDir Path schemas)
            throws IOException {
        String schema = "{\"properties\":{\"x\":{\"pattern\":\"" + pattern + "\"}}}";
        if (isValid) {
            assertThat(reader(schemas, schema)
                            .read(event("\"x\":\"" + text + "\""))
                            .type())
                    .isEqualTo("a");
        } else {
            assertRefused(schemas, schema, "\"x\":\"" + text + "\"");
        }
    }

    private static EventReader reader(Path schemas, String schema) throws IOException {
        Files.writeString(schemas.resolve("a.schema.json"), schema);
        EventSettings its = new EventSettings(
                schemas,
                524_288,
                Map.of("t", new EventSettings.TopicSettings("t", "/id", List.of("a"))),
                new EventSettings.RedactionSettings("", Map.of(), Map.of()));
        return new EventReader(new EventCatalogue(its), its);
    }

    private static byte[] event(String data) {
        return ("{\"type\":\"a\",\"data\":{" + data + "}}").getBytes(UTF_8);
    }

    private static GatewayException assertRefused(Path schemas, String schema, String data) throws IOException {
        EventReader checked = reader(schemas, schema);

        GatewayException failure = catchThrowableOfType(GatewayException.class, () -> checked.read(event(data)));

        assertThat(failure).as(schema).isNotNull();
        assertThat(failure.reason()).as(schema).isEqualTo(Reason.EVENT_INVALID);
        return failure;
    }

    @Test
    void manyFieldsOutsideTheDataAreViolationsToo() {
        String fields = times(5000, i -> ",\"x" + i + "\":1");
        assertThat(refused("{\"type\":\"system_info\",\"data\":{}" + fields + "}")
                        .details())
                .hasSize(100);
    }

    @Test
    void aDeeplyNestedInvalidTextIsNamedByItsPointer() {
        assertThat(refused(info(",\"context\":{\"a/b\":[0,[\"\\u0000\"]]}")).details())
                .anySatisfy(violation -> assertThat(violation.path()).isEqualTo("/data/context/a~1b/1/0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "1", "\"\"", "null", "{\"a\":1}"})
    void aValueOfTooManyTokensIsRefused(String element) {
        String many = ",\"context\":[" + element + ("," + element).repeat(100_000) + "]";
        assertThat(refused(info(many)).reason()).isEqualTo(Reason.MALFORMED_JSON);
    }

    /** The reader skips it without building it, and reads the other elements. */
    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "1", "\"\"", "[{}]", "{\"a\":{}}"})
    void inABatch_onlyAnElementOfTooManyTokensFails(String element) {
        String wide = info(",\"context\":[" + element + ("," + element).repeat(100_000) + "]");
        assertThat(outcomes("[" + info("") + "," + wide + "," + info("") + "]"))
                .containsExactly(null, Reason.TOO_LARGE, null);
        assertThat(outcomes(info("") + "\n" + wide + "\n" + info(""))).first().isNull();
    }

    @Test
    void inABatch_onlyAnElementOfTooMuchTextFails() {
        String text = "\"" + "t".repeat(300_000) + "\"";
        String wide = info(",\"context\":[" + text + "," + text + "," + text + "," + text + "]");
        assertThat(outcomes("[" + wide + "," + info("") + "," + wide + "]"))
                .containsExactly(Reason.TOO_LARGE, null, Reason.TOO_LARGE);
        assertThat(outcomes(wide + "\n" + info(""))).containsExactly(Reason.TOO_LARGE, null);
    }

    /** For the first events all faults are listed, for the others only the first one. */
    @Test
    void aBatchListsAThousandViolations_andTheFirstOfEachEvent() {
        String wrong = "{\"type\":\"system_info\",\"data\":{}" + times(165, i -> ",\"x" + i + "\":1") + "}";
        List<Integer> counts = new ArrayList<>();
        reader.readArray(
                ("[" + wrong + ("," + wrong).repeat(99) + "]").getBytes(UTF_8),
                PublishPermission.ALL,
                (outcome, index) -> counts.add(outcome.failure().details().size()));

        assertThat(counts.subList(0, 10)).containsOnly(100);
        assertThat(counts.subList(10, 100)).containsOnly(1);
    }

    @Test
    void aBatchOfUnknownTypes_orOfForbiddenTypes_doesNotRepeatALongListInFull(@TempDir Path schemas)
            throws IOException {
        List<String> types = IntStream.range(0, 200)
                .mapToObj(i -> "a_type_with_a_long_name_" + i)
                .toList();
        for (String type : types) {
            Files.copy(Path.of("routes/schemas/system_info.schema.json"), schemas.resolve(type + ".schema.json"));
        }
        EventSettings many = new EventSettings(
                schemas,
                524_288,
                Map.of("logs", new EventSettings.TopicSettings("system_logs", "/service", types)),
                settings.redaction());
        EventReader all = new EventReader(new EventCatalogue(many), many);
        PublishPermission some = PublishPermission.of(types.subList(1, 200).stream()
                .map(type -> "events:write:" + type)
                .toList());

        assertThat(detailsOf(all, "{\"type\":\"a\"}", PublishPermission.ALL)).isLessThan(3_000_000);
        assertThat(detailsOf(all, "{\"type\":\"" + types.get(0) + "\"}", some)).isLessThan(3_000_000);
    }

    /** Returns the characters of all details of a batch of this event. */
    private static int detailsOf(EventReader reader, String event, PublishPermission permission) {
        int[] length = {0};
        reader.readArray(
                ("[" + event + ("," + event).repeat(9_998) + "]").getBytes(UTF_8),
                permission,
                (outcome, index) -> length[0] += outcome.failure().details().stream()
                        .mapToInt(one -> one.path().length() + one.message().length())
                        .sum());
        assertThat(length[0]).isPositive();
        return length[0];
    }

    /** Half of a character has no UTF-8, so the answer could not be written. */
    @ParameterizedTest
    @ValueSource(strings = {"", "x"})
    void aLongNameIsNotCutWithinACharacter(String start) {
        String path = refused(info(",\"" + start + "\uD83D\uDE00".repeat(200) + "\":\"\\u0000\""))
                .details()
                .get(0)
                .path();

        assertThat(path).startsWith("/data/" + start).endsWith("…").hasSizeLessThanOrEqualTo(256);
        assertThat(UTF_8.newEncoder().canEncode(path)).isTrue();
    }

    @Test
    void noFailureHasMoreThanAHundredDetails() {
        List<Violation> many = IntStream.range(0, 50_000)
                .mapToObj(i -> new Violation("/" + i, "is not a field here"))
                .toList();

        assertThat(new GatewayException(Reason.REQUEST_INVALID, many).details()).isEqualTo(many.subList(0, 100));
    }

    @Test
    void aScalarElementIsRead() {
        assertThat(outcomes("[1," + info("") + ",\"a\",[],null]"))
                .containsExactly(
                        Reason.EVENT_INVALID, null, Reason.EVENT_INVALID, Reason.EVENT_INVALID, Reason.EVENT_INVALID);
    }

    private List<Reason> outcomes(String batch) {
        List<Reason> reasons = new ArrayList<>();
        byte[] bytes = batch.getBytes(UTF_8);
        if (batch.startsWith("[")) {
            reader.readArray(bytes, PublishPermission.ALL, (outcome, index) -> reasons.add(reason(outcome)));
        } else {
            reader.readLines(bytes, PublishPermission.ALL, (outcome, index) -> reasons.add(reason(outcome)));
        }
        return reasons;
    }

    private static Reason reason(EventReader.Outcome outcome) {
        return outcome.failure() == null ? null : outcome.failure().reason();
    }
}
