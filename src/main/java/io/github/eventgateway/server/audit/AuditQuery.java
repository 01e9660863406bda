package io.github.eventgateway.server.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.query.Listing;
import io.github.eventgateway.query.PageRows;
import io.github.eventgateway.query.PageSettings;
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

    private static final Listing RECORDS = new Listing(
            "audit_record",
            "sequence, at, outcome, subject, action, target, address, request_id, status, reason, calls, detail, mac,"
                    + " key_id, personal_mac, " + personal("nonce") + " AS nonce, " + personal("details")
                    + " AS personal",
            List.of("sequence"),
            List.of("subject", "action", "target", "detail", personal("details")));
    private static final List<String> EQUAL = List.of("subject", "action", "outcome");
    private static final int LONGEST_VALUE = 300;

    private final ObjectMapper json;
    private final PageSettings pages;
    private final AuditKeys keys;

    AuditQuery(ObjectMapper json, PageSettings pages, AuditKeys keys) {
        this.json = json;
        this.pages = pages;
        this.keys = keys;
    }

    private static String personal(String column) {
        return "(SELECT p." + column + " FROM audit_personal p WHERE p.sequence = audit_record.sequence)";
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
        records.page(exchange, RECORDS, pages);
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
        PageRows page = PageRows.of(rows, limit);
        return new AuditPage(
                page.shown().stream().map(row -> AuditItem.of(row, json, keys)).toList(),
                page.last() == null ? null : String.valueOf(page.last().get("sequence")));
    }
}
