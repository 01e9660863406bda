package io.github.eventgateway.embedded;

import org.springframework.core.env.PropertyResolver;

/**
 * Which of the things that the gateway depends on it brings along itself, because no setting names another.
 *
 * @param broker the Kafka broker runs inside this process
 * @param database the database is a file of this process
 * @param developmentKey tokens may be signed with a key that the gateway makes up: neither brokers nor a database are set
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
