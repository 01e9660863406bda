package io.github.eventgateway.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.api.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The written event equals the checked tree, whether its data was serialised or copied. */
class CompactDataTest {

    private static final List<String> BLANKS = List.of("", "", "", "", "", " ", "\n", "\t", "  ");
    private static final List<String> MORE = List.of(
            "\"x\"",
            "\"a b\"",
            "\"{\"",
            "\"}}\"",
            "\"\\\"data\\\":{\"",
            "\"data\"",
            "\"\\\\\"",
            "\"\\u0041\"",
            "\"é\"",
            "\"😀\"",
            "\"\\ud83d\\ude00\"",
            "1.50",
            "1e2",
            "-0.0",
            "[1,[2],{\"data\":{\"a\":1}}]",
            "{\"data\":{}}",
            "null",
            "true",
            "[]",
            "\"\u007f\"");

    private final Random random = new Random(11);
    private boolean compact;
    private final EventSettings settings = new EventSettings(
            Path.of("routes/schemas"),
            1_000_000,
            Map.of("logs", new EventSettings.TopicSettings("system_logs", "/service", List.of("system_info"))),
            new EventSettings.RedactionSettings("", Map.of(), Map.of()));
    private final EventReader reader = new EventReader(new EventCatalogue(settings), settings);

    @Test
    void aloneAndInABatch_theRecordHasTheReadContent() throws IOException {
        int asItCame = 0;
        for (int round = 0; round < 1000; round++) {
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                texts.add(event());
            }
            List<Event> events = new ArrayList<>();
            byte[] array = (blank() + "[" + String.join(blank() + "," + blank(), texts) + "]" + blank())
                    .getBytes(StandardCharsets.UTF_8);
            reader.readArray(array, PublishPermission.ALL, (outcome, index) -> events.add(outcome.event()));
            byte[] lines = String.join(
                            "\r\n",
                            texts.stream().map(text -> text.replace("\n", " ")).toList())
                    .getBytes(StandardCharsets.UTF_8);
            reader.readLines(lines, PublishPermission.ALL, (outcome, index) -> events.add(outcome.event()));
            for (String text : texts) {
                events.add(reader.read(text.getBytes(StandardCharsets.UTF_8)));
            }
            for (int i = 0; i < events.size(); i++) {
                asItCame += events.get(i).written() == null ? 0 : 1;
                assertWhole(texts.get(i % 3), events.get(i));
            }
        }
        assertThat(asItCame).isGreaterThan(1000);
    }

    @Test
    void withAndWithoutAByteOrderMark_theRecordHasTheReadContent() throws IOException {
        String text = "{\"type\":\"system_info\",\"data\":{\"service\":\"a\",\"message\":\"{\",\"level\":\"info\"}}";
        for (String mark : List.of("", "\ufeff")) {
            List<Event> events = new ArrayList<>();
            byte[] body = (mark + "[" + text + "," + text + "]").getBytes(StandardCharsets.UTF_8);
            reader.readArray(body, PublishPermission.ALL, (outcome, index) -> events.add(outcome.event()));
            assertThat(events).hasSize(2);
            for (Event event : events) {
                assertWhole(text, event);
            }
        }
    }

    /** The received bytes do not contain a default of the schema. */
    @Test
    void defaultsOfTheSchema_areInTheRecord() throws IOException {
        String text = "{\"type\":\"system_info\",\"data\":{\"service\":\"a\",\"message\":\"m\"}}";

        Event event = reader.read(text.getBytes(StandardCharsets.UTF_8));

        assertThat(event.written()).isNull();
        assertThat(written(event).at("/data/level").textValue()).isEqualTo("info");
    }

    private static void assertWhole(String text, Event event) throws IOException {
        JsonNode sent = StrictJson.parse(text.getBytes(StandardCharsets.UTF_8));
        JsonNode record = written(event);
        assertThat(record.get("data")).as(text).isEqualTo(sent.get("data")).isEqualTo(event.data());
        assertThat(record.get("id").textValue()).isEqualTo(event.id());
        assertThat(record.get("type")).isEqualTo(sent.get("type"));
        assertThat(record.get("timestamp").textValue())
                .isEqualTo(event.timestamp().toString());
        assertThat(record.size()).isEqualTo(4);
        assertThat(EventConverters.toBytes(event)).as(text).doesNotContain('\n', '\t');
    }

    private static JsonNode written(Event event) {
        return StrictJson.parse(EventConverters.toBytes(event));
    }

    private String event() {
        compact = random.nextBoolean();
        List<String> members = new ArrayList<>(List.of(
                "\"type\":" + blank() + "\"system_info\"",
                "\"data\"" + blank() + ":" + blank() + "{" + blank() + "\"service\":\"a\"," + blank()
                        + "\"message\":\"data\",\"level\":\"info\",\"more\":" + more() + "," + blank() + "\"most\""
                        + ":"
                        + more() + "}"));
        if (random.nextBoolean()) {
            members.add("\"id\":\"data\"");
        }
        if (random.nextBoolean()) {
            members.add("\"timestamp\":\"2026-01-31T12:00:00Z\"");
        }
        Collections.shuffle(members, random);
        return "{" + blank() + String.join(blank() + ",", members) + blank() + "}";
    }

    private String blank() {
        return compact ? "" : BLANKS.get(random.nextInt(BLANKS.size()));
    }

    private String more() {
        return MORE.get(random.nextInt(3) > 0 ? 0 : random.nextInt(MORE.size()));
    }
}
