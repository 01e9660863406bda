package io.github.eventgateway.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.Violation;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventReaderTest {

    private final EventSettings settings = new EventSettings(
            Path.of("routes/schemas"),
            1_000_000,
            Map.of(
                    "users",
                    new EventSettings.TopicSettings("user_events", "/user_id", List.of("user_login")),
                    "logs",
                    new EventSettings.TopicSettings("system_logs", "/service", List.of("system_info"))),
            new EventSettings.RedactionSettings("", Map.of(), Map.of()));
    private final EventReader reader = new EventReader(new EventCatalogue(settings), settings);

    private static String login(String fields, String data) {
        return "{\"type\":\"user_login\"" + fields
                + ",\"data\":{\"user_id\":7,\"username\":\"ann\",\"ip\":\"10.0.0.1\",\"action\":\"login\"" + data
                + "}}";
    }

    private Event read(String json) {
        return reader.read(json.getBytes(StandardCharsets.UTF_8));
    }

    private GatewayException refused(String json) {
        GatewayException refusal = catchThrowableOfType(GatewayException.class, () -> read(json));
        assertThat(refusal).as(json).isNotNull();
        return refusal;
    }

    private static String written(Event event) {
        return new String(EventConverters.toBytes(event), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "A-1_b.c:d", "0123456789012345678901234567890123456789012345678901234567890123"})
    void anIdOfTheAllowedFormIsKept(String id) {
        assertThat(read(login(",\"id\":\"" + id + "\"", "")).id()).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\"",
                "\" a\"",
                "\"a\\n\"",
                "\"ä\"",
                "\"a/b\"",
                "7",
                "null",
                "{}",
                "\"01234567890123456789012345678901234567890123456789012345678901234\""
            })
    void anyOtherIdIsRefused(String id) {
        GatewayException refusal = refused(login(",\"id\":" + id, ""));

        assertThat(refusal.reason()).isEqualTo(Reason.EVENT_INVALID);
        assertThat(refusal.details()).extracting(Violation::path).containsExactly("/id");
    }

    @Test
    void aMissingIdIsGenerated_andARecordGetsTheGivenOne() {
        assertThat(read(login("", "")).id()).isNotEqualTo(read(login("", "")).id());
        assertThat(reader.readRecord(login("", "").getBytes(StandardCharsets.UTF_8), () -> "t-0-1", Instant.EPOCH)
                        .id())
                .isEqualTo("t-0-1");
    }

    @Test
    void aDerivedIdIsRefused_unlessItBelongsToThisRecord() {
        String json = login(",\"id\":\"derived:abc\"", "");

        for (GatewayException refusal : List.of(
                refused(json),
                catchThrowableOfType(
                        GatewayException.class, () -> reader.readRecord(bytes(json), () -> "x", Instant.EPOCH)))) {
            assertThat(refusal.reason()).isEqualTo(Reason.EVENT_INVALID);
            assertThat(refusal.getMessage()).contains("/id must not begin with derived:");
        }
        assertThat(reader.readRecord(bytes(json), () -> "derived:abc", Instant.EPOCH)
                        .id())
                .isEqualTo("derived:abc");
        List<String> batch = new ArrayList<>();
        reader.readArray(
                bytes("[" + json + "]"),
                PublishPermission.ALL,
                (outcome, index) -> batch.add(String.valueOf(outcome.event())));
        reader.readLines(
                bytes(json), PublishPermission.ALL, (outcome, index) -> batch.add(String.valueOf(outcome.event())));
        assertThat(batch).containsExactly("null", "null");
        assertThat(read(login(",\"id\":\"Derived:abc\"", "")).id()).isEqualTo("Derived:abc");
    }

    @Test
    void aDerivedIdInTheHeaderIsRefusedToo() {
        for (String key : List.of("derived:abc", "\"derived:abc\"")) {
            assertThat(List.of(
                            catchThrowableOfType(
                                    GatewayException.class,
                                    () -> reader.read(bytes(login("", "")), key, PublishPermission.ALL)),
                            catchThrowableOfType(
                                    GatewayException.class,
                                    () -> reader.readData(
                                            "user_login", bytes("{}"), "192.0.2.1", key, PublishPermission.ALL))))
                    .allSatisfy(refusal -> {
                        assertThat(refusal.reason()).isEqualTo(Reason.INVALID_PARAMETER);
                        assertThat(refusal.getMessage()).contains("must not begin with derived:");
                    });
        }
    }

    @Test
    void theDerivedIdIsComputedOnlyIfItIsNeeded() {
        String json = login(",\"id\":\"own\"", "");

        Event event = reader.readRecord(
                bytes(json),
                () -> {
                    throw new AssertionError();
                },
                Instant.EPOCH);

        assertThat(event.id()).isEqualTo("own");
    }

    @Test
    void anEventIsDatedIfItsSenderGaveATimestamp() {
        Instant record = Instant.parse("2026-01-31T12:00:00.123Z");
        String same = login(",\"timestamp\":\"2026-01-31T12:00:00.123999Z\"", "");
        String other = login(",\"timestamp\":\"2026-01-31T12:00:00.124Z\"", "");

        assertThat(read(login("", "")).isDated()).isFalse();
        assertThat(read(other).isDated()).isTrue();
        assertThat(reader.readRecord(bytes(login("", "")), () -> "x", record).isDated())
                .isFalse();
        assertThat(reader.readRecord(bytes(same), () -> "x", record).isDated())
                .as("the gateway gave it the time of the record")
                .isFalse();
        assertThat(reader.readRecord(bytes(other), () -> "x", record).isDated()).isTrue();
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-31T12:00:00Z, 2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00.123456789+02:00, 2026-01-31T10:00:00.123456789Z",
        "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z",
        "0000-12-31T23:00:00-02:00, 0001-01-01T01:00:00Z",
        "9999-12-31T23:59:59.999999999Z, 9999-12-31T23:59:59.999999999Z"
    })
    void aTimestampIsReadToTheNanosecond(String text, String instant) {
        assertThat(read(login(",\"timestamp\":\"" + text + "\"", "")).timestamp())
                .isEqualTo(Instant.parse(instant));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"2026-01-31T12:00:00\"",
                "\"2026-02-30T12:00:00Z\"",
                "\"2026-01-31\"",
                "\"+10000-01-01T00:00:00Z\"",
                "\"-0001-01-01T00:00:00Z\"",
                "\"0000-12-31T23:59:59.999999999Z\"",
                "\"0001-01-01T00:00:00+00:01\"",
                "\"9999-12-31T23:59:59-00:01\"",
                "\"\"",
                "1700000000",
                "null"
            })
    void anInvalidTimestampIsRefused(String timestamp) {
        assertThat(refused(login(",\"timestamp\":" + timestamp, "")).details())
                .containsExactly(new Violation(
                        "/timestamp",
                        "must be an RFC 3339 date-time from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999999Z, such"
                                + " as 2026-01-31T12:00:00Z"));
    }

    @Test
    void aMissingTimestampIsNow_orTheTimeOfTheRecord() {
        Instant before = Instant.now();

        assertThat(read(login("", "")).timestamp()).isBetween(before, Instant.now());
        assertThat(reader.readRecord(login("", "").getBytes(StandardCharsets.UTF_8), () -> "x", Instant.EPOCH)
                        .timestamp())
                .isEqualTo(Instant.EPOCH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"type\":\"user_login\",\"type\":\"system_info\"}",
                "{\"a\":{\"b\":1,\"b\":2}}",
                "{} {}",
                "{'type':1}",
                "{\"n\":NaN}",
                "{\"n\":01}"
            })
    void invalidOrAmbiguousJsonIsMalformed(String json) {
        assertThat(refused(json).reason()).isEqualTo(Reason.MALFORMED_JSON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16BE", "UTF-16LE", "UTF-32", "UTF-32BE", "UTF-32LE", "X-UTF-16LE-BOM"})
    void jsonInAnotherEncodingThanUtf8IsMalformed(String charset) {
        Charset other = Charset.forName(charset);
        byte[] event = login("", "").getBytes(other);
        byte[] array = ("[" + login("", "") + "]").getBytes(other);

        for (ThrowingCallable reading : List.<ThrowingCallable>of(
                () -> reader.read(event),
                () -> reader.readRecord(event, () -> "x", Instant.EPOCH),
                () -> reader.readArray(array, PublishPermission.ALL, (outcome, index) -> {}))) {
            GatewayException refusal = catchThrowableOfType(GatewayException.class, reading);
            assertThat(refusal).isNotNull();
            assertThat(refusal.reason()).isEqualTo(Reason.MALFORMED_JSON);
            assertThat(refusal.details()).extracting(Violation::message).containsExactly("must be UTF-8");
        }
    }

    @Test
    void aDuplicateKeyDeepInTheDataIsMalformed() {
        assertThat(refused(login("", ",\"more\":{\"a\":1,\"a\":1}")).reason()).isEqualTo(Reason.MALFORMED_JSON);
    }

    @ParameterizedTest
    @CsvSource({
        "',\"note\":\"a\\u0000\"', /data/note",
        "',\"n\":{\"a~/b\":[\"x\",\"\\u0000\"]}', /data/n/a~0~1b/1",
        "',\"note\":\"\\ud800\"', /data/note",
        "',\"note\":\"\\udc00\\ud800\"', /data/note",
        "',\"note\":\"\\ud83dx\"', /data/note",
        "',\"a\\u0000\":1', /data"
    })
    void textThatTheDatabaseOrUtf8CannotStoreIsRefused(String data, String path) {
        assertThat(refused(login("", data)).details())
                .extracting(Violation::path)
                .contains(path);
    }

    @Test
    void aSurrogatePairIsOneCharacter() {
        assertThat(read(login("", ",\"note\":\"\\ud83d\\ude00\""))
                        .data()
                        .get("note")
                        .textValue())
                .isEqualTo("😀");
    }

    @Test
    void nestingEndsAtFiftyLevelsBelowTheData() {
        assertThat(read(login("", ",\"deep\":" + "[".repeat(50) + "]".repeat(50))))
                .isNotNull();
        assertThat(refused(login("", ",\"deep\":" + "[".repeat(51) + "]".repeat(51)))
                        .reason())
                .isEqualTo(Reason.MALFORMED_JSON);
        assertThat(refused("[".repeat(1_000_000)).reason()).isEqualTo(Reason.MALFORMED_JSON);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.1",
                "1.10",
                "123456789012345678901234567890",
                "0.1234567890123456789012345678901234567890",
                "100"
            })
    void aNumberIsWrittenUnchanged(String number) {
        assertThat(written(read(login("", ",\"n\":" + number)))).contains("\"n\":" + number + "}");
    }

    @Test
    void aNumberWithALargeExponentStaysShort() {
        assertThat(written(read(login("", ",\"n\":1e1000")))).hasSizeLessThan(300);
        assertThat(written(read(login("", ",\"n\":1e-1000")))).hasSizeLessThan(300);
    }

    /** A comparison of such a number with the schema would take gigabytes of memory. */
    @ParameterizedTest
    @ValueSource(strings = {"1e1001", "1e-1001", "1e999999999", "-1e999999999", "1e-999999999"})
    void aNumberWithALargeExponentIsMalformed_anywhereInTheEvent(String number) {
        String info =
                "{\"type\":\"system_info\",\"data\":{\"service\":\"a\",\"message\":\"b\",\"level\":" + number + "}}";
        for (String json :
                List.of(info, login("", ",\"n\":[{\"m\":" + number + "}]"), login(",\"timestamp\":" + number, ""))) {
            assertThat(refused(json).reason()).as(json).isEqualTo(Reason.MALFORMED_JSON);
            List<EventReader.Outcome> outcomes = new ArrayList<>();
            reader.readArray(
                    ("[" + json + "," + login("", "") + "]").getBytes(StandardCharsets.UTF_8),
                    PublishPermission.ALL,
                    (outcome, index) -> outcomes.add(outcome));
            assertThat(outcomes.get(0).failure().reason()).isEqualTo(Reason.MALFORMED_JSON);
            assertThat(outcomes.get(1).failure()).isNull();
        }
    }

    @Test
    void aNumberWithTooManyDigitsIsMalformed() {
        assertThat(refused(login("", ",\"n\":" + "9".repeat(101))).reason()).isEqualTo(Reason.MALFORMED_JSON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e2147483649", "1e-2147483649", "1e99999999999999999999"})
    void aNumberWithAnExponentBeyondAnIntegerIsMalformed(String number) {
        String json = login("", ",\"n\":" + number);
        assertThat(refused(json).reason()).isEqualTo(Reason.MALFORMED_JSON);
        assertThatThrownBy(() -> reader.readArray(
                        ("[" + json + "]").getBytes(StandardCharsets.UTF_8),
                        PublishPermission.ALL,
                        (outcome, index) -> {}))
                .isInstanceOfSatisfying(GatewayException.class, refusal -> assertThat(refusal.reason())
                        .isEqualTo(Reason.MALFORMED_JSON));
        assertThatThrownBy(() -> reader.readRecord(json.getBytes(StandardCharsets.UTF_8), () -> "x", Instant.now()))
                .isInstanceOf(GatewayException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999", "1e-999", "0.5", "0", "-1", "true", "null", "[]"})
    void anInvalidUserIdIsRefused(String id) {
        assertThat(refused(login("", "").replace("\"user_id\":7", "\"user_id\":" + id))
                        .details())
                .extracting(Violation::path)
                .containsOnly("/data/user_id");
    }

    @Test
    void oneUserHasOneKeyInEveryFormOfTheId() {
        for (String id : List.of("7", "\"7\"", "7.0", "0.7e1")) {
            assertThat(read(login("", "").replace("\"user_id\":7", "\"user_id\":" + id))
                            .key())
                    .as(id)
                    .isEqualTo("7");
        }
    }

    @Test
    void everyViolationIsNamed() {
        assertThat(refused("{\"id\":\"\",\"type\":\"user_login\",\"timestamp\":1,\"more\":2,\"data\":{}}")
                        .details())
                .extracting(Violation::path)
                .contains("/id", "/timestamp", "/more", "/data/user_id", "/data/username");
    }

    @Test
    void linesAreReadOneByOne_andEmptyLinesAreSkipped() {
        List<EventReader.Outcome> outcomes = new ArrayList<>();
        String lines = login(",\"id\":\"a\"", "") + "\r\n\n{bad\n" + login(",\"id\":\"b\"", "");

        reader.readLines(lines.getBytes(StandardCharsets.UTF_8), PublishPermission.ALL, (outcome, index) -> {
            assertThat(index).isEqualTo(outcomes.size());
            outcomes.add(outcome);
        });

        assertThat(outcomes).hasSize(3);
        assertThat(outcomes.get(0).event().id()).isEqualTo("a");
        assertThat(outcomes.get(1).failure().reason()).isEqualTo(Reason.MALFORMED_JSON);
        assertThat(outcomes.get(2).event().id()).isEqualTo("b");
    }

    @Test
    void anIdIsValidIfThePatternOfTheContractMatches() {
        Pattern pattern = Pattern.compile("[A-Za-z0-9._:-]{1,64}");
        for (char c = 0; c < 0x3000; c++) {
            for (String text : List.of(String.valueOf(c), "a" + c, c + "a", "a".repeat(63) + c, "a".repeat(64) + c)) {
                assertThat(EventIds.isId(text))
                        .as("U+%04X in %s", (int) c, text)
                        .isEqualTo(pattern.matcher(text).matches());
            }
        }
        assertThat(EventIds.isId("")).isFalse();
    }
}
