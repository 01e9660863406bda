package io.github.eventgateway.tools.check;

import io.github.eventgateway.startup.GatewayRoles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** Checks the folder of a gateway, with application.yaml and routes/, in a test of your own. */
public final class RouteFolders {

    private static final Installed INSTALLED = Installed.scan();

    private RouteFolders() {}

    /** Returns the findings that {@code check} would print for this folder; empty if it is correct. */
    public static List<Finding> findings(Path folder) throws IOException {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "copy", Map.of("spring.config.location", "file:" + folder.resolve("application.yaml"))));
        ConfigDataEnvironmentPostProcessor.applyTo(environment);
        new GatewayRoles().postProcessEnvironment(environment, null);
        return RouteCheck.of(environment, INSTALLED).check(folder.resolve("routes"));
    }
}
