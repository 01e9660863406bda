package io.github.eventgateway.startup;

import io.github.eventgateway.api.StartupException;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;

/** Ends the start if a setting has a name from an earlier build, because nothing reads it any more. */
class RenamedSettings implements EnvironmentPostProcessor, Ordered {

    private static final String OLD = "gateway.alert.";
    private static final String NEW = "gateway.handle.";
    private static final List<String> RENAMED = List.of(
            "batch-records", "redeliveries", "redelivery-delay-ms", "redelivery-delay-max-ms", "max-poll-interval-ms");

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        String renamed = RENAMED.stream()
                .filter(name -> environment.containsProperty(OLD + name))
                .map(name -> OLD + name + " is now " + NEW + name)
                .collect(Collectors.joining(", "));
        if (!renamed.isEmpty()) {
            throw new StartupException("Settings have new names. Rename them: " + renamed);
        }
    }

    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER + 1;
    }
}
