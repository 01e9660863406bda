package io.github.eventgateway.startup;

import io.github.eventgateway.api.StartupException;
import java.util.Map;
import java.util.TreeSet;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Converts {@code gateway.log-format} to the setting of Spring Boot. Spring Boot would answer a wrong value with a
 * stack trace.
 */
class LogFormat implements EnvironmentPostProcessor, Ordered {

    private static final String TEXT = "text";
    private static final Map<String, String> FORMATS =
            Map.of(TEXT, "", "json", "ecs", "ecs", "ecs", "logstash", "logstash", "gelf", "gelf");

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        String wanted = environment.getProperty("gateway.log-format", TEXT);
        String format = FORMATS.get(wanted);
        if (format == null) {
            throw new StartupException("LOG_FORMAT is '" + wanted + "': write one of "
                    + String.join(", ", new TreeSet<>(FORMATS.keySet())));
        }
        if (!format.isEmpty()) {
            environment
                    .getPropertySources()
                    .addLast(new MapPropertySource(
                            "logFormat", Map.<String, Object>of("logging.structured.format.console", format)));
        }
    }

    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER + 1;
    }
}
