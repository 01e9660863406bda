package io.github.eventgateway.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.query.Selection;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
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
        Selection records = Selection.of(exchange.getMessage());
        EQUAL.forEach(column -> records.equal(column, column, LONGEST_VALUE));
        records.time("from", "at >= :?from");
        records.time("to", "at < :?to");
        String cursor = records.value("cursor");
        if (cursor != null) {
            before(cursor, records);
        }
        records.page(exchange, SELECT, NEWEST_FIRST);
    }

    /** A record that someone put in may have any number that a column takes. */
    private static void before(String cursor, Selection records) {
        try {
            long before = Long.parseLong(cursor);
            if (before > 0 && cursor.matches("[0-9]+")) {
                records.where("sequence < :?before", Map.of("before", before));
                return;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        records.wrongCursor();
    }

    /** The rows as one page of the answer. */
    public AuditPage page(List<Map<String, Object>> rows, @ExchangeProperty(Selection.LIMIT) int limit) {
        List<AuditItem> items =
                rows.stream().limit(limit).map(row -> AuditItem.of(row, json)).toList();
        boolean isLast = rows.size() <= limit;
        return new AuditPage(
                items, isLast ? null : String.valueOf(items.get(limit - 1).sequence()));
    }
}
