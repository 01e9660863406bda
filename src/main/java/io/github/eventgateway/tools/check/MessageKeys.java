package io.github.eventgateway.tools.check;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Checks that the message of an answer, which a route sets as the property {@code message}, exists. */
final class MessageKeys implements Rule {

    private static final String FILE = "/messages.properties";

    private final Properties messages = load();

    private static Properties load() {
        Properties messages = new Properties();
        try (InputStream file = MessageKeys.class.getResourceAsStream(FILE)) {
            messages.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return messages;
    }

    @Override
    public void check(Routes routes, Report report) {
        routes.steps().stream()
                .filter(step -> step.kind().equals("setProperty")
                        && step.node().text("name").equals("message"))
                .flatMap(step -> step.node().get("expression").stream())
                .flatMap(expression -> expression.get("constant").stream())
                .flatMap(constant -> constant.get("expression").stream())
                .filter(key -> !messages.containsKey(key.text()) && !key.text().contains("{{"))
                .forEach(key -> report.add(
                        key,
                        "there is no message " + key.text() + " in messages.properties",
                        Nearest.to(key.text(), messages.stringPropertyNames())));
    }
}
