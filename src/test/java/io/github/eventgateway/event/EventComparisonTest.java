package io.github.eventgateway.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventComparisonTest {

    private static final String DATA = "\"user_id\":7,\"username\":\"ann\",\"ip\":\"10.0.0.1\",\"action\":\"login\"";
    private static final String KEY = "a-key-for-hashes-of-thirty-two-bytes";

    private final EventCatalogue catalogue = catalogue("");
    private final EventComparison comparison = new EventComparison(catalogue);

    private static EventCatalogue catalogue(String hashKey) {
        return new EventCatalogue(settings(hashKey));
    }

    private static EventSettings settings(String hashKey) {
        List<String> types = List.of("user_login", "user_logout");
        return new EventSettings(
                Path.of("routes/schemas"),
                1_000_000,
                Map.of(
                        "users", new EventSettings.TopicSettings("user_events", "/user_id", types),
                        "logs", new EventSettings.TopicSettings("system_logs", "/service", List.of("system_error"))),
                new EventSettings.RedactionSettings(
                        hashKey, Map.of(), hashKey.isEmpty() ? Map.of() : Map.of("user_login", List.of("/username"))));
    }

    private static String event(String type, String timestamp, String data) {
        return "{\"id\":\"a\",\"type\":\"" + type + "\"," + timestamp + "\"data\":{" + data + "}}";
    }

    private static String login(String data) {
        return event("user_login", "\"timestamp\":\"2026-01-31T12:00:00.5Z\",", data);
    }

    private static Event read(EventCatalogue catalogue, String json) {
        EventReader reader = new EventReader(catalogue, settings(""));
        return reader.readRecord(json.getBytes(StandardCharsets.UTF_8), () -> "x", Instant.EPOCH);
    }

    private boolean isSame(String again, String stored) {
        return comparison.isSame(read(catalogue, again), stored, false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"a\":1.0",
                "\"a\":1",
                "\"a\":100e-2",
                "\"a\":1.000",
            })
    void theFormOfANumberIsIgnored(String data) {
        assertThat(isSame(login(DATA + "," + data), login(DATA + ",\"a\":1"))).isTrue();
    }

    @Test
    void theOrderOfNamesIsIgnored_atAnyDepth() {
        assertThat(isSame(
                        login(DATA + ",\"a\":{\"b\":[{\"c\":1,\"d\":2}],\"e\":null}"),
                        login("\"a\":{\"e\":null,\"b\":[{\"d\":2.0,\"c\":1}]}," + DATA)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"a\":2",
                "\"a\":\"1\"",
                "\"a\":[1]",
                "\"a\":null",
                "\"a\":true",
                "\"a\":{}",
                "\"a\":1,\"b\":1",
                "\"b\":1",
                "\"a\":1.0000000000000000000000001",
                "\"a\":9007199254740993"
            })
    void anyOtherDifferenceIsAnotherEvent(String data) {
        assertThat(isSame(login(DATA + "," + data), login(DATA + ",\"a\":1"))).isFalse();
        assertThat(isSame(login(DATA + ",\"a\":1"), login(DATA + "," + data))).isFalse();
    }

    @Test
    void theOrderOfListsCounts() {
        assertThat(isSame(login(DATA + ",\"a\":[1,2]"), login(DATA + ",\"a\":[2,1]")))
                .isFalse();
        assertThat(isSame(login(DATA + ",\"a\":[1,2]"), login(DATA + ",\"a\":[1,2,3]")))
                .isFalse();
        assertThat(isSame(login(DATA + ",\"a\":[1,2]"), login(DATA + ",\"a\":[1.0,2]")))
                .isTrue();
    }

    @Test
    void aLargeNumberIsNotRounded() {
        assertThat(isSame(login(DATA + ",\"a\":9007199254740993"), login(DATA + ",\"a\":9007199254740992")))
                .isFalse();
    }

    @Test
    void anotherTypeIsAnotherEvent() {
        String time = "\"timestamp\":\"2026-01-31T12:00:00.5Z\",";

        assertThat(isSame(event("user_logout", time, DATA), login(DATA))).isFalse();
    }

    @Test
    void timesAreComparedToTheMicrosecond_inAnyForm() {
        String same = event("user_login", "\"timestamp\":\"2026-01-31T14:00:00.500000999+02:00\",", DATA);
        String other = event("user_login", "\"timestamp\":\"2026-01-31T12:00:00.500001Z\",", DATA);

        assertThat(isSame(same, login(DATA))).isTrue();
        assertThat(isSame(other, login(DATA))).isFalse();
    }

    @Test
    void aTimeThatTheGatewayAddedIsNotCompared() {
        assertThat(isSame(event("user_login", "", DATA), login(DATA))).isTrue();
        assertThat(isSame(login(DATA), event("user_login", "\"timestamp\":\"1970-01-01T00:00:00Z\",", DATA)))
                .isFalse();
    }

    /** A call with the type in its path adds the address, and has no time. */
    @Test
    void anAddressThatTheGatewayAddedIsNotCompared() {
        String elsewhere = DATA.replace("10.0.0.1", "10.0.0.2");

        assertThat(isSame(event("user_login", "", elsewhere), login(DATA))).isTrue();
        assertThat(isSame(login(elsewhere), login(DATA))).isFalse();
        assertThat(isSame(event("user_login", "", elsewhere.replace("ann", "bob")), login(DATA)))
                .isFalse();
    }

    @Test
    void aNewDefaultOfTheSchemaIsIgnored() {
        String time = "\"timestamp\":\"2026-01-31T12:00:00.5Z\",";
        String data = "\"service\":\"s\",\"error\":\"e\"";

        assertThat(isSame(event("system_error", time, data), event("system_error", time, data)))
                .isTrue();
        assertThat(isSame(
                        event("system_error", time, data + ",\"level\":\"fatal\""), event("system_error", time, data)))
                .isFalse();
    }

    @Test
    void aStoredValueThatIsNotAnEventDiffers() {
        for (String stored : List.of("{}", "", "rubbish", "{\"type\":\"user_login\"}", "[]", "7")) {
            assertThat(isSame(login(DATA), stored)).as(stored).isFalse();
        }
    }

    @Test
    void hashedValuesAreComparedByTheirHashes_exceptForOneRecordReadWithTwoKeys() {
        EventCatalogue hashing = catalogue(KEY);
        Event ann = read(hashing, login(DATA));
        String stored = new String(EventConverters.toBytes(ann), StandardCharsets.UTF_8);
        EventComparison withHashes = new EventComparison(hashing);

        assertThat(withHashes.isSame(read(hashing, login(DATA)), stored, false)).isTrue();
        assertThat(withHashes.isSame(read(hashing, login(DATA.replace("ann", "eve"))), stored, false))
                .isFalse();
        EventCatalogue anotherKey = catalogue(KEY + "2");
        assertThat(new EventComparison(anotherKey).isSame(read(anotherKey, login(DATA)), stored, true))
                .isTrue();
        assertThat(new EventComparison(anotherKey)
                        .isSame(read(anotherKey, login(DATA.replace("10.0.0.1", "10.0.0.2"))), stored, true))
                .isFalse();
        assertThat(comparison.isSame(read(catalogue, login(DATA)), stored, true))
                .as("no longer hashed")
                .isTrue();
    }
}
