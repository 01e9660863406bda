package io.github.eventgateway.deadletter;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.query.Cursor;
import io.github.eventgateway.query.Listing;
import io.github.eventgateway.query.PageRows;
import io.github.eventgateway.query.PageSettings;
import io.github.eventgateway.query.Selection;
import io.github.eventgateway.seal.PublisherSeal;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.springframework.stereotype.Component;

/**
 * Queries dead letters by the filters of a request. It is a bean because a fixed SQL with every filter could not use
 * the index of the filter in the request. Every value is a named parameter. Any thread.
 */
@Component("deadLetterQuery")
public class DeadLetterQuery {

    private static final Listing DEAD_LETTERS = new Listing(
            "dead_letter",
            "id, source_topic, source_partition, source_offset, consumer_group, route, reason, exception, message,"
                    + " attempts, replays, status, failed_at, received_at, event_id, replay_of, successor",
            List.of("failed_at", "id"),
            List.of("source_topic", "consumer_group", "route", "exception", "message"),
            false);

    private final PageSettings pages;
    private final PublisherSeal publishers;

    DeadLetterQuery(PageSettings pages, PublisherSeal publishers) {
        this.pages = pages;
        this.publishers = publishers;
    }

    /**
     * Sets the SQL of a page as the body, and its parameters as {@code jdbc:} expects them, from the query parameters
     * of the request.
     *
     * @throws GatewayException with {@code INVALID_PARAMETER} and all faults
     */
    public void preparePage(Exchange exchange) {
        Selection letters = Selection.of(exchange.getMessage());
        DeadLetterFilter.narrow(letters);
        letters.before("failed_at, id");
        letters.page(exchange, DEAD_LETTERS, pages);
    }

    /** Converts the rows to a page of the answer. */
    public DeadLetterPage page(List<Map<String, Object>> rows, @ExchangeProperty(Selection.LIMIT) int limit) {
        PageRows page = PageRows.of(rows, limit);
        DeadLetterItem last = page.last() == null ? null : DeadLetterItem.of(page.last());
        return new DeadLetterPage(
                page.shown().stream().map(DeadLetterItem::of).toList(),
                last == null ? null : new Cursor(last.failedAt(), last.id()).encode());
    }

    /**
     * Returns the only row.
     *
     * @throws GatewayException with {@code NOT_FOUND} without a row
     */
    public Map<String, Object> single(List<Map<String, Object>> rows) {
        if (rows.isEmpty()) {
            throw new GatewayException(Reason.NOT_FOUND);
        }
        return rows.get(0);
    }

    /** Converts the row and the rows of its history to the answer. */
    public DeadLetterDetail detail(
            List<Map<String, Object>> history,
            @ExchangeProperty(DeadLetterProperties.DEAD_LETTER) Map<String, Object> row) {
        return DeadLetterDetail.of(row, history, publisher(row));
    }

    /** The publisher of a stub is unknown, because its proof covers the complete record. */
    private String publisher(Map<String, Object> row) {
        return publishers.publisher(
                (String) row.get("source_topic"),
                (byte[]) row.get("record_key"),
                (byte[]) row.get("record_value"),
                HeaderBytes.decode((byte[]) row.get("record_headers")));
    }
}
