package io.github.eventgateway.tools.check;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Violation;
import io.github.eventgateway.event.EventReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads the latest stored events of each type like a consumer, and counts those that violate the present schemas. It
 * reads a page at a time, so that it holds neither much memory nor a snapshot of the database.
 */
final class StoredEventCheck {

    private static final int PAGE = 500;
    private static final int SECONDS = 30;
    private static final String NEXT_TYPE = "SELECT type FROM event WHERE type > ? ORDER BY type LIMIT 1";
    private static final String FIRST_PAGE =
            "SELECT id, occurred_at, payload FROM event WHERE type = ? ORDER BY occurred_at DESC, id DESC LIMIT ?";
    private static final String NEXT_PAGE = "SELECT id, occurred_at, payload FROM event WHERE type = ?"
            + " AND (occurred_at, id) < (?, ?) ORDER BY occurred_at DESC, id DESC LIMIT ?";

    private final Connection connection;
    private final EventReader reader;

    /**
     * @param connection a connection without auto-commit
     */
    StoredEventCheck(Connection connection, EventReader reader) {
        this.connection = connection;
        this.reader = reader;
    }

    /**
     * The result for one type.
     *
     * @param failed the number of invalid events
     * @param example the id of the latest invalid event; null without one
     * @param problem the violation of that event; null without one
     */
    record Result(String type, int checked, int failed, String example, String problem) {

        @Override
        public String toString() {
            return type + ": " + checked + " checked, " + failed + " invalid"
                    + (failed == 0 ? "" : "; the latest is " + example + ": " + problem);
        }
    }

    /**
     * Checks the events of each type, including stored events of removed types.
     *
     * @param types the present event types
     * @param most the maximum number of events per type
     */
    List<Result> check(Set<String> types, int most) throws SQLException {
        Set<String> all = new TreeSet<>(types);
        all.addAll(storedTypes());
        List<Result> results = new ArrayList<>();
        for (String type : all) {
            results.add(check(type, most));
        }
        return results;
    }

    /** Finds the types one after the other by the index, because a DISTINCT would read the whole index. */
    private List<String> storedTypes() throws SQLException {
        List<String> types = new ArrayList<>();
        String last = "";
        while (last != null) {
            try (PreparedStatement statement = connection.prepareStatement(NEXT_TYPE)) {
                statement.setQueryTimeout(SECONDS);
                statement.setString(1, last);
                try (ResultSet rows = statement.executeQuery()) {
                    last = rows.next() ? rows.getString(1) : null;
                }
            }
            connection.commit();
            if (last != null) {
                types.add(last);
            }
        }
        return types;
    }

    private Result check(String type, int most) throws SQLException {
        Result result = new Result(type, 0, 0, null, null);
        Row last = null;
        boolean isMore = true;
        while (isMore && result.checked() < most) {
            List<Row> page = page(type, last, Math.min(PAGE, most - result.checked()));
            for (Row row : page) {
                result = with(result, row);
                last = row;
            }
            isMore = page.size() == PAGE;
        }
        return result;
    }

    private record Row(String id, Object occurredAt, String payload) {}

    private List<Row> page(String type, Row last, int size) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(last == null ? FIRST_PAGE : NEXT_PAGE)) {
            statement.setQueryTimeout(SECONDS);
            int at = 1;
            statement.setString(at++, type);
            if (last != null) {
                statement.setObject(at++, last.occurredAt());
                statement.setString(at++, last.id());
            }
            statement.setInt(at, size);
            List<Row> page = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    page.add(new Row(rows.getString(1), rows.getObject(2), rows.getString(3)));
                }
            }
            return page;
        } finally {
            connection.commit();
        }
    }

    private Result with(Result result, Row row) {
        String problem = problem(row);
        boolean isFirst = problem != null && result.failed() == 0;
        return new Result(
                result.type(),
                result.checked() + 1,
                result.failed() + (problem == null ? 0 : 1),
                isFirst ? row.id() : result.example(),
                isFirst ? problem : result.problem());
    }

    private String problem(Row row) {
        try {
            reader.readRecord(row.payload().getBytes(StandardCharsets.UTF_8), row::id, Instant.EPOCH);
            return null;
        } catch (GatewayException e) {
            return e.details().stream()
                    .findFirst()
                    .map(StoredEventCheck::text)
                    .orElse(e.reason().toString());
        }
    }

    private static String text(Violation violation) {
        return violation.path() + " " + violation.message();
    }
}
