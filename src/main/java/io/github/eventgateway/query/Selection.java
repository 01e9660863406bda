package io.github.eventgateway.query;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.Violation;
import io.github.eventgateway.database.ColumnText;
import io.github.eventgateway.database.ColumnTime;
import io.github.eventgateway.event.Timestamps;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.jdbc.JdbcConstants;

/**
 * The rows that a caller asks for: conditions, each a constant of the query that it belongs to, the values of their named
 * parameters, and everything that is wrong with what was asked. Of one request, one thread at a time.
 */
public final class Selection {

    /** The exchange's property with the greatest number of rows on the page; the query asks for one more. */
    public static final String LIMIT = "limit";

    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 500;

    private final UnaryOperator<String> asked;
    private final String prefix;
    private final List<String> conditions = new ArrayList<>();
    private final Map<String, Object> values = new HashMap<>();
    private final List<Violation> wrong = new ArrayList<>();

    /**
     * @param asked gives the value of a name, or null
     * @param prefix what stands before the name in a violation's path
     */
    public Selection(UnaryOperator<String> asked, String prefix) {
        this.asked = asked;
        this.prefix = prefix;
    }

    /** By the request's query parameters. */
    public static Selection of(Message request) {
        return new Selection(name -> request.getHeader(name, String.class), "");
    }

    /** What was asked for by this name; null if nothing was. */
    public String value(String name) {
        return asked.apply(name);
    }

    /** Likewise, of text that a column of so many characters can hold; null if it is not. */
    public String text(String name, int longest) {
        String value = value(name);
        if (value == null || !value.isEmpty() && value.equals(ColumnText.of(value, longest))) {
            return value;
        }
        wrong(name, "must be 1 to " + longest + " characters of text, without U+0000");
        return null;
    }

    /** Where a value is asked for, the column must have it. */
    public void equal(String name, String column, int longest) {
        String value = text(name, longest);
        if (value != null) {
            where(column + " = :?" + name, Map.of(name, value));
        }
    }

    /** Where a time is asked for, this condition on the parameter of the same name must hold. */
    public void time(String name, String condition) {
        String value = value(name);
        if (value == null) {
            return;
        }
        try {
            where(condition, Map.of(name, ColumnTime.column(Timestamps.parse(value))));
        } catch (DateTimeException e) {
            wrong(name, Timestamps.RULE);
        }
    }

    /**
     * Where a {@link Cursor} is given, only rows before it by these two columns, a time and an id. One that lies beyond
     * the time {@code to}, which must have been asked for first, says nothing more: PostgreSQL would begin there, and walk
     * through the index to where the rows are.
     */
    public void before(String columns) {
        String value = value("cursor");
        if (value == null) {
            return;
        }
        Cursor cursor = Cursor.decode(value);
        if (cursor == null) {
            wrongCursor();
            return;
        }
        if (values.get("to") instanceof OffsetDateTime to && !cursor.time().isBefore(to.toInstant())) {
            return;
        }
        where(
                "(" + columns + ") < (:?cursor_time, :?cursor_id)",
                Map.of("cursor_time", ColumnTime.column(cursor.time()), "cursor_id", cursor.id()));
    }

    /** Tells that the cursor is none. */
    public void wrongCursor() {
        wrong("cursor", "must be a next_cursor of an earlier answer");
    }

    /** Only rows for which this holds, too. */
    public void where(String condition, Map<String, ?> parameters) {
        conditions.add(condition);
        values.putAll(parameters);
    }

    /** Tells what is wrong with the value of a name. */
    public void wrong(String name, String message) {
        wrong.add(new Violation(prefix + name, message));
    }

    /** All that is wrong so far. */
    public List<Violation> violations() {
        return List.copyOf(wrong);
    }

    /** @throws GatewayException with {@code INVALID_PARAMETER} and everything that is wrong, if anything is */
    void requireRight() {
        if (!wrong.isEmpty()) {
            throw new GatewayException(Reason.INVALID_PARAMETER, wrong);
        }
    }

    /** The conditions as SQL that begins with WHERE; empty if there is none. */
    public String clause() {
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    /** The values of the parameters in {@link #clause()}. */
    public Map<String, Object> values() {
        return Map.copyOf(values);
    }

    /**
     * Puts the SQL of one page into the body, and its parameters where {@code jdbc:} takes them.
     *
     * @throws GatewayException with {@code INVALID_PARAMETER} and everything that is wrong
     */
    public void page(Exchange exchange, Listing listing, PageSettings pages) {
        int limit = limit(DEFAULT_LIMIT, MAX_LIMIT);
        exchange.setProperty(LIMIT, limit);
        select(exchange, listing.page(clause()), Map.of("rows", limit + 1, "page_bytes", pages.pageBytes()));
    }

    /**
     * Puts SQL with this selection's clause into the body, and its parameters where {@code jdbc:} takes them.
     *
     * @param others the values of the parameters that are not of the clause
     * @throws GatewayException with {@code INVALID_PARAMETER} and everything that is wrong
     */
    public void select(Exchange exchange, String sql, Map<String, ?> others) {
        requireRight();
        values.putAll(others);
        prepare(exchange.getMessage(), sql, values);
    }

    /** Puts SQL into the body, and its parameters where {@code jdbc:} takes them; the headers are gone. */
    public static void prepare(Message message, String sql, Map<String, Object> parameters) {
        message.removeHeaders("*");
        message.setHeader(JdbcConstants.JDBC_PARAMETERS, parameters);
        message.setBody(sql);
    }

    /** The {@code limit} that is asked for. */
    public int limit(int unlessAsked, int greatest) {
        String value = value(LIMIT);
        if (value == null) {
            return unlessAsked;
        }
        int limit = value.matches("[0-9]{1,3}") ? Integer.parseInt(value) : 0;
        if (limit < 1 || limit > greatest) {
            wrong(LIMIT, "must be a number from 1 to " + greatest);
        }
        return limit;
    }
}
