package io.github.eventgateway.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.database.ColumnTime;
import io.github.eventgateway.testing.RouteTest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Tests that a search examines many events in parts, each event once. */
class SearchTest extends RouteTest {

    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final int EVENTS = 10_000;
    private static final String TEXT = "instr(fold(payload), :?q) > 0";

    @Autowired
    private JdbcTemplate jdbc;

    @BeforeEach
    void store() {
        jdbc.update("DELETE FROM event");
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            // Several events have the same time, and differ in their ids.
            Object time = ColumnTime.column(TIME.plusSeconds(i / 7));
            rows.add(new Object[] {id(i), time, time, "{\"data\":{\"number\":\"<" + i % 1000 + ">\"}}"});
        }
        // In one transaction: each commit of SQLite waits for the disk.
        new TransactionTemplate(new JdbcTransactionManager(jdbc.getDataSource()))
                .executeWithoutResult(transaction -> jdbc.batchUpdate(
                        "INSERT INTO event"
                                + " (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, payload)"
                                + " VALUES (?, 'system_info', 'system_logs', 0, 0, ?, ?, ?)",
                        rows));
    }

    private static String id(int number) {
        return "%05d".formatted(number);
    }

    private EventScan scan(String q, Cursor start) {
        Listing listing = new Listing(
                "event", "id, occurred_at, payload", List.of("occurred_at", "id"), List.of("payload"), false);
        return new EventScan(new NamedParameterJdbcTemplate(jdbc), listing, "", TEXT, Map.of("q", q), start);
    }

    @Test
    void eachMatchIsFoundOnce_whateverTheTimeOfAPage() {
        for (Duration time : List.of(Duration.ZERO, Duration.ofMillis(5), Duration.ofMinutes(1))) {
            List<String> found = new ArrayList<>();
            Cursor next = null;
            do {
                EventRows rows = scan("<7>", next).read(3, 1 << 20, time);
                rows.rows().forEach(row -> found.add((String) row.get("id")));
                next = rows.next();
            } while (next != null);

            assertThat(found)
                    .as(time.toString())
                    .containsExactly(
                            "09007", "08007", "07007", "06007", "05007", "04007", "03007", "02007", "01007", "00007");
        }
    }

    @Test
    void aSearchWithoutAMatchEndsAfterItsTime_andContinues() {
        EventScan scan = scan("nothing", null);

        EventRows first = scan.read(50, 1 << 20, Duration.ZERO);
        assertThat(first.rows()).isEmpty();
        assertThat(first.next()).isNotNull();
        assertThat(first.next().time()).isAfter(TIME).isBefore(TIME.plusSeconds(EVENTS / 7));

        EventRows rest = scan.read(50, 1 << 20, Duration.ofMinutes(1));
        assertThat(rest.rows()).isEmpty();
        assertThat(rest.next()).isNull();
    }

    @Test
    void thePageOfASearchEndsAtItsSize() {
        EventRows page = scan("<", null).read(500, 100, Duration.ofMinutes(1));

        assertThat(page.rows()).hasSizeLessThan(5).isNotEmpty();
        assertThat(page.next()).isNotNull();
    }
}
