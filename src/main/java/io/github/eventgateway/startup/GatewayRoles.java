package io.github.eventgateway.startup;

import io.github.eventgateway.api.Words;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Converts {@code gateway.roles} to the placeholders that start routes: {@code gateway.role.<name>.on} for
 * {@code autoStartup} of a route, and {@code gateway.role.<name>.off} for {@code disabled} of a REST verb.
 */
public class GatewayRoles implements EnvironmentPostProcessor, Ordered {

    private static final String PREFIX = "gateway.role.";
    private static final List<String> KNOWN = List.of("ingest", "store", "handle", "query");

    /** The name of the role of the handlers in earlier builds. */
    private static final String EARLIER = "alert";

    /** The roles that consume from Kafka, and so cannot run without it. */
    private static final Set<String> CONSUMING = Set.of("store", "handle");

    /** The names of these placeholders. */
    public static Set<String> placeholders() {
        return KNOWN.stream()
                .flatMap(role -> Stream.of("on", "off").map(state -> PREFIX + role + "." + state))
                .collect(Collectors.toSet());
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        String setting = environment.getProperty("gateway.roles", String.join(",", KNOWN));
        Set<String> roles = new TreeSet<>(Words.of(setting));
        if (roles.isEmpty() || !KNOWN.containsAll(roles)) {
            throw new UnknownRoleException("GATEWAY_ROLES is '" + setting + "': write a list of one or more of "
                    + String.join(",", KNOWN)
                    + (roles.contains(EARLIER) ? "; the role " + EARLIER + " is now handle" : ""));
        }
        boolean kafka = environment.getProperty("gateway.kafka.enabled", Boolean.class, true);
        Map<String, Object> properties = new HashMap<>();
        for (String role : KNOWN) {
            boolean on = roles.contains(role) && (kafka || !CONSUMING.contains(role));
            properties.put(PREFIX + role + ".on", String.valueOf(on));
            properties.put(PREFIX + role + ".off", String.valueOf(!on));
        }
        environment.getPropertySources().addFirst(new MapPropertySource("gatewayRoles", properties));
    }

    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER + 1;
    }
}
