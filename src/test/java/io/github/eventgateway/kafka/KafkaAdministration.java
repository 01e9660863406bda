package io.github.eventgateway.kafka;

import io.github.eventgateway.testing.DataFolder;
import java.util.Map;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.test.context.DynamicPropertyRegistry;

/** Starts only the parts of the gateway that administer Kafka: the catalogue and the HTTP engine. */
@SpringBootConfiguration
@TestComponent
@EnableAutoConfiguration(
        exclude = {DataSourceAutoConfiguration.class, SecurityAutoConfiguration.class},
        excludeName = {
            "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration",
            "org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerAutoConfiguration"
        })
@ConfigurationPropertiesScan({
    "io.github.eventgateway.kafka",
    "io.github.eventgateway.event",
    "io.github.eventgateway.server.http"
})
@ComponentScan(
        basePackages = {
            "io.github.eventgateway.api",
            "io.github.eventgateway.kafka",
            "io.github.eventgateway.event",
            "io.github.eventgateway.server.http",
            "io.github.eventgateway.job"
        },
        excludeFilters = @ComponentScan.Filter(type = FilterType.CUSTOM, classes = TypeExcludeFilter.class))
class KafkaAdministration {

    private static final Map<String, String> SETTINGS = Map.of(
            "camel.main.routes-include-pattern",
                    "file:routes/administer-kafka.camel.yaml,file:routes/test-kafka.camel.yaml",
            "camel.rest.component", "platform-http",
            "camel.rest.inline-routes", "false",
            "gateway.role.ingest.on", "true",
            "gateway.role.ingest.off", "false",
            "gateway.role.query.on", "true",
            "gateway.role.query.off", "false");

    /** Sets the settings that the routes need, with all roles. */
    static void settings(DynamicPropertyRegistry registry) {
        SETTINGS.forEach((name, value) -> registry.add(name, () -> value));
        String folder = DataFolder.create().toString();
        registry.add("gateway.data-directory", () -> folder);
    }
}
