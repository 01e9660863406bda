package io.github.eventgateway.embedded;

import org.springframework.core.env.PropertyResolver;

/**
 * The parts that are embedded because no setting names another one.
 *
 * @param broker the Kafka broker runs in this process
 * @param database the database is a file of this process
 * @param developmentKey the gateway may generate the key of tokens: neither brokers nor a database are configured
 */
public record EmbeddedDefaults(boolean broker, boolean database, boolean developmentKey) {

    public static EmbeddedDefaults of(PropertyResolver settings) {
        boolean noBrokers = settings.getProperty("gateway.kafka.brokers", "").isBlank();
        boolean noDatabase = settings.getProperty("gateway.database.url", "").isBlank();
        boolean kafka = settings.getProperty("gateway.kafka.enabled", Boolean.class, true);
        return new EmbeddedDefaults(kafka && noBrokers, noDatabase, noBrokers && noDatabase);
    }

    boolean any() {
        return broker || database;
    }
}
