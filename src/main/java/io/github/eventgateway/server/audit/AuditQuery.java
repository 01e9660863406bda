package io.github.eventgateway.server.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.query.Listing;
import io.github.eventgateway.query.PageRows;
import io.github.eventgateway.query.PageSettings;
import io.github.eventgateway.query.Selection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.springframework.stereotype.Component;

/**
 * Queries audit records. It is a bean because a fixed SQL with every filter could not use the index of the filter in
 * the request. Every value is a named parameter. Any thread.
 */
@Component("auditQuery")
public class AuditQuery {

    private static final Listing RECORDS = new Listing(
            "audit_record",
            "sequence, at, outcome, subject, action, target, address, request_id, status, reason, calls, detail, mac,"
                    + " key_id, personal_mac, " + personal("nonce") + " AS nonce, " + personal("details")
                    + " AS personal",
            List.of("sequence"),
            List.of("subject", "action", "target", "detail", personal("details")),
            false);
    /** A verb with its path, a word for an action of the gateway itself, or refusals of different calls. */
    private static final Pattern ACTION = Pattern.compile("[A-Z]+ /.*|[a-z][a-z-]*|[*]");

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
     * Sets the SQL as the body, and its parameters as {@code jdbc:} expects them, from the query parameters of the
     * request.
     *
     * @throws GatewayException with {@code INVALID_PARAMETER} and all faults
     */
    public void prepare(Exchange exchange) {
        Selection records = Selection.of(exchange.getMessage());
        records.equal("subject", "subject", LONGEST_VALUE);
        String action = records.value("action");
        if (action == null || ACTION.matcher(action).matches()) {
            records.equal("action", "action", LONGEST_VALUE);
        } else {
            records.addFault(
                    "action",
                    "must be a method and a path, such as GET /api/events, or an action of the gateway, such as"
                            + " retention");
        }
        String outcome = records.value("outcome");
        if (outcome == null || AuditRecord.OUTCOMES.contains(outcome)) {
            records.equal("outcome", "outcome", LONGEST_VALUE);
        } else {
            records.addFault("outcome", "must be begun, done, refused or failed");
        }
        records.time("from", "at >= :?from");
        records.time("to", "at < :?to");
        String cursor = records.value("cursor");
        if (cursor != null) {
            before(cursor, records);
        }
        records.page(exchange, RECORDS, pages);
    }

    /** An inserted record may have any number that fits the column. */
    private static void before(String cursor, Selection records) {
        try {
            long before = Long.parseLong(cursor);
            if (before > 0 && cursor.matches("[0-9]+")) {
                records.where("sequence < :?before", Map.of("before", before));
                return;
            }
        } catch (NumberFormatException e) {
            // Reported below.
        }
        records.wrongCursor();
    }

    /** Converts the rows to a page of the answer. */
    public AuditPage page(List<Map<String, Object>> rows, @ExchangeProperty(Selection.LIMIT) int limit) {
        PageRows page = PageRows.of(rows, limit);
        return new AuditPage(
                page.shown().stream().map(row -> AuditItem.of(row, json, keys)).toList(),
                page.last() == null ? null : String.valueOf(page.last().get("sequence")));
    }
}
