package io.github.eventgateway.deadletter;

import io.github.eventgateway.database.ColumnText;
import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.database.Sql;
import io.github.eventgateway.erasure.ErasurePart;
import io.github.eventgateway.erasure.UserToErase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.springframework.stereotype.Component;

/**
 * Erases the data of a user in dead letters: record, message, and details of the history. The dead letters remain, but
 * cannot be replayed. It examines all dead letters in the order of their ids. One thread at a time.
 */
@Component
class DeadLetterErasure implements ErasurePart {

    static final String ERASED = "erased";

    /** Replaces the headers of a record. */
    static final byte[] NO_HEADERS = new byte[Integer.BYTES];

    /** The columns with text from headers, and the length to which each was cut. */
    private static final Map<String, Integer> TEXTS = Map.of(
            "exception",
            DeadLetter.LONGEST_NAME,
            "message",
            RejectedRecord.MAX_MESSAGE,
            "consumer_group",
            DeadLetter.LONGEST_NAME,
            "route",
            DeadLetter.LONGEST_NAME,
            "reason",
            DeadLetter.LONGEST_REASON);

    /** This number of characters at the beginning of an id is enough to recognise it. */
    private static final int ENOUGH_OF_ID = 64;

    private static final int LOOKED_THROUGH = 200;
    private static final long MOST_BYTES = 8 << 20;
    private static final int STATEMENT_TIMEOUT_SECONDS = 30;

    private static final String SIZES = """
            SELECT id, COALESCE(length(record_key), 0) + COALESCE(length(record_value), 0) + length(record_headers)
            FROM dead_letter WHERE id > ? ORDER BY id LIMIT %d""".formatted(LOOKED_THROUGH);
    private static final String LETTERS = """
            SELECT id, record_key, record_value, record_headers, exception, message, source_topic, consumer_group, route, reason, cause
            FROM dead_letter WHERE id > ? AND id <= ? AND status <> 'erased' ORDER BY id""";
    private static final String ERASE = """
            UPDATE dead_letter SET status = 'erased', record_key = NULL, record_value = NULL, record_headers = ?, exception = NULL,
                message = NULL, claim = NULL, claimed_at = NULL, consumer_group = ?, route = ?, reason = ?, cause = ?
            WHERE id = ?""";
    private static final String FORGET_CAUSE = """
            UPDATE dead_letter_cause SET message = NULL, consumer_group = ?, route = ?, reason = ?
            WHERE cause = ? AND NOT EXISTS (SELECT 1 FROM dead_letter WHERE dead_letter.cause = dead_letter_cause.cause)""";
    private static final String FORGET_DETAILS =
            "UPDATE dead_letter_history SET detail = NULL WHERE dead_letter_id = ?";

    /** The placeholder is a function that returns the position of a text in another one. */
    private static final String FORGET_REASONS = """
            UPDATE dead_letter_history SET detail = NULL
            WHERE dead_letter_id > ? AND dead_letter_id <= ? AND %s(detail, ?) > 0""";

    private static final String NOTE =
            "INSERT INTO dead_letter_history (dead_letter_id, at, actor, outcome, detail) VALUES (?, ?, NULL, 'erased', ?)";

    private final boolean isPostgresql;

    DeadLetterErasure(DatabaseSettings database) {
        this.isPostgresql = database.isPostgresql();
    }

    @Override
    public Kind kind() {
        return Kind.DEAD_LETTERS;
    }

    /** The position is the last examined id. */
    @Override
    public Step step(Connection connection, UserToErase user, String position) throws SQLException {
        String after = position == null ? "" : position;
        List<String> ids = next(connection, after);
        if (ids.isEmpty()) {
            return Step.last(0);
        }
        String last = ids.get(ids.size() - 1);
        List<Found> found = find(connection, user, after, last);
        connection.setAutoCommit(false);
        if (isPostgresql && !found.isEmpty()) {
            Sql.execute(connection, UnusedCauses.KEEP_ALL);
        }
        for (Found letter : found) {
            erase(connection, letter, user.erasure());
        }
        forgetReasons(connection, user, after, last);
        return new Step(found.size(), last, false);
    }

    /**
     * A reason of a discard is free text, and can name a user whom the record does not name. A detail is cut, so the
     * beginning of a long id is enough.
     */
    private void forgetReasons(Connection connection, UserToErase user, String after, String last) throws SQLException {
        String sql = FORGET_REASONS.formatted(isPostgresql ? "strpos" : "instr");
        for (String value : user.values()) {
            if (RecordUsers.isLong(value)) {
                update(connection, sql, after, last, ColumnText.of(value, ENOUGH_OF_ID));
            }
        }
    }

    /** A dead letter of the user and its cause; the cause is null if it is not known yet. */
    private record Found(String id, Long cause, Map<String, Object> columns) {}

    private static List<String> next(Connection connection, String after) throws SQLException {
        List<String> ids = new ArrayList<>();
        try (PreparedStatement sizes = connection.prepareStatement(SIZES)) {
            sizes.setQueryTimeout(STATEMENT_TIMEOUT_SECONDS);
            sizes.setString(1, after);
            long bytes = 0;
            try (ResultSet rows = sizes.executeQuery()) {
                while (rows.next() && ids.size() < LOOKED_THROUGH && bytes < MOST_BYTES) {
                    ids.add(rows.getString(1));
                    bytes += rows.getLong(2);
                }
            }
        }
        return ids;
    }

    private static List<Found> find(Connection connection, UserToErase user, String after, String last)
            throws SQLException {
        List<Found> found = new ArrayList<>();
        try (PreparedStatement letters = connection.prepareStatement(LETTERS)) {
            letters.setQueryTimeout(STATEMENT_TIMEOUT_SECONDS);
            letters.setString(1, after);
            letters.setString(2, last);
            try (ResultSet rows = letters.executeQuery()) {
                while (rows.next()) {
                    if (isOf(user, rows)) {
                        found.add(found(user, rows));
                    }
                }
            }
        }
        return found;
    }

    private static boolean isOf(UserToErase user, ResultSet row) throws SQLException {
        RecordUsers users = new RecordUsers(
                row.getBytes("record_key"),
                row.getBytes("record_value"),
                user.fields().names());
        Headers headers = HeaderBytes.decode(row.getBytes("record_headers"));
        if (users.isAbout(user.values(), headers)
                || DeadLetterStub.in(headers) != null && users.isCutIn(user.values())) {
            return true;
        }
        for (Map.Entry<String, Integer> column : TEXTS.entrySet()) {
            if (names(user, row.getString(column.getKey()), column.getValue())) {
                return true;
            }
        }
        return false;
    }

    private static boolean names(UserToErase user, String text, int longest) {
        return text != null
                && user.values().stream()
                        .anyMatch(value -> RecordUsers.isLong(value) && text.contains(value)
                                || RecordUsers.isCutIn(text, longest, value));
    }

    /** Another program can write any text into the headers from which these columns come. */
    private static Found found(UserToErase user, ResultSet row) throws SQLException {
        Map<String, Object> columns = new HashMap<>();
        for (String column : List.of("source_topic", "consumer_group", "route", "reason")) {
            String text = row.getString(column);
            boolean names = names(user, text, TEXTS.getOrDefault(column, Integer.MAX_VALUE));
            columns.put(column, names ? DeadLetterReasons.UNKNOWN : text);
        }
        long cause = row.getLong("cause");
        return new Found(row.getString("id"), row.wasNull() ? null : cause, columns);
    }

    private static void erase(Connection connection, Found letter, String erasure) throws SQLException {
        DeadLetterCause cause = DeadLetterCause.of(letter.columns());
        update(
                connection,
                DeadLetterCauses.INSERT,
                cause.id(),
                cause.topic(),
                cause.group(),
                cause.route(),
                cause.reason(),
                null);
        update(connection, ERASE, NO_HEADERS, cause.group(), cause.route(), cause.reason(), cause.id(), letter.id());
        if (letter.cause() != null) {
            update(connection, FORGET_CAUSE, cause.group(), cause.route(), cause.reason(), letter.cause());
        }
        update(connection, FORGET_DETAILS, letter.id());
        update(connection, NOTE, letter.id(), Instant.now().atOffset(ZoneOffset.UTC), "erasure " + erasure);
    }

    private static void update(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setQueryTimeout(STATEMENT_TIMEOUT_SECONDS);
            for (int at = 0; at < values.length; at++) {
                set(statement, at + 1, values[at]);
            }
            statement.executeUpdate();
        }
    }

    private static void set(PreparedStatement statement, int at, Object value) throws SQLException {
        if (value instanceof byte[] bytes) {
            statement.setBytes(at, bytes);
        } else if (value instanceof Long number) {
            statement.setLong(at, number);
        } else if (value == null || value instanceof String) {
            statement.setString(at, (String) value);
        } else {
            statement.setObject(at, value);
        }
    }
}
