package io.github.eventgateway.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.Violation;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Message;
import org.apache.camel.component.jdbc.JdbcConstants;
import org.springframework.stereotype.Component;

/**
 * The query for audit records. A bean, because SQL that takes every filter whether it is there or not cannot use the index
 * of the one that is. Every value is a named parameter. Any thread.
 */
@Component("auditQuery")
public class AuditQuery {

    private static final String SELECT =
            "SELECT sequence, at, outcome, subject, action, target, address, request_id, status, reason, calls, detail, mac"
                    + " FROM audit_record";
    private static final String NEWEST_FIRST = " ORDER BY sequence DESC LIMIT :?rows";
    private static final List<String> EQUAL = List.of("subject", "action", "outcome");
    private static final int LONGEST_VALUE = 300;
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 500;
    private static final String LIMIT = "limit";

    private final ObjectMapper json;

    AuditQuery(ObjectMapper json) {
        this.json = json;
    }

    /**
     * Puts the SQL into the body, and its parameters where {@code jdbc:} takes them, from the request's query parameters.
     *
     * @throws GatewayException with {@code INVALID_PARAMETER} and everything that is wrong
     */
    public void prepare(Exchange exchange) {
        Message message = exchange.getMessage();
        List<Violation> wrong = new ArrayList<>();
        List<String> conditions = new ArrayList<>();
        Map<String, Object> values = new HashMap<>();
        for (String column : EQUAL) {
            text(message, column, values, conditions, wrong);
        }
        time(message, "from", "at >= :?from", values, conditions, wrong);
        time(message, "to", "at < :?to", values, conditions, wrong);
        cursor(message, values, conditions, wrong);
        int limit = limit(message, wrong);
        if (!wrong.isEmpty()) {
            throw new GatewayException(Reason.INVALID_PARAMETER, wrong);
        }
        values.put("rows", limit + 1);
        exchange.setProperty(LIMIT, limit);
        message.removeHeaders("*");
        message.setHeader(JdbcConstants.JDBC_PARAMETERS, values);
        message.setBody(
                SELECT + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions)) + NEWEST_FIRST);
    }

    /** The rows as one page of the answer. */
    public AuditPage page(List<Map<String, Object>> rows, @ExchangeProperty(LIMIT) int limit) {
        List<AuditItem> items =
                rows.stream().limit(limit).map(row -> AuditItem.of(row, json)).toList();
        boolean isLast = rows.size() <= limit;
        return new AuditPage(
                items, isLast ? null : String.valueOf(items.get(limit - 1).sequence()));
    }

    private static void text(
            Message message, String name, Map<String, Object> values, List<String> conditions, List<Violation> wrong) {
        String value = message.getHeader(name, String.class);
        if (value == null) {
            return;
        }
        if (value.isEmpty() || value.length() > LONGEST_VALUE || value.indexOf('\0') >= 0) {
            wrong.add(new Violation(name, "must be 1 to " + LONGEST_VALUE + " characters, without U+0000"));
        }
        values.put(name, value);
        conditions.add(name + " = :?" + name);
    }

    private static void time(
            Message message,
            String name,
            String condition,
            Map<String, Object> values,
            List<String> conditions,
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
            conditions.add(condition);
        } catch (DateTimeException e) {
            wrong.add(new Violation(name, "must be an RFC 3339 date-time such as 2026-01-31T12:00:00Z"));
        }
    }

    private static void cursor(
            Message message, Map<String, Object> values, List<String> conditions, List<Violation> wrong) {
        String value = message.getHeader("cursor", String.class);
        if (value == null) {
            return;
        }
        if (!value.matches("[0-9]{1,18}")) {
            wrong.add(new Violation("cursor", "must be a next_cursor of an earlier answer"));
            return;
        }
        values.put("before", Long.parseLong(value));
        conditions.add("sequence < :?before");
    }

    private static int limit(Message message, List<Violation> wrong) {
        String value = message.getHeader(LIMIT, String.class);
        if (value == null) {
            return DEFAULT_LIMIT;
        }
        int limit = value.matches("[0-9]{1,3}") ? Integer.parseInt(value) : 0;
        if (limit < 1 || limit > MAX_LIMIT) {
            wrong.add(new Violation(LIMIT, "must be a number from 1 to " + MAX_LIMIT));
        }
        return limit;
    }
}
