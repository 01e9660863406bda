package io.github.eventgateway.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.eventgateway.event.EventSettings.RedactionSettings;
import io.github.eventgateway.event.EventSettings.TopicSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests mistakes that prevent the start even without the check of routes. */
class EventCatalogueTest {

    @TempDir
    private Path schemas;

    private EventCatalogue catalogue(String type, String... topics) throws IOException {
        Map<String, TopicSettings> settings = new LinkedHashMap<>();
        for (String topic : topics) {
            settings.put(
                    "topic" + settings.size(),
                    new TopicSettings(topic, "/id", settings.isEmpty() ? List.of(type) : List.of()));
        }
        if (!type.contains("/")) {
            Files.writeString(schemas.resolve(type + ".schema.json"), "{\"type\": \"object\"}");
        }
        return new EventCatalogue(
                new EventSettings(schemas, 1000, settings, new RedactionSettings("", Map.of(), Map.of())));
    }

    @Test
    void theLongestNamesAreAccepted() throws IOException {
        assertThat(catalogue("订".repeat(64), "x".repeat(245))
                        .topicOf("订".repeat(64))
                        .deadLetterName())
                .hasSize(249);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", " ", "a/b", "a\u0001b"})
    void aTypeThatFitsNoColumnOrPathPreventsTheStart(String type) {
        assertThatThrownBy(() -> catalogue(type, "users"))
                .isInstanceOf(InvalidCatalogueException.class)
                .hasMessageContaining("The event type '" + type + "'");
    }

    @Test
    void aSchemaOfAnEarlierDraftPreventsTheStart() throws IOException {
        Files.writeString(
                schemas.resolve("login.schema.json"), "{\"$schema\": \"http://json-schema.org/draft-07/schema#\"}");
        EventSettings settings = new EventSettings(
                schemas,
                1000,
                Map.of("users", new TopicSettings("users", "/id", List.of("login"))),
                new RedactionSettings("", Map.of(), Map.of()));

        assertThatThrownBy(() -> new EventCatalogue(settings))
                .isInstanceOf(InvalidCatalogueException.class)
                .hasMessageContaining("login.schema.json")
                .hasMessageContaining("$schema is 'http://json-schema.org/draft-07/schema#'");
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "a b", "a/b", "users:1", "löschen", "a\u0000"})
    void aTopicNameThatKafkaRejectsPreventsTheStart(String topic) {
        assertThatThrownBy(() -> catalogue("login", topic))
                .isInstanceOf(InvalidCatalogueException.class)
                .hasMessageContaining("write 1 to 245 of A-Z a-z 0-9 . _ -");
    }

    @Test
    void aTopicWithATooLongDeadLetterTopicPreventsTheStart() {
        assertThatThrownBy(() -> catalogue("login", "x".repeat(246)))
                .isInstanceOf(InvalidCatalogueException.class)
                .hasMessageContaining("write 1 to 245");
    }

    @ParameterizedTest
    @ValueSource(strings = {"user_events", "user.events", "user_events.dlq", "user_events_dlq"})
    void aTopicThatKafkaCannotDistinguishPreventsTheStart(String topic) {
        assertThatThrownBy(() -> catalogue("login", "user_events", topic))
                .isInstanceOf(InvalidCatalogueException.class)
                .hasMessageContaining("'" + topic + "'");
    }
}
