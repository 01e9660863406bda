package io.github.eventgateway.deadletter;

import io.github.eventgateway.api.Answer;
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
 * Discards many dead letters, some in each transaction. A bean, because the state of some dead letters and their history are one
 * transaction. Any thread.
 */
@Component("deadLetterDiscards")
public class DeadLetterDiscards {

    private static final String COUNT = "SELECT COUNT(*) AS matched FROM dead_letter";

    /** Discarded dead letters no longer match, so that the next query finds the next ones. An index has this order. */
    private static final String SOME =
            "SELECT id FROM dead_letter%s AND status = 'open' ORDER BY failed_at LIMIT :?rows";

    private final ReplayTable table;
    private final DeadLetterSettings settings;

    DeadLetterDiscards(ReplayTable table, DeadLetterSettings settings) {
        this.table = table;
        this.settings = settings;
    }

    /** Puts the SQL that counts what a bulk discard concerns into the body, and its parameters where {@code jdbc:} takes them. */
    public void prepareCount(Exchange exchange, @ExchangeProperty("bulk") BulkDiscard bulk) {
        Selection.prepare(
                exchange.getMessage(),
                COUNT + bulk.filter().condition(),
                bulk.filter().values());
    }

    /**
     * Begins the count of a bulk discard, from the row with the number of those that it concerns. Unless it is a dry run, dead
     * letters whose replay was given up are open again.
     *
     * @param job receives the progress and can stop the work; may be null
     */
    public DiscardTally tally(
            @Body List<Map<String, Object>> rows,
            @ExchangeProperty("bulk") BulkDiscard bulk,
            @ExchangeProperty(Job.PROPERTY) Job job) {
        long matched = ((Number) rows.get(0).get("matched")).longValue();
        Job known = Job.orUnlisted(job);
        DiscardTally tally = new DiscardTally(matched, known);
        if (!bulk.dryRun()) {
            known.tells(() -> counts(tally, bulk));
            table.reopen(settings.claimTimeout());
        }
        return tally;
    }

    /** Whether a bulk discard goes on. */
    public boolean goesOn(@ExchangeProperty("tally") DiscardTally tally, @ExchangeProperty("bulk") BulkDiscard bulk) {
        return !bulk.dryRun() && tally.goesOn();
    }

    /** Puts the SQL that finds the ids of the next dead letters into the body, and its parameters where {@code jdbc:} takes them. */
    public void prepareSome(
            Exchange exchange,
            @ExchangeProperty("tally") DiscardTally tally,
            @ExchangeProperty("bulk") BulkDiscard bulk) {
        Map<String, Object> values = new HashMap<>(bulk.filter().values());
        values.put("rows", tally.rows());
        Selection.prepare(
                exchange.getMessage(), SOME.replace("%s", bulk.filter().condition()), values);
    }

    /**
     * Discards these in one transaction, and counts them. One that is no longer open stays as it is.
     *
     * @throws org.springframework.dao.DataAccessException where the database is at fault; none of these is discarded then
     */
    public void discard(
            @Body List<Map<String, Object>> rows,
            @ExchangeProperty("tally") DiscardTally tally,
            @ExchangeProperty("bulk") BulkDiscard bulk) {
        // in one order everywhere, so that two gateways never wait for each other in a circle
        List<DiscardOrder> orders = rows.stream()
                .map(row -> (String) row.get("id"))
                .sorted()
                .map(id -> new DiscardOrder(id, bulk.by(), bulk.reason()))
                .toList();
        tally.add(orders.size(), orders.isEmpty() ? 0 : table.discard(orders, settings.claimTimeout()));
    }

    /** The answer to a bulk discard. */
    public Answer answer(@ExchangeProperty("tally") DiscardTally tally, @ExchangeProperty("bulk") BulkDiscard bulk) {
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
