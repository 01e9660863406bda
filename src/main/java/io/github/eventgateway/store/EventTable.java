package io.github.eventgateway.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.springframework.jdbc.core.BatchPreparedStatementSetter;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The table {@code event}; the same SQL on PostgreSQL and on H2 in its PostgreSQL mode. Any thread. */
@Component
class EventTable {

    private static final String INSERT = """
            INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at,
                               user_id, username, ip, action, service, level, payload)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING""";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;

    EventTable(JdbcTemplate jdbc, PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
    }

    /**
     * Inserts the rows that are not there yet, by one JDBC batch in one transaction.
     *
     * @return how many were new
     */
    int insert(List<EventRow> rows) {
        List<EventRow> sorted = new ArrayList<>(rows);
        // in one order everywhere, so that two gateways that insert the same ids never wait for each other in a circle
        sorted.sort(Comparator.comparing(row -> row.event().id()));
        Integer inserted = transaction.execute(status -> {
            int count = 0;
            for (int updated : jdbc.batchUpdate(INSERT, new Rows(sorted))) {
                count += updated == Statement.SUCCESS_NO_INFO ? 1 : updated;
            }
            return count;
        });
        return inserted == null ? 0 : inserted;
    }

    private record Rows(List<EventRow> rows) implements BatchPreparedStatementSetter {

        @Override
        public int getBatchSize() {
            return rows.size();
        }

        @Override
        public void setValues(PreparedStatement statement, int index) throws SQLException {
            EventRow row = rows.get(index);
            statement.setString(1, row.event().id());
            statement.setString(2, row.event().type());
            statement.setString(3, row.record().topic());
            statement.setInt(4, row.record().partition());
            statement.setLong(5, row.record().offset());
            statement.setObject(6, utc(row.event().timestamp()));
            statement.setObject(7, utc(row.receivedAt()));
            statement.setString(8, row.field("user_id", 64));
            statement.setString(9, row.field("username", 64));
            statement.setString(10, row.field("ip", 45));
            statement.setString(11, row.field("action", 64));
            statement.setString(12, row.field("service", 128));
            statement.setString(13, row.field("level", 16));
            statement.setString(14, row.payload());
        }

        private static OffsetDateTime utc(Instant instant) {
            return instant.atOffset(ZoneOffset.UTC);
        }
    }
}
