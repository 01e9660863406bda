package io.github.eventgateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.MessageSourceAutoConfiguration;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.MessageSource;
import org.yaml.snakeyaml.Yaml;

class MessagesTest {

    private static final List<String> OUTCOMES = List.of(
            "ok",
            "kafka.test.sent",
            "events.accepted",
            "events.partly.accepted",
            "events.none.accepted",
            "dead-letters.replayed",
            "dead-letters.dry-run",
            "erasures.accepted",
            "dead-letters.discarded",
            "dead-letters.discard-dry-run",
            "dead-letters.bulk-discarded",
            "jobs.accepted",
            "jobs.stopping");

    @Test
    void everyReasonAndEveryOutcomeHasASentenceInBothLanguages() throws IOException {
        List<String> keys = Arrays.stream(Reason.values())
                .map(reason -> "reason." + reason.name())
                .toList();

        for (String file : List.of("/messages.properties", "/messages_en.properties")) {
            Properties messages = read(file);
            assertThat(messages.stringPropertyNames())
                    .as(file)
                    .containsAll(keys)
                    .containsAll(OUTCOMES)
                    .hasSize(keys.size() + OUTCOMES.size());
            assertThat(messages.values()).as(file).allSatisfy(sentence -> assertThat((String) sentence)
                    .isNotBlank());
        }
    }

    @Test
    void messagesAreReadAsUtf8AndTheMachinesLocaleHasNoEffect() {
        Locale machine = Locale.getDefault();
        Locale.setDefault(Locale.ENGLISH);
        try {
            new ApplicationContextRunner()
                    .withInitializer(new ConfigDataApplicationContextInitializer())
                    .withConfiguration(AutoConfigurations.of(MessageSourceAutoConfiguration.class))
                    .run(context -> {
                        MessageSource messages = context.getBean(MessageSource.class);
                        assertThat(messages.getMessage("ok", null, Locale.CHINESE))
                                .isEqualTo("获取成功");
                        assertThat(messages.getMessage("kafka.test.sent", null, Locale.CHINESE))
                                .isEqualTo("消息发送成功");
                        assertThat(messages.getMessage("ok", null, Locale.ENGLISH))
                                .isEqualTo("OK");
                    });
        } finally {
            Locale.setDefault(machine);
        }
    }

    @Test
    void everyExampleOfTheContractHasASentenceOfTheGateway() throws IOException {
        Map<?, ?> contract = new Yaml().load(Files.readString(Path.of("src/main/resources/openapi.yaml")));

        assertThat(sentences(contract))
                .hasSizeGreaterThan(40)
                .isSubsetOf(read("/messages.properties").values());
    }

    /** Returns each {@code message} that stands beside a {@code code}. */
    private static List<Object> sentences(Object node) {
        List<Object> found = new ArrayList<>();
        if (node instanceof Map<?, ?> map) {
            if (map.get("message") instanceof String sentence && map.get("code") instanceof Integer) {
                found.add(sentence);
            }
            map.values().forEach(value -> found.addAll(sentences(value)));
        } else if (node instanceof List<?> list) {
            list.forEach(value -> found.addAll(sentences(value)));
        }
        return found;
    }

    private static Properties read(String file) throws IOException {
        Properties messages = new Properties();
        try (Reader in = new InputStreamReader(
                Objects.requireNonNull(MessagesTest.class.getResourceAsStream(file), file), StandardCharsets.UTF_8)) {
            messages.load(in);
        }
        return messages;
    }
}
