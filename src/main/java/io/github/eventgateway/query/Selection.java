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
 * The rows that a caller requests: the conditions, the values of their named parameters, and all faults of the request.
 * Each condition is a constant of its query. For one request; one thread at a time.
 */
public final class Selection {

    /** The exchange property with the maximum number of rows on the page. The query requests one more. */
    public static final String LIMIT = "limit";

    private static final int DEFAULT_LIMIT = 50;
    /** The largest number of rows on a page. */
    static final int MAX_LIMIT = 500;

    private final UnaryOperator<String> asked;
    private final String prefix;
    private final List<String> conditions = new ArrayList<>();
    private final Map<String, Object> values = new HashMap<>();
    private final List<Violation> wrong = new ArrayList<>();

    /**
     * @param asked returns the value of a name, or null
     * @param prefix precedes the name in the path of a violation
     */
    public Selection(UnaryOperator<String> asked, String prefix) {
        this.asked = asked;
        this.prefix = prefix;
    }

    /** Returns a selection by the query parameters of the request. */
    public static Selection of(Message request) {
        return new Selection(name -> request.getHeader(name, String.class), "");
    }

    /** Returns the value of this name; null without one. */
    public String value(String name) {
        return asked.apply(name);
    }

    /** Returns the value if it fits a column of this length. Otherwise adds a fault and returns null. */
    public String text(String name, int longest) {
        String value = value(name);
        if (value == null || !value.isEmpty() && value.equals(ColumnText.of(value, longest))) {
            return value;
        }
        addFault(name, "must be 1 to " + longest + " characters of text, without U+0000");
        return null;
    }

    /** Adds the condition that the column has the value, if the request has one. */
    public void equal(String name, String column, int longest) {
        String value = text(name, longest);
        if (value != null) {
            where(column + " = :?" + name, Map.of(name, value));
        }
    }

    /** Adds this condition on a time, if the request has one under the name of the parameter. */
    public void time(String name, String condition) {
        String value = value(name);
        if (value == null) {
            return;
        }
        try {
            where(condition, Map.of(name, ColumnTime.column(Timestamps.parse(value))));
        } catch (DateTimeException e) {
            addFault(name, Timestamps.RULE);
        }
    }

    /**
     * Adds the condition that rows are before the {@link #cursor()}. The two columns are a time and an id. Call it after
     * {@code to} was read.
     */
    public void before(String columns) {
        Cursor cursor = cursor();
        if (cursor != null) {
            where(
                    beforeCursor(columns),
                    Map.of("cursor_time", ColumnTime.column(cursor.time()), "cursor_id", cursor.id()));
        }
    }

    static String beforeCursor(String columns) {
        return "(" + columns + ") < (:?cursor_time, :?cursor_id)";
    }

    /**
     * Returns the position after which the rows begin; null for the newest row. A cursor after {@code to} is null too,
     * because PostgreSQL would start at the cursor and scan the index down to the rows. Call it after {@code to} was
     * read.
     */
    Cursor cursor() {
        String value = value("cursor");
        if (value == null) {
            return null;
        }
        Cursor cursor = Cursor.decode(value);
        if (cursor == null) {
            wrongCursor();
            return null;
        }
        return values.get("to") instanceof OffsetDateTime to && !cursor.time().isBefore(to.toInstant()) ? null : cursor;
    }

    /** Adds the fault of an invalid cursor. */
    public void wrongCursor() {
        addFault("cursor", "must be the next_cursor of an earlier answer");
    }

    public void where(String condition, Map<String, ?> parameters) {
        conditions.add(condition);
        values.putAll(parameters);
    }

    /** Adds the value of a parameter without a condition. */
    void set(String name, Object value) {
        values.put(name, value);
    }

    /** Adds a fault of the value of a name. */
    public void addFault(String name, String message) {
        wrong.add(new Violation(prefix + name, message));
    }

    /** Returns all faults found up to now. */
    public List<Violation> violations() {
        return List.copyOf(wrong);
    }

    /**
     * @throws GatewayException with {@code INVALID_PARAMETER} and all faults, if there are any
     */
    void requireValid() {
        if (!wrong.isEmpty()) {
            throw new GatewayException(Reason.INVALID_PARAMETER, wrong);
        }
    }

    /** Returns the conditions as SQL that begins with WHERE; empty without conditions. */
    public String clause() {
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    /** Returns the values of the parameters in {@link #clause()}. */
    public Map<String, Object> values() {
        return Map.copyOf(values);
    }

    /**
     * Sets the SQL of one page as the body, and its parameters as {@code jdbc:} expects them.
     *
     * @throws GatewayException with {@code INVALID_PARAMETER} and all faults
     */
    public void page(Exchange exchange, Listing listing, PageSettings pages) {
        page(exchange, listing.page(clause()), pages);
    }

    /** Sets SQL of {@link Listing} as {@link #page(Exchange, Listing, PageSettings)} does. */
    void page(Exchange exchange, String sql, PageSettings pages) {
        int limit = limit();
        exchange.setProperty(LIMIT, limit);
        select(exchange, sql, Map.of("rows", limit + 1, "page_bytes", pages.pageBytes()));
    }

    /**
     * Sets SQL with the clause of this selection as the body, and its parameters as {@code jdbc:} expects them.
     *
     * @param others the values of the parameters outside the clause
     * @throws GatewayException with {@code INVALID_PARAMETER} and all faults
     */
    public void select(Exchange exchange, String sql, Map<String, ?> others) {
        requireValid();
        values.putAll(others);
        prepare(exchange.getMessage(), sql, values);
    }

    /** Sets SQL as the body, and its parameters as {@code jdbc:} expects them. It removes all headers. */
    public static void prepare(Message message, String sql, Map<String, Object> parameters) {
        message.removeHeaders("*");
        message.setHeader(JdbcConstants.JDBC_PARAMETERS, parameters);
        message.setBody(sql);
    }

    /** Returns the requested number of rows of a page. */
    int limit() {
        return limit(DEFAULT_LIMIT, MAX_LIMIT);
    }

    /** Returns the requested {@code limit}. */
    public int limit(int unlessAsked, int greatest) {
        String value = value(LIMIT);
        if (value == null) {
            return unlessAsked;
        }
        int limit = value.matches("[0-9]{1,3}") ? Integer.parseInt(value) : 0;
        if (limit < 1 || limit > greatest) {
            addFault(LIMIT, "must be a number from 1 to " + greatest);
        }
        return limit;
    }
}
