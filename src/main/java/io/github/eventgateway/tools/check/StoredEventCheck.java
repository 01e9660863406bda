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
 * Reads the latest stored events of each type as a consumer would read their records, and counts those that the schemas of
 * now do not take. It reads a page at a time, so that it holds neither memory nor a snapshot of the database.
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

    /** @param connection one without auto-commit */
    StoredEventCheck(Connection connection, EventReader reader) {
        this.connection = connection;
        this.reader = reader;
    }

    /**
     * The events of a type.
     *
     * @param failed how many of them are not valid any more
     * @param example the id of the latest of those; null if there is none
     * @param problem why that one is not valid; null if there is none
     */
    record Result(String type, int checked, int failed, String example, String problem) {

        @Override
        public String toString() {
            return type + ": " + checked + " checked, " + failed + " not valid"
                    + (failed == 0 ? "" : "; the latest is " + example + ": " + problem);
        }
    }

    /**
     * Checks the events of each type, stored ones of types that are gone included.
     *
     * @param types the event types of now
     * @param most how many of each type
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

    /** One after the other by the index, since a DISTINCT would read all of it. */
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
