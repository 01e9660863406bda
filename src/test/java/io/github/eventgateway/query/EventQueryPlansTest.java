package io.github.eventgateway.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.database.PostgresqlServer;
import io.github.eventgateway.database.SqliteFile;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.component.jdbc.JdbcConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * Each filter has an index that returns its page in order of time, so that no database scans or sorts the whole table.
 * Only SQLite sorts rows with the same time by id, which its indexes do not contain.
 */
class EventQueryPlansTest {

    private static EmbeddedPostgres postgres;
    private static NamedParameterJdbcTemplate jdbc;
    private static NamedParameterJdbcTemplate sqlite;

    @TempDir
    private static Path folder;

    private final EventQuery query = query("jdbc:postgresql://127.0.0.1/postgres");
    private final EventQuery queryOfSqlite = query("");

    @BeforeAll
    static void fill() throws IOException, SQLException {
        postgres = EmbeddedPostgres.start();
        PostgresqlServer.renew(postgres);
        DataSource file = SqliteFile.madeAt(folder.resolve("events.db"));
        sqlite = new NamedParameterJdbcTemplate(file);
        jdbc = new NamedParameterJdbcTemplate(PostgresqlServer.at(postgres));
        jdbc.getJdbcOperations().execute("""
                INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at,
                                   user_id, username, ip, action, service, level, payload)
                SELECT 'q-' || n, CASE WHEN n % 5 = 0 THEN 'system_error' ELSE 'user_login' END,
                       CASE WHEN n % 5 = 0 THEN 'system_logs' ELSE 'user_events' END, 0, n,
                       timestamptz '2026-01-01Z' + n * interval '1 second', now(),
                       n % 20, 'user-' || n % 20, '10.0.0.' || n % 20, 'login',
                       CASE WHEN n % 5 = 0 THEN 's' || n % 50 END, CASE WHEN n % 5 = 0 THEN 'error' END,
                       '{"data":{"text":"' || n || '"}}'
                FROM generate_series(1, 50000) AS n""");
        jdbc.getJdbcOperations().execute("ANALYZE event");
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "type=user_login",
                "topic=system_logs",
                "user_id=7",
                "username=user-7",
                "ip=10.0.0.7",
                "service=s5",
                "level=error",
                "from=2026-01-01T01:00:00Z",
                "from=2026-01-01T01:00:00Z&to=2026-01-01T02:00:00Z",
                "type=user_login&user_id=7&from=2026-01-01T01:00:00Z"
            })
    void aPageIsReadInTheOrderOfAnIndex(String filters) {
        assertThat(plan(filters)).contains("Index").doesNotContain("Seq Scan").doesNotContain("Sort");
        String cursor = new Cursor(Instant.parse("2026-01-01T05:00:00Z"), "q").encode();
        for (String asked : List.of(filters, filters + "&cursor=" + cursor)) {
            assertThat(planOfSqlite(asked)).contains("USING INDEX").doesNotContain("TEMP B-TREE FOR ORDER BY");
        }
        assertThat(plan(filters + "&cursor=" + cursor))
                .contains("Index")
                .doesNotContain("Seq Scan")
                .doesNotContain("Sort");
    }

    @Test
    void onPostgresqlTheRowsOfAPageAreReadOnce() {
        assertThat(explain(query, "", EventQueryPlansTest::planOf))
                .containsOnlyOnce("on event ")
                .contains("Index Scan");
    }

    /** The index finds the few rows of a page, and only these are read. */
    @Test
    void onSqliteTheRowsOfAPageAreReadByTheirIds() {
        assertThat(explain(queryOfSqlite, "", EventQueryPlansTest::planOfSqlite))
                .contains("SEARCH event USING INDEX sqlite_autoindex_event_1 (id=?)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-01-01T02:00:00Z", "2026-01-01T05:00:00Z"})
    void aCursorBeyondTheEndIsNoStartOfTheScan(String cursor) {
        String filters = "from=2026-01-01T01:00:00Z&to=2026-01-01T02:00:00Z";
        assertThat(plan(filters + "&cursor=" + new Cursor(Instant.parse(cursor), "q").encode()))
                .isEqualTo(plan(filters));
    }

    @Test
    void aCursorWithinTheRangeIsTheStartOfTheScan() {
        String filters = "from=2026-01-01T01:00:00Z&to=2026-01-01T02:00:00Z";
        assertThat(plan(filters + "&cursor=" + new Cursor(Instant.parse("2026-01-01T01:59:59Z"), "q").encode()))
                .isNotEqualTo(plan(filters))
                .contains("ROW(occurred_at");
    }

    /** Returns the plan of the statement that finds the rows of the page. */
    private String plan(String filters) {
        return explain(query, filters, (sql, values) -> planOf(candidates(sql), values));
    }

    private String planOfSqlite(String filters) {
        return explain(queryOfSqlite, filters, (sql, values) -> planOfSqlite(candidates(sql), values));
    }

    private static String candidates(String sql) {
        String before = "WITH candidate AS (";
        return sql.substring(sql.indexOf(before) + before.length(), sql.indexOf(")\nSELECT "));
    }

    private static List<String> planOf(String sql, Map<String, Object> values) {
        return jdbc.queryForList("EXPLAIN " + sql, values, String.class);
    }

    private static List<String> planOfSqlite(String sql, Map<String, Object> values) {
        return sqlite.query("EXPLAIN QUERY PLAN " + sql, values, (rows, number) -> rows.getString("detail"));
    }

    private static EventQuery query(String url) {
        DatabaseSettings settings =
                new DatabaseSettings(url, "", "", "", "", folder, 1, Duration.ZERO, Duration.ZERO, Duration.ZERO);
        return new EventQuery(
                new ObjectMapper(), mock(), settings, new PageSettings(8 << 20, Duration.ZERO, Duration.ZERO), mock());
    }

    private static String explain(
            EventQuery query, String filters, BiFunction<String, Map<String, Object>, List<String>> database) {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            Exchange exchange = new DefaultExchange(context);
            for (String filter : filters.split("&")) {
                int equals = filter.indexOf('=');
                if (equals > 0) {
                    exchange.getMessage().setHeader(filter.substring(0, equals), filter.substring(equals + 1));
                }
            }
            query.prepare(exchange);
            String sql = exchange.getMessage().getBody(String.class).replace(":?", ":");
            Map<?, ?> values = exchange.getMessage().getHeader(JdbcConstants.JDBC_PARAMETERS, Map.class);
            @SuppressWarnings("unchecked")
            Map<String, Object> named = (Map<String, Object>) values;
            return String.join("\n", database.apply(sql, named));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
