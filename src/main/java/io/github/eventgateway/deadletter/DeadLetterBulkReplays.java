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
 * Finds the dead letters of a bulk replay and counts their outcomes. {@link DeadLetterReplays} replays each of them. It
 * is a bean because the next query depends on the last row and on the outcomes. Any thread.
 */
@Component("deadLetterBulkReplays")
public class DeadLetterBulkReplays {

    /** Records with the same key fail in the order of their partition, and are replayed in the same order. */
    private static final String IDS = "SELECT id, source_topic, source_partition, source_offset FROM dead_letter";

    private static final String IN_ORDER = " ORDER BY source_topic, source_partition, source_offset, id LIMIT :?rows";

    /**
     * A failed replay creates a new dead letter with a greater offset. The same bulk replay must not find it. Both times
     * are those of the database, because another gateway may store the dead letter.
     */
    private static final String AFTER = " AND (source_topic, source_partition, source_offset, id)"
            + " > (:?source_topic, :?source_partition, :?source_offset, :?id) AND received_at < :?begun";

    private final DeadLetterStates states;

    DeadLetterBulkReplays(DeadLetterStates states) {
        this.states = states;
    }

    /**
     * Sets the SQL that counts the dead letters of a bulk replay as the body, and its parameters as {@code jdbc:}
     * expects them.
     */
    public void prepareCount(Exchange exchange, @ExchangeProperty(DeadLetterProperties.BULK) BulkReplay bulk) {
        bulk.filter().prepareCount(exchange.getMessage());
    }

    /**
     * Begins the tally of a bulk replay from the row with the number of its dead letters.
     *
     * @param job receives the progress and can stop the work; may be null
     */
    public ReplayTally tally(
            @Body List<Map<String, Object>> rows,
            @ExchangeProperty(DeadLetterProperties.BULK) BulkReplay bulk,
            @ExchangeProperty(Job.PROPERTY) Job job) {
        long matched = ((Number) rows.get(0).get("matched")).longValue();
        Job known = Job.orUnlisted(job);
        ReplayTally tally = new ReplayTally(matched, bulk.dryRun() ? 0 : bulk.max(), bulk.rate(), known, states.now());
        if (!bulk.dryRun()) {
            known.reportProgress(() -> counts(tally, bulk));
        }
        return tally;
    }

    /** Returns whether a bulk replay has further dead letters to replay. */
    public boolean hasMore(@ExchangeProperty(DeadLetterProperties.TALLY) ReplayTally tally) {
        return tally.hasMore();
    }

    /**
     * Sets the SQL that finds the next dead letters as the body, and its parameters as {@code jdbc:} expects them.
     */
    public void preparePage(
            Exchange exchange,
            @ExchangeProperty(DeadLetterProperties.TALLY) ReplayTally tally,
            @ExchangeProperty(DeadLetterProperties.BULK) BulkReplay bulk) {
        Map<String, Object> values = new HashMap<>(bulk.filter().values());
        values.put("rows", tally.rows());
        values.putAll(tally.place());
        String after = tally.place().isEmpty() ? "" : AFTER;
        Selection.prepare(exchange.getMessage(), IDS + bulk.filter().condition() + after + IN_ORDER, values);
    }

    /** Keeps the position of the last row. The next query begins after it. */
    public void keepPosition(
            @Body List<Map<String, Object>> rows, @ExchangeProperty(DeadLetterProperties.TALLY) ReplayTally tally) {
        tally.keepPosition(rows);
    }

    /** Returns whether a bulk replay continues. Waits as its rate demands, unless its job is stopped. */
    public boolean continues(@ExchangeProperty(DeadLetterProperties.TALLY) ReplayTally tally)
            throws InterruptedException {
        return tally.continues();
    }

    /** Counts the outcome of one replay. */
    public void count(@Body ReplayOutcome outcome, @ExchangeProperty(DeadLetterProperties.TALLY) ReplayTally tally) {
        tally.add(outcome);
    }

    /** Returns the answer to a bulk replay. */
    public Answer answer(
            @ExchangeProperty(DeadLetterProperties.TALLY) ReplayTally tally,
            @ExchangeProperty(DeadLetterProperties.BULK) BulkReplay bulk) {
        return new Answer(200, bulk.dryRun() ? "dead-letters.dry-run" : "dead-letters.replayed", counts(tally, bulk));
    }

    private static Map<String, Object> counts(ReplayTally tally, BulkReplay bulk) {
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put("dry_run", bulk.dryRun());
        counts.putAll(tally.counts());
        return counts;
    }
}
