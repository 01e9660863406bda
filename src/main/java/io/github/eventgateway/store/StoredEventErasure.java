package io.github.eventgateway.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.erasure.ErasurePart;
import io.github.eventgateway.erasure.UserToErase;
import java.sql.Connection;
import java.sql.SQLException;
import org.springframework.stereotype.Component;

/**
 * Deletes the stored events of a user. Their ids stay in {@code event_key}. It first finds events by the index of the
 * column {@code user_id}. If types have other fields with user ids, it then examines all events of these types. If the
 * id is too long for the column, it examines all events without a value there. One thread at a time.
 */
@Component
class StoredEventErasure implements ErasurePart {

    /** The position before the first event to examine. */
    static final String BEGIN = "|";

    private final EventErasureStatements statements;

    StoredEventErasure(ObjectMapper json, DatabaseSettings database) {
        this.statements = database.isPostgresql() ? new PostgresqlEventErasure(json) : new SqliteEventErasure(json);
    }

    @Override
    public Kind kind() {
        return Kind.EVENTS;
    }

    @Override
    public Step step(Connection connection, UserToErase user, String position) throws SQLException {
        if (position != null) {
            return statements.lookThrough(connection, user, position);
        }
        long erased = statements.deleteByColumn(connection, user);
        if (erased > 0) {
            return new Step(erased, null, false);
        }
        boolean isLast = user.fields().typesWithOthers().isEmpty() && !isBeyondColumn(user);
        return isLast ? Step.last(0) : new Step(0, BEGIN, false);
    }

    /** Returns whether the column {@code user_id} is too short for a value. It is then null in the events of the user. */
    static boolean isBeyondColumn(UserToErase user) {
        return user.values().stream().anyMatch(value -> value.length() > EventRow.LONGEST_USER_ID);
    }

    /** Returns whether an event with this payload is of the user. */
    static boolean isOf(ObjectMapper json, UserToErase user, String type, String payload) {
        try {
            return user.owns(type, json.readTree(payload).path("data"));
        } catch (JsonProcessingException e) {
            // Only the store writes the column, and it writes valid JSON.
            return false;
        }
    }
}
