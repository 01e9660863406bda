package io.github.eventgateway.deadletter;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.Violation;
import io.github.eventgateway.query.Cursor;
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
 * The queries for dead letters that depend on the request. A bean, because SQL that takes every filter whether it is there
 * or not cannot use the index of the one that is. Every value is a named parameter. Any thread.
 */
@Component("deadLetterQuery")
public class DeadLetterQuery {

    private static final String ITEMS =
            "SELECT id, source_topic, source_partition, source_offset, consumer_group, route, reason, exception, message,"
                    + " attempts, replays, status, failed_at, received_at FROM dead_letter";
    private static final String NEWEST_FIRST = " ORDER BY failed_at DESC, id DESC LIMIT :?rows";
    private static final String COUNT = "SELECT COUNT(*) AS matched FROM dead_letter";

    /** Records of one key fail, and so are replayed, in the order of their partition. */
    private static final String IDS = "SELECT id FROM dead_letter";

    private static final String IN_ORDER = " ORDER BY source_topic, source_partition, source_offset, id LIMIT :?rows";
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 500;
    private static final String LIMIT = "limit";

    /**
     * Puts the SQL of a page into the body, and its parameters where {@code jdbc:} takes them, from the request's query
     * parameters.
     *
     * @throws GatewayException with {@code INVALID_PARAMETER} and everything that is wrong
     */
    public void preparePage(Exchange exchange) {
        Message message = exchange.getMessage();
        List<Violation> wrong = new ArrayList<>();
        DeadLetterFilter filter = DeadLetterFilter.read(name -> message.getHeader(name, String.class), "", wrong);
        Map<String, Object> values = new HashMap<>(filter.values());
        String after = cursor(message, values, wrong);
        int limit = limit(message, wrong);
        if (!wrong.isEmpty()) {
            throw new GatewayException(Reason.INVALID_PARAMETER, wrong);
        }
        values.put("rows", limit + 1);
        exchange.setProperty(LIMIT, limit);
        prepare(message, ITEMS + filter.condition() + after + NEWEST_FIRST, values);
    }

    /** Likewise the SQL that counts what a bulk replay concerns. */
    public void prepareCount(Exchange exchange, @ExchangeProperty("bulk") BulkReplay bulk) {
        prepare(
                exchange.getMessage(),
                COUNT + bulk.filter().condition(),
                bulk.filter().values());
    }

    /** Likewise the SQL that finds the ids of what a bulk replay concerns, as many as it may replay. */
    public void prepareIds(Exchange exchange, @ExchangeProperty("bulk") BulkReplay bulk) {
        Map<String, Object> values = new HashMap<>(bulk.filter().values());
        values.put("rows", bulk.max());
        prepare(exchange.getMessage(), IDS + bulk.filter().condition() + IN_ORDER, values);
    }

    /** The rows as one page of the answer. */
    public DeadLetterPage page(List<Map<String, Object>> rows, @ExchangeProperty(LIMIT) int limit) {
        List<DeadLetterItem> items =
                rows.stream().limit(limit).map(DeadLetterItem::of).toList();
        DeadLetterItem last = rows.size() > limit ? items.get(limit - 1) : null;
        return new DeadLetterPage(items, last == null ? null : new Cursor(last.failedAt(), last.id()).encode());
    }

    /**
     * The only row.
     *
     * @throws GatewayException with {@code NOT_FOUND} where there is none
     */
    public Map<String, Object> only(List<Map<String, Object>> rows) {
        if (rows.isEmpty()) {
            throw new GatewayException(Reason.NOT_FOUND);
        }
        return rows.get(0);
    }

    /** The row and the rows of its history as the answer. */
    public DeadLetterDetail detail(
            List<Map<String, Object>> history, @ExchangeProperty("deadLetter") Map<String, Object> row) {
        return DeadLetterDetail.of(row, history);
    }

    private static void prepare(Message message, String sql, Map<String, Object> values) {
        message.removeHeaders("*");
        message.setHeader(JdbcConstants.JDBC_PARAMETERS, values);
        message.setBody(sql);
    }

    private static String cursor(Message message, Map<String, Object> values, List<Violation> wrong) {
        String value = message.getHeader("cursor", String.class);
        if (value == null) {
            return "";
        }
        Cursor cursor = Cursor.decode(value);
        if (cursor == null) {
            wrong.add(new Violation("cursor", "must be a next_cursor of an earlier answer"));
            return "";
        }
        values.put("cursor_time", cursor.time().atOffset(ZoneOffset.UTC));
        values.put("cursor_id", cursor.id());
        return " AND (failed_at, id) < (:?cursor_time, :?cursor_id)";
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
