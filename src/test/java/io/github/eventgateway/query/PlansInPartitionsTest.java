package io.github.eventgateway.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.database.PostgresqlServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.component.jdbc.JdbcConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterUtils;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * In a partitioned table each partition returns its rows of a page from an index, and partitions of other times are
 * skipped.
 */
class PlansInPartitionsTest {

    private static final int ROWS = 30_000;

    private static EmbeddedPostgres postgres;
    private static NamedParameterJdbcTemplate jdbc;

    @BeforeAll
    static void fill() throws IOException, SQLException {
        postgres = EmbeddedPostgres.start();
        PostgresqlServer.renewWithPartitions(postgres);
        JdbcTemplate plain = new JdbcTemplate(PostgresqlServer.at(postgres));
        for (String first : plain.queryForList(
                "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'event'::regclass ORDER BY 1 LIMIT 1",
                String.class)) {
            plain.execute("ALTER TABLE event DETACH PARTITION " + first);
        }
        for (int month = 1; month <= 3; month++) {
            String name = "event_2026_0" + month;
            plain.execute("CREATE TABLE " + name + " (LIKE event)");
            plain.execute("CREATE INDEX ON " + name + " (id)");
            plain.execute("ALTER TABLE event ATTACH PARTITION " + name + " FOR VALUES FROM ('2026-0" + month
                    + "-01Z') TO ('2026-0" + (month + 1) + "-01Z')");
        }
        plain.execute("""
                INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at,
                                   user_id, username, ip, action, service, level, payload, publisher, stored_at)
                SELECT 'q-' || n, CASE WHEN n %% 5 = 0 THEN 'system_error' ELSE 'user_login' END,
                       CASE WHEN n %% 5 = 0 THEN 'system_logs' ELSE 'user_events' END, 0, n,
                       timestamptz '2026-01-01Z' + (n - n %% 2) * interval '4 minutes', now(),
                       n %% 20, 'user-' || n %% 20, '10.0.0.' || n %% 20, 'login',
                       CASE WHEN n %% 5 = 0 THEN 's' || n %% 50 END, 'error',
                       '{"data":{"text":"' || n || '"}}', 'publisher-' || n %% 20,
                       timestamptz '2026-01-01Z' + n * interval '4 minutes'
                FROM generate_series(1, %d) AS n WHERE n * 4 < 90 * 24 * 60""".formatted(ROWS));
        plain.execute("INSERT INTO event_key (id, stored_at) SELECT id, stored_at FROM event");
        for (int month = 1; month <= 3; month++) {
            plain.execute("ALTER TABLE event_2026_0" + month + " ADD CHECK (occurred_at >= '2026-0" + month
                    + "-01Z' AND occurred_at < '2026-0" + (month + 1) + "-01Z')");
            plain.execute("ANALYZE event_2026_0" + month);
        }
        plain.execute("ANALYZE event_key");
        jdbc = new NamedParameterJdbcTemplate(plain);
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
                "publisher=publisher-7",
                "type=user_login&user_id=7&from=2026-01-10T01:00:00Z"
            })
    void aPageIsReadInTheOrderOfTheIndexes_andEachPartitionOnce(String filters) {
        String cursor = new Cursor(Instant.parse("2026-02-10T05:00:00Z"), "q").encode();
        for (String asked : List.of(filters, filters + "&cursor=" + cursor)) {
            assertThat(plan(asked))
                    .as(asked)
                    .containsOnlyOnce(" on event_2026_01 ")
                    .doesNotContain("Seq Scan on event_2026_0")
                    .doesNotContain("->  Sort")
                    .doesNotContain("Incremental Sort");
        }
    }

    /** All rows have the same level. The plan for it must not read them all if another level is asked for. */
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
                "publisher=publisher-7"
            })
    void theKeptPlanOfAPageReadsOnlyTheRowsOfTheFilter(String filters) {
        String cursor = new Cursor(Instant.parse("2026-02-10T05:00:00Z"), "q").encode();
        String index = filters.isEmpty() ? "occurred_at_id_idx" : filters.split("=")[0] + "_occurred_at_id_idx";
        for (String asked : List.of(filters, filters + "&cursor=" + cursor)) {
            assertThat(keptPlan(asked))
                    .as(asked)
                    .contains(
                            "event_2026_01_" + index,
                            "event_2026_02_" + index,
                            filters.isEmpty() ? "" : "ANY ((ARRAY[$1]")
                    .containsOnlyOnce(" on event_2026_01 ")
                    .doesNotContain("Seq Scan on event_2026_0")
                    .doesNotContain("Filter: (ROW(")
                    .doesNotContain("->  Sort")
                    .doesNotContain("Incremental Sort");
        }
    }

    /** Pairs of rows have the same time. */
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
                "publisher=publisher-7",
                "level=absent"
            })
    void theKeptPlanOfAPageReturnsTheSameRows(String filter) {
        String condition = filter.isEmpty() ? "true" : filter.replace("=", "='") + "'";
        String third = jdbc
                .getJdbcOperations()
                .queryForList("SELECT id " + candidates(condition, "") + " LIMIT 3", String.class)
                .stream()
                .reduce("q", (before, id) -> id);
        for (int limit : new int[] {1, 50, 500}) {
            String asked = filter + "&limit=" + limit;
            assertThat(keptRows(asked)).as(asked).isEqualTo(rows(condition, "", limit + 1));
            for (String id : List.of(third, "q-15000", "")) {
                Instant time = time(id);
                String rest = asked + "&cursor=" + new Cursor(time, id).encode();
                String before = " AND (occurred_at, id) < ('" + time + "', '" + id + "')";
                assertThat(keptRows(rest)).as(rest).isEqualTo(rows(condition, before, limit + 1));
            }
        }
    }

    private static Instant time(String id) {
        List<OffsetDateTime> times = jdbc.queryForList(
                "SELECT occurred_at FROM event WHERE id = :id", Map.of("id", id), OffsetDateTime.class);
        return times.isEmpty()
                ? Instant.parse("2026-02-10T05:00:00Z")
                : times.get(0).toInstant();
    }

    private static String candidates(String condition, String before) {
        return "FROM event WHERE " + condition + before + " ORDER BY occurred_at DESC, id DESC";
    }

    private static List<String> rows(String condition, String before, int limit) {
        return jdbc.getJdbcOperations()
                .queryForList(
                        "SELECT payload || count(*) OVER () FROM (SELECT * " + candidates(condition, before) + " LIMIT "
                                + limit + ") page ORDER BY occurred_at DESC, id DESC",
                        String.class);
    }

    private static List<String> keptRows(String filters) {
        return kept(filters, "").stream()
                .map(row -> "" + row.get("payload") + row.get("found"))
                .toList();
    }

    /** PostgreSQL keeps this plan if its estimated cost is as low as that of plans for the values. */
    private static String keptPlan(String filters) {
        return kept(filters, "EXPLAIN ").stream()
                .map(row -> (String) row.get("QUERY PLAN"))
                .collect(Collectors.joining("\n"));
    }

    private static List<Map<String, Object>> kept(String filters, String before) {
        Prepared page = prepared(filters);
        SqlParameterSource values = new MapSqlParameterSource(page.values());
        String sql = NamedParameterUtils.substituteNamedParameters(
                NamedParameterUtils.parseSqlStatement(page.sql()), values);
        List<String> types = new ArrayList<>();
        List<String> literals = new ArrayList<>();
        for (Object value : NamedParameterUtils.buildValueArray(page.sql(), page.values())) {
            types.add(value instanceof Integer ? "int" : value instanceof String ? "varchar" : "timestamptz");
            literals.add("'" + value + "'");
            sql = sql.replaceFirst("\\?", "\\$" + types.size());
        }
        SingleConnectionDataSource one = session();
        try {
            JdbcTemplate session = new JdbcTemplate(one);
            session.execute("PREPARE page (" + String.join(", ", types) + ") AS " + sql);
            session.execute("SET plan_cache_mode = force_generic_plan");
            return session.queryForList(before + "EXECUTE page (" + String.join(", ", literals) + ")");
        } finally {
            one.destroy();
        }
    }

    private static SingleConnectionDataSource session() {
        try {
            return new SingleConnectionDataSource(postgres.getPostgresDatabase().getConnection(), true);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void thePartitionsOfOtherTimes_areSkipped() {
        assertThat(plan("user_id=7&from=2026-02-10T00:00:00Z&to=2026-02-11T00:00:00Z"))
                .contains("event_2026_02")
                .doesNotContain("event_2026_01")
                .doesNotContain("event_2026_03");
    }

    @Test
    void oneEventIsFoundByAnIndexOfEachPartition() {
        String plan = String.join(
                "\n", jdbc.queryForList("EXPLAIN SELECT payload FROM event WHERE id = 'q-7'", Map.of(), String.class));

        assertThat(plan)
                .contains("event_2026_01_id_idx", "event_2026_03_id_idx")
                .doesNotContain("Seq Scan on event_2026_0");
    }

    private static String plan(String filters) {
        Prepared page = prepared(filters);
        return String.join("\n", jdbc.queryForList("EXPLAIN " + page.sql(), page.values(), String.class));
    }

    private record Prepared(String sql, Map<String, Object> values) {}

    private static Prepared prepared(String filters) {
        DatabaseSettings settings = new DatabaseSettings(
                "jdbc:postgresql://x", "", "", "", "", Path.of("x"), 1, Duration.ZERO, Duration.ZERO, Duration.ZERO);
        EventQuery query = new EventQuery(
                new ObjectMapper(), mock(), settings, new PageSettings(8 << 20, Duration.ZERO, Duration.ZERO), mock());
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
            @SuppressWarnings("unchecked")
            Map<String, Object> values = exchange.getMessage().getHeader(JdbcConstants.JDBC_PARAMETERS, Map.class);
            return new Prepared(sql, values);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
