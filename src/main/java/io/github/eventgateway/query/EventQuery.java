package io.github.eventgateway.query;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.Violation;
import io.github.eventgateway.event.EventCatalogue;
import io.github.eventgateway.event.EventReader;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.apache.camel.Message;
import org.apache.camel.component.jdbc.JdbcConstants;
import org.springframework.stereotype.Component;

/**
 * The query for events. A bean, because SQL that takes every filter whether it is there or not cannot use the index of
 * the one that is. The SQL is put together from the constants below only; every value is a named parameter.
 */
@Component("eventQuery")
public class EventQuery {

    private static final String SELECT =
            "SELECT id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, payload FROM event";
    private static final String ORDER = " ORDER BY occurred_at DESC, id DESC LIMIT :?rows";
    private static final List<String> EQUAL = List.of("type", "topic", "user_id", "username", "ip", "service", "level");
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 500;
    private static final int LONGEST_VALUE = 256;
    private static final String LIMIT = "limit";

    private final ObjectMapper json;
    private final EventCatalogue catalogue;

    EventQuery(ObjectMapper json, EventCatalogue catalogue) {
        this.json = json;
        this.catalogue = catalogue;
    }

    /**
     * Puts the SQL into the body, and its parameters where {@code jdbc:} takes them, from the request's query
     * parameters. Any thread.
     *
     * @throws GatewayException with {@code INVALID_PARAMETER} and everything that is wrong
     */
    public void prepare(Exchange exchange) {
        Message message = exchange.getMessage();
        List<Violation> wrong = new ArrayList<>();
        Map<String, Object> values = new HashMap<>();
        StringBuilder where = new StringBuilder();
        for (String column : EQUAL) {
            String value = text(message, column, wrong);
            if (value != null) {
                values.put(column, value);
                where.append(" AND ").append(column);
                Optional<String> hash = catalogue.hash(column, value);
                if (hash.isPresent()) {
                    values.put(column + "_hash", hash.get());
                    where.append(" IN (:?")
                            .append(column)
                            .append(", :?")
                            .append(column)
                            .append("_hash)");
                } else {
                    where.append(" = :?").append(column);
                }
            }
        }
        time(message, "from", " AND occurred_at >= :?from", values, where, wrong);
        time(message, "to", " AND occurred_at < :?to", values, where, wrong);
        String q = text(message, "q", wrong);
        if (q != null) {
            values.put("q", "%" + escaped(q.toLowerCase(Locale.ROOT)) + "%");
            where.append(" AND LOWER(payload) LIKE :?q ESCAPE '!'");
        }
        cursor(message, values, where, wrong);
        int limit = limit(message, wrong);
        if (!wrong.isEmpty()) {
            throw new GatewayException(Reason.INVALID_PARAMETER, wrong);
        }
        values.put("rows", limit + 1);
        exchange.setProperty(LIMIT, limit);
        message.removeHeaders("*");
        message.setHeader(JdbcConstants.JDBC_PARAMETERS, values);
        message.setBody(SELECT + (where.isEmpty() ? "" : " WHERE" + where.substring(" AND".length())) + ORDER);
    }

    /**
     * The id of the path, as {@code jdbc:} is to take it. Any thread.
     *
     * @throws GatewayException with {@code NOT_FOUND} for an id that no event can have
     */
    public String id(@Header("id") String id) {
        if (!EventReader.isId(id)) {
            throw new GatewayException(Reason.NOT_FOUND);
        }
        return id;
    }

    /** The rows as one page of the answer. Any thread. */
    public EventPage page(List<Map<String, Object>> rows, @ExchangeProperty(LIMIT) int limit) {
        List<EventItem> items =
                rows.stream().limit(limit).map(row -> EventItem.of(row, json)).toList();
        String next = null;
        if (rows.size() > limit) {
            Map<String, Object> last = rows.get(limit - 1);
            next = new Cursor(EventItem.instant(last.get("occurred_at")), (String) last.get("id")).encode();
        }
        return new EventPage(items, next);
    }

    /**
     * The only row as an item. Any thread.
     *
     * @throws GatewayException with {@code NOT_FOUND} where there is none
     */
    public EventItem item(List<Map<String, Object>> rows) {
        if (rows.isEmpty()) {
            throw new GatewayException(Reason.NOT_FOUND);
        }
        return EventItem.of(rows.get(0), json);
    }

    private static String text(Message message, String name, List<Violation> wrong) {
        String value = message.getHeader(name, String.class);
        if (value == null) {
            return null;
        }
        if (value.isEmpty() || value.length() > LONGEST_VALUE || value.indexOf('\0') >= 0) {
            wrong.add(new Violation(name, "must be 1 to " + LONGEST_VALUE + " characters, without U+0000"));
            return null;
        }
        return value;
    }

    private static void time(
            Message message,
            String name,
            String condition,
            Map<String, Object> values,
            StringBuilder where,
            List<Violation> wrong) {
        String value = message.getHeader(name, String.class);
        if (value == null) {
            return;
        }
        try {
            OffsetDateTime time = OffsetDateTime.parse(value).withOffsetSameInstant(ZoneOffset.UTC);
            if (time.getYear() < 1 || time.getYear() > 9999) {
                throw new DateTimeException("a database cannot compare with it");
            }
            values.put(name, time);
            where.append(condition);
        } catch (DateTimeException e) {
            wrong.add(new Violation(name, "must be an RFC 3339 date-time such as 2026-01-31T12:00:00Z"));
        }
    }

    private static void cursor(
            Message message, Map<String, Object> values, StringBuilder where, List<Violation> wrong) {
        String value = message.getHeader("cursor", String.class);
        if (value == null) {
            return;
        }
        Cursor cursor = Cursor.decode(value);
        if (cursor == null) {
            wrong.add(new Violation("cursor", "must be a next_cursor of an earlier answer"));
            return;
        }
        values.put("cursor_time", cursor.time().atOffset(ZoneOffset.UTC));
        values.put("cursor_id", cursor.id());
        where.append(" AND (occurred_at, id) < (:?cursor_time, :?cursor_id)");
    }

    private static int limit(Message message, List<Violation> wrong) {
        String value = message.getHeader(LIMIT, String.class);
        if (value == null) {
            return DEFAULT_LIMIT;
        }
        if (value.matches("[0-9]{1,3}")) {
            int limit = Integer.parseInt(value);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        }
        wrong.add(new Violation(LIMIT, "must be a number from 1 to " + MAX_LIMIT));
        return DEFAULT_LIMIT;
    }

    private static String escaped(String text) {
        return text.replace("!", "!!").replace("%", "!%").replace("_", "!_");
    }
}
