package io.github.eventgateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.testing.BrokerProcess;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** As a site runs it: a broker and PostgreSQL in processes of their own. */
class PostgresqlEndToEndTest extends EndToEnd {

    private BrokerProcess broker;
    private EmbeddedPostgres postgres;

    @Override
    Map<String, String> settings() {
        broker = BrokerProcess.start();
        try {
            postgres = EmbeddedPostgres.builder().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.of(
                "KAFKA_BROKERS",
                broker.brokers(),
                "DATABASE_URL",
                "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres",
                "DATABASE_USER",
                "postgres",
                "DATABASE_PASSWORD",
                "postgres");
    }

    @Override
    void release() throws IOException {
        if (postgres != null) {
            postgres.close();
        }
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    void theDatabaseIsPostgresql() {
        assertThat(gateway().database().queryForObject("SELECT version()", String.class))
                .startsWith("PostgreSQL 17");
    }
}
