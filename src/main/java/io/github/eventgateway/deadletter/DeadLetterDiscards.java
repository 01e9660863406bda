package io.github.eventgateway.deadletter;

import io.github.eventgateway.api.Answer;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.job.Job;
import io.github.eventgateway.query.Selection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.springframework.stereotype.Component;

/**
 * Discards one dead letter, or many in several transactions. It is a bean because the state of dead letters and their history
 * belong to one transaction. Any thread.
 */
@Component("deadLetterDiscards")
public class DeadLetterDiscards {

    /** Discarded dead letters no longer match, so that the next query finds the next ones. An index has this order. */
    private static final String SOME =
            "SELECT id FROM dead_letter%s AND status = 'open' ORDER BY failed_at LIMIT :?rows";

    private final DeadLetterStates states;
    private final DeadLetterSettings settings;

    DeadLetterDiscards(DeadLetterStates states, DeadLetterSettings settings) {
        this.states = states;
        this.settings = settings;
    }

    /**
     * Discards a dead letter without erasing it. A discarded one does not change.
     *
     * @throws GatewayException with {@code NOT_FOUND}, or with {@code DEAD_LETTER_NOT_OPEN} if it was replayed or
     *     erased, or a replay is running
     */
    public void discardOne(@Body DiscardOrder order) {
        if (!states.discard(order, settings.claimTimeout())) {
            DeadLetterStates.Row row =
                    states.read(order.id()).orElseThrow(() -> new GatewayException(Reason.NOT_FOUND));
            if (!"discarded".equals(row.status())) {
                throw new GatewayException(Reason.DEAD_LETTER_NOT_OPEN, "", "it is " + row.status());
            }
        }
    }

    /**
     * Sets the SQL that counts the dead letters of a bulk discard as the body, and its parameters as {@code jdbc:}
     * expects them.
     */
    public void prepareCount(Exchange exchange, @ExchangeProperty(DeadLetterProperties.BULK) BulkDiscard bulk) {
        bulk.filter().prepareCount(exchange.getMessage());
    }

    /**
     * Begins the tally of a bulk discard from the row with the number of its dead letters. Unless it is a dry run, dead
     * letters with an abandoned replay are open again.
     *
     * @param job receives the progress and can stop the work; may be null
     */
    public DiscardTally tally(
            @Body List<Map<String, Object>> rows,
            @ExchangeProperty(DeadLetterProperties.BULK) BulkDiscard bulk,
            @ExchangeProperty(Job.PROPERTY) Job job) {
        long matched = ((Number) rows.get(0).get("matched")).longValue();
        Job known = Job.orUnlisted(job);
        DiscardTally tally = new DiscardTally(matched, known);
        if (!bulk.dryRun()) {
            known.reportProgress(() -> counts(tally, bulk));
            states.reopen(settings.claimTimeout());
        }
        return tally;
    }

    /** Returns whether a bulk discard continues. */
    public boolean continues(
            @ExchangeProperty(DeadLetterProperties.TALLY) DiscardTally tally,
            @ExchangeProperty(DeadLetterProperties.BULK) BulkDiscard bulk) {
        return !bulk.dryRun() && tally.continues();
    }

    /**
     * Sets the SQL that finds the ids of the next dead letters as the body, and its parameters as {@code jdbc:} expects
     * them.
     */
    public void preparePage(
            Exchange exchange,
            @ExchangeProperty(DeadLetterProperties.TALLY) DiscardTally tally,
            @ExchangeProperty(DeadLetterProperties.BULK) BulkDiscard bulk) {
        Map<String, Object> values = new HashMap<>(bulk.filter().values());
        values.put("rows", tally.rows());
        Selection.prepare(
                exchange.getMessage(), SOME.replace("%s", bulk.filter().condition()), values);
    }

    /**
     * Discards these dead letters in one transaction and counts them. A dead letter that is no longer open does not
     * change.
     *
     * @throws org.springframework.dao.DataAccessException if the database fails; then none of them is discarded
     */
    public void discard(
            @Body List<Map<String, Object>> rows,
            @ExchangeProperty(DeadLetterProperties.TALLY) DiscardTally tally,
            @ExchangeProperty(DeadLetterProperties.BULK) BulkDiscard bulk) {
        // All gateways use the same order, so that two of them cannot deadlock.
        List<DiscardOrder> orders = rows.stream()
                .map(row -> (String) row.get("id"))
                .sorted()
                .map(id -> new DiscardOrder(id, bulk.by(), bulk.reason()))
                .toList();
        tally.add(orders.size(), orders.isEmpty() ? 0 : states.discard(orders, settings.claimTimeout()));
    }

    /** Returns the answer to a bulk discard. */
    public Answer answer(
            @ExchangeProperty(DeadLetterProperties.TALLY) DiscardTally tally,
            @ExchangeProperty(DeadLetterProperties.BULK) BulkDiscard bulk) {
        return new Answer(
                200,
                bulk.dryRun() ? "dead-letters.discard-dry-run" : "dead-letters.bulk-discarded",
                counts(tally, bulk));
    }

    private static Map<String, Object> counts(DiscardTally tally, BulkDiscard bulk) {
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put("dry_run", bulk.dryRun());
        counts.putAll(tally.counts());
        return counts;
    }
}
