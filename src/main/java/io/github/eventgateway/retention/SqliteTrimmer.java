package io.github.eventgateway.retention;

import java.time.Duration;
import java.util.OptionalDouble;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** Removes rows of the embedded database in small transactions, so that the store never waits for long. */
final class SqliteTrimmer implements Trimmer {

    static final int AT_ONCE = 500;

    /** Rows of before this column have the time of its migration. */
    private static final String STORED_AT = "COALESCE(stored_at, (SELECT at FROM event_stored_since))";

    /** Rows are in the order in which they were stored. */
    private static final String OLD = " FROM event WHERE rowid IN (SELECT rowid FROM event ORDER BY rowid LIMIT "
            + AT_ONCE + ") AND " + STORED_AT + " < unixepoch() - ?";

    private static final String REMEMBER =
            "INSERT INTO event_key (id, stored_at) SELECT id, " + STORED_AT + OLD + " ON CONFLICT (id) DO NOTHING";
    private static final String REMOVE = "DELETE" + OLD;

    private static final String LETTER_LIMIT = "strftime('%Y-%m-%dT%H:%M:%f', unixepoch() - ?, 'unixepoch') || '000Z'";
    private static final String OLD_LETTERS =
            " IN (SELECT id FROM dead_letter WHERE failed_at < " + LETTER_LIMIT + " AND received_at < " + LETTER_LIMIT
                    + " AND status <> 'replaying' ORDER BY failed_at LIMIT " + AT_ONCE + ")";
    private static final String HISTORY = "DELETE FROM dead_letter_history WHERE dead_letter_id" + OLD_LETTERS;
    private static final String LETTERS = "DELETE FROM dead_letter WHERE id" + OLD_LETTERS;
    private static final String KEYS = "DELETE FROM event_key WHERE id IN"
            + " (SELECT id FROM event_key WHERE stored_at < unixepoch() - ? ORDER BY stored_at LIMIT " + AT_ONCE + ")";
    private static final String OLDEST = "SELECT unixepoch() - " + STORED_AT + " FROM event ORDER BY rowid LIMIT 1";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;

    SqliteTrimmer(JdbcTemplate jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    @Override
    public boolean events(Duration age) {
        return Boolean.TRUE.equals(transaction.execute(status -> {
            jdbc.update(REMEMBER, age.toSeconds());
            return jdbc.update(REMOVE, age.toSeconds()) == AT_ONCE;
        }));
    }

    @Override
    public boolean deadLetters(Duration age) {
        return Boolean.TRUE.equals(transaction.execute(status -> {
            jdbc.update(HISTORY, age.toSeconds(), age.toSeconds());
            return jdbc.update(LETTERS, age.toSeconds(), age.toSeconds()) == AT_ONCE;
        }));
    }

    @Override
    public boolean keys(Duration age) {
        return jdbc.update(KEYS, age.toSeconds()) == AT_ONCE;
    }

    @Override
    public OptionalDouble oldestSeconds() {
        return jdbc.queryForList(OLDEST, Double.class).stream()
                .mapToDouble(Double::doubleValue)
                .findFirst();
    }
}
