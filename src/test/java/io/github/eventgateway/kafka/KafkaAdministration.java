package io.github.eventgateway.kafka;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.context.annotation.ComponentScan;

/** Kafka's administration with the catalogue and the HTTP engine, and nothing else of the gateway. */
@SpringBootConfiguration
@TestComponent
@EnableAutoConfiguration(
        exclude = {DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class, SecurityAutoConfiguration.class},
        excludeName = {
            "org.springframework.boot.actuate.autoconfigure.security.servlet.ManagementWebSecurityAutoConfiguration",
            "org.springframework.boot.autoconfigure.security.oauth2.resource.servlet.OAuth2ResourceServerAutoConfiguration"
        })
@ConfigurationPropertiesScan({
    "io.github.eventgateway.kafka",
    "io.github.eventgateway.event",
    "io.github.eventgateway.http"
})
@ComponentScan(
        basePackages = {"io.github.eventgateway.kafka", "io.github.eventgateway.event", "io.github.eventgateway.http"})
class KafkaAdministration {

    /** The settings that the routes need, all roles on. */
    static final String[] SETTINGS = {
        "camel.main.routes-include-pattern=file:routes/administer-kafka.camel.yaml",
        "camel.rest.component=platform-http",
        "camel.rest.inline-routes=false",
        "gateway.role.ingest.on=true",
        "gateway.role.ingest.off=false",
        "gateway.role.query.on=true",
        "gateway.role.query.off=false",
        "management.endpoint.health.show-details=always",
    };
}
