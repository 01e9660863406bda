package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.EndToEndScenario.login;
import static io.github.eventgateway.endtoend.EndToEndScenario.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.eventgateway.testing.BrokerProcess;
import io.github.eventgateway.testing.Call;
import io.github.eventgateway.testing.Reply;
import io.github.eventgateway.testing.Token;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** Runs the end-to-end tests as in production: with a separate broker and PostgreSQL. */
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

    /** Another session keeps a lock after an ALTER TABLE. */
    @Test
    void whileTablesAreLocked_queriesAreAnsweredInTime() throws Exception {
        String letter = UUID.randomUUID().toString();
        List<Call> calls = List.of(
                gateway().call("GET", "/api/events"),
                gateway().call("GET", "/api/events?q=x&user_id=7"),
                gateway().call("GET", "/api/events/" + unique()),
                gateway().call("GET", "/api/dead-letters"),
                gateway().call("GET", "/api/dead-letters/" + letter),
                gateway().call("POST", "/api/dead-letters/replay").json("{\"filter\": {}, \"dry_run\": true}"),
                gateway()
                        .call("POST", "/api/dead-letters/" + letter + "/replay")
                        .json("{}"),
                gateway()
                        .call("POST", "/api/dead-letters/" + letter + "/discard")
                        .json("{\"reason\": \"r\"}"));
        try (Connection locking = postgres.getPostgresDatabase().getConnection()) {
            locking.setAutoCommit(false);
            locking.createStatement().execute("LOCK TABLE event, dead_letter, dead_letter_history");

            List<CompletableFuture<Reply>> replies = new ArrayList<>();
            for (Call call : calls) {
                String token = Token.of("events:read events:write dead-letters:write", "operator-" + replies.size());
                replies.add(call.token(token).sendAsync());
            }
            CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);

            // There are eight threads, and one caller can use two.
            assertThat(replies)
                    .allSatisfy(reply -> assertThat(reply.join().status()).isEqualTo(503))
                    .filteredOn(reply -> reply.join().data("/reason").asText().equals("DATABASE_UNAVAILABLE"))
                    .hasSizeGreaterThanOrEqualTo(6);
            locking.rollback();
        }
        assertThat(gateway().get("/api/events").status()).isEqualTo(200);
    }

    /** After a failover to a standby that was promoted late, its sessions answer and remain read-only. */
    @Test
    void afterTheDatabaseWasReadOnly_eventsAreStoredWithinSeconds() throws Exception {
        try (Connection connection = postgres.getPostgresDatabase().getConnection()) {
            letThemBeReadOnlyForAWhile(new JdbcTemplate(new SingleConnectionDataSource(connection, true)));
        }
    }

    private void letThemBeReadOnlyForAWhile(JdbcTemplate root) {
        root.execute("SET default_transaction_read_only = off");
        root.execute("ALTER DATABASE postgres SET default_transaction_read_only = on");
        endSessions(root);
        String id = unique();
        assertThat(gateway().post("/api/events", login(id)).status()).isEqualTo(202);
        await().atMost(ARRIVAL).until(() -> {
            // A session that was just starting had no name yet, and is not read-only.
            endSessions(root);
            return gateway().get("/api/events/" + id).reason().equals("DATABASE_UNAVAILABLE");
        });

        root.execute("ALTER DATABASE postgres RESET default_transaction_read_only");
        stored(id);
    }

    private static void endSessions(JdbcTemplate root) {
        root.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'event-gateway%'");
    }

    @Test
    void theDatabaseIsPostgresql() {
        assertThat(gateway().database().queryForObject("SELECT version()", String.class))
                .startsWith("PostgreSQL 17");
    }
}
