package io.github.eventgateway.deadletter;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.query.Cursor;
import io.github.eventgateway.query.Listing;
import io.github.eventgateway.query.PageRows;
import io.github.eventgateway.query.PageSettings;
import io.github.eventgateway.query.Selection;
import io.github.eventgateway.seal.PublisherSeal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.springframework.stereotype.Component;

/**
 * The queries for dead letters that depend on the request. A bean, because SQL that takes every filter whether it is there
 * or not cannot use the index of the one that is. Every value is a named parameter. Any thread.
 */
@Component("deadLetterQuery")
public class DeadLetterQuery {

    private static final Listing DEAD_LETTERS = new Listing(
            "dead_letter",
            "id, source_topic, source_partition, source_offset, consumer_group, route, reason, exception, message,"
                    + " attempts, replays, status, failed_at, received_at, event_id, replay_of, successor",
            List.of("failed_at", "id"),
            List.of("source_topic", "consumer_group", "route", "exception", "message"));
    private static final String COUNT = "SELECT COUNT(*) AS matched FROM dead_letter";

    /** Records of one key fail, and so are replayed, in the order of their partition. */
    private static final String IDS = "SELECT id FROM dead_letter";

    private static final String IN_ORDER = " ORDER BY source_topic, source_partition, source_offset, id LIMIT :?rows";

    private final PageSettings pages;
    private final PublisherSeal publishers;

    DeadLetterQuery(PageSettings pages, PublisherSeal publishers) {
        this.pages = pages;
        this.publishers = publishers;
    }

    /**
     * Puts the SQL of a page into the body, and its parameters where {@code jdbc:} takes them, from the request's query
     * parameters.
     *
     * @throws GatewayException with {@code INVALID_PARAMETER} and everything that is wrong
     */
    public void preparePage(Exchange exchange) {
        Selection letters = Selection.of(exchange.getMessage());
        DeadLetterFilter.narrow(letters);
        letters.before("failed_at, id");
        letters.page(exchange, DEAD_LETTERS, pages);
    }

    /** Likewise the SQL that counts what a bulk replay concerns. */
    public void prepareCount(Exchange exchange, @ExchangeProperty("bulk") BulkReplay bulk) {
        Selection.prepare(
                exchange.getMessage(),
                COUNT + bulk.filter().condition(),
                bulk.filter().values());
    }

    /** Likewise the SQL that finds the ids of what a bulk replay concerns, as many as it may replay. */
    public void prepareIds(Exchange exchange, @ExchangeProperty("bulk") BulkReplay bulk) {
        Map<String, Object> values = new HashMap<>(bulk.filter().values());
        values.put("rows", bulk.max());
        Selection.prepare(exchange.getMessage(), IDS + bulk.filter().condition() + IN_ORDER, values);
    }

    /** The rows as one page of the answer. */
    public DeadLetterPage page(List<Map<String, Object>> rows, @ExchangeProperty(Selection.LIMIT) int limit) {
        PageRows page = PageRows.of(rows, limit);
        DeadLetterItem last = page.last() == null ? null : DeadLetterItem.of(page.last());
        return new DeadLetterPage(
                page.shown().stream().map(DeadLetterItem::of).toList(),
                last == null ? null : new Cursor(last.failedAt(), last.id()).encode());
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
        return DeadLetterDetail.of(row, history, publisher(row));
    }

    /** Of a stub it is not known: the proof is of the whole record. */
    private String publisher(Map<String, Object> row) {
        return publishers.publisher(
                (String) row.get("source_topic"),
                (byte[]) row.get("record_key"),
                (byte[]) row.get("record_value"),
                HeaderBytes.decode((byte[]) row.get("record_headers")));
    }
}
