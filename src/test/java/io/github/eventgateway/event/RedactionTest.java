package io.github.eventgateway.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.event.EventSettings.RedactionSettings;
import io.github.eventgateway.event.EventSettings.TopicSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedactionTest {

    private static final String KEY = "a key of hashes of more than thirty-two bytes";
    private static final Map<String, List<String>> NO_FIELDS = Map.of();

    private static EventSettings settings(
            String key, Map<String, List<String>> redacted, Map<String, List<String>> hashed) {
        return new EventSettings(
                Path.of("routes/schemas"),
                524288,
                Map.of(
                        "user_events",
                        new TopicSettings("user_events", "/user_id", List.of("user_login", "user_logout"))),
                new RedactionSettings(key, redacted, hashed));
    }

    private static EventCatalogue catalogue(
            String key, Map<String, List<String>> redacted, Map<String, List<String>> hashed) {
        return new EventCatalogue(settings(key, redacted, hashed));
    }

    private final EventSettings settings = settings(
            KEY,
            Map.of("user_login", List.of("/username", "/device/phones/1", "/nothing")),
            Map.of("user_login", List.of("/user_id", "/ip")));
    private final EventCatalogue catalogue = new EventCatalogue(settings);
    private final EventReader reader = new EventReader(catalogue, settings);

    private static byte[] login(String userId) {
        return """
                {"id": "e-1", "type": "user_login", "data": {"user_id": %s, "username": "marker-name", "ip": "192.0.2.7",
                 "action": "login", "device": {"phones": ["first", "marker-phone"]}}}""".formatted(userId).getBytes(UTF_8);
    }

    private static String json(Event event) {
        return new String(EventConverters.toBytes(event), UTF_8);
    }

    /** Data in the compact form of records is usually copied. It must not be copied if a field is redacted. */
    @Test
    void configuredFieldsAreReplacedInCompactDataToo() {
        Event event =
                reader.read(new String(login("42"), UTF_8).replaceAll("\\s", "").getBytes(UTF_8));

        assertThat(json(event)).doesNotContain("marker").doesNotContain("192.0.2.7");
    }

    @Test
    void aDefaultIsReplacedInEachEventAnew(@TempDir Path schemas) throws IOException {
        Files.writeString(schemas.resolve("a.schema.json"), """
                {"type": "object", "properties": {"from": {"type": "object", "default": {"ip": "10.0.0.1"}}}}""");
        EventSettings itsSettings = new EventSettings(
                schemas,
                1000,
                Map.of("t", new TopicSettings("t", "/id", List.of("a"))),
                new RedactionSettings(KEY, NO_FIELDS, Map.of("a", List.of("/from/ip"))));
        EventReader its = new EventReader(new EventCatalogue(itsSettings), itsSettings);
        byte[] event = "{\"id\":\"e-1\",\"type\":\"a\",\"data\":{}}".getBytes(UTF_8);
        String first = json(its.read(event));

        assertThat(its.read(event).data()).isEqualTo(its.read(event).data());
        assertThat(json(its.read(event)).replaceAll("\"timestamp\":\"[^\"]*\"", ""))
                .isEqualTo(first.replaceAll("\"timestamp\":\"[^\"]*\"", ""));
    }

    @Test
    void onlyConfiguredFieldsOfTheTypeAreReplaced() {
        Event event = reader.read(login("42"));
        String json = json(event);
        assertThat(json).doesNotContain("marker", "192.0.2.7", "42,").contains("\"first\"", "\"***\"");
        assertThat(event.data().get("username").textValue()).isEqualTo("***");
        assertThat(event.data().has("nothing")).isFalse();
        assertThat(event.data().get("ip").textValue()).hasSize(45).startsWith("h:");

        String logout = new String(login("42"), UTF_8).replace("user_login", "user_logout");
        assertThat(json(reader.read(logout.getBytes(UTF_8)))).contains("marker-name", "marker-phone", "192.0.2.7");
    }

    @Test
    void equalValuesHaveTheSameHashAsKey_inEveryForm() {
        String key = reader.read(login("42")).key();
        assertThat(key).isEqualTo(reader.read(login("\"42\"")).key()).startsWith("h:");
        assertThat(reader.read(login("43")).key()).isNotEqualTo(key);
        assertThat(catalogue.hash("user_id", "42")).contains(key);
        assertThat(catalogue.hash("username", "marker-name")).isEmpty();
        assertThat(catalogue(
                                "another key of more than thirty-two bytes",
                                NO_FIELDS,
                                Map.of("user_login", List.of("/user_id")))
                        .hash("user_id", "42"))
                .isPresent()
                .isNotEqualTo(catalogue.hash("user_id", "42"));
    }

    @Test
    void aSearchedValueIsRedactedLikeItsField() {
        assertThat(catalogue.kept("user_id", "42"))
                .isEqualTo(reader.read(login("42")).key());
        assertThat(catalogue.kept("ip", "192.0.2.7"))
                .isEqualTo(reader.read(login("42")).data().get("ip").textValue());
        assertThat(catalogue.kept("username", "marker-name")).isEqualTo("***");
        assertThat(catalogue.kept("service", "billing")).isEqualTo("billing");
        assertThat(catalogue.kept("q", "marker")).startsWith("h:").isNotEqualTo(catalogue.kept("ip", "marker"));

        EventCatalogue redacts = catalogue("", Map.of("user_login", List.of("/ip")), NO_FIELDS);
        assertThat(redacts.kept("q", "marker")).isEqualTo("***");
        assertThat(catalogue("", NO_FIELDS, NO_FIELDS).kept("q", "marker")).isEqualTo("marker");
    }

    @Test
    void aRedactedEventOfTheGatewayIsReadFromKafkaUnchanged() {
        Event atTheDoor = reader.read(login("42"));
        Event again = reader.readRecord(EventConverters.toBytes(atTheDoor), () -> "f", Instant.now());
        assertThat(json(again)).isEqualTo(json(atTheDoor));
    }

    @Test
    void fieldsInRecordsOfOtherProgramsAreReplacedOnReading() {
        Event event = reader.readRecord(login("42"), () -> "f", Instant.now());
        assertThat(json(event)).doesNotContain("marker", "192.0.2.7");
        assertThat(event.key()).isEqualTo(reader.read(login("42")).key());
    }

    @Test
    void onlyReplacedValuesOfARecordMayViolateTheSchema() {
        String stands = json(reader.read(login("42")));
        String broken = stands.replace("\"***\"", "\"\"").replace("\"action\":\"login\"", "\"action\":7");
        assertThatThrownBy(() -> reader.readRecord(broken.getBytes(UTF_8), () -> "f", Instant.now()))
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        e -> assertThat(e.details()).extracting("path").contains("/data/username", "/data/action"));
        assertThatThrownBy(() -> reader.read(stands.getBytes(UTF_8)))
                .as("a request must not contain a replacement")
                .isInstanceOf(GatewayException.class);
    }

    @Test
    void anInvalidRedactionPreventsTheStart() {
        assertRefused("REDACTION_KEY has 5 bytes", "short", NO_FIELDS, Map.of("user_login", List.of("/ip")));
        assertRefused("unknown event types [user_lgoin]", KEY, Map.of("user_lgoin", List.of("/ip")), NO_FIELDS);
        assertRefused(
                "names 'ip', which is not a field: write a JSON Pointer",
                KEY,
                Map.of("user_login", List.of("ip")),
                NO_FIELDS);
        assertRefused(
                "names '', which is not a field: write a JSON Pointer",
                KEY,
                NO_FIELDS,
                Map.of("user_login", List.of("")));
        assertRefused("Use hashed for this field", KEY, Map.of("user_login", List.of("/user_id")), NO_FIELDS);
    }

    private static void assertRefused(
            String sentence, String key, Map<String, List<String>> redacted, Map<String, List<String>> hashed) {
        assertThatThrownBy(() -> catalogue(key, redacted, hashed))
                .isInstanceOf(InvalidCatalogueException.class)
                .hasMessageContaining(sentence);
    }
}
