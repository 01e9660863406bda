package io.github.eventgateway.deadletter;

import io.github.eventgateway.database.ColumnTime;
import io.github.eventgateway.deadletter.ReplayOutcome.Kind;
import io.github.eventgateway.job.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts the outcomes of a bulk replay. The replay ends if its job must stop, or after consecutive failures. Its
 * remaining dead letters stay open and are counted as remaining. One thread adds; any thread may read.
 */
final class ReplayTally {

    private static final int FAILURES_IN_A_ROW = 3;

    /** Limits the rows of a query, and so the orders in memory. */
    private static final int ROWS_AT_ONCE = 1_000;

    private final long matched;
    private final int max;
    private final int rate;
    private final long started = System.nanoTime();
    private final Job job;
    private final Map<Kind, Integer> outcomes = new EnumMap<>(Kind.class);
    private final Instant begun;
    private Map<String, Object> place = Map.of();
    private int found;
    private boolean none;
    private int done;
    private int failuresInARow;

    /**
     * @param matched the number of dead letters that meet the filter
     * @param max the maximum number of replays; 0 for a dry run
     * @param rate the maximum number per second; 0 for no limit
     * @param job stops the replay
     * @param begun when it began, by the clock of the database; null for a single replay
     */
    ReplayTally(long matched, int max, int rate, Job job, Instant begun) {
        this.matched = matched;
        this.max = max;
        this.rate = rate;
        this.job = job;
        this.begun = begun;
    }

    synchronized void add(ReplayOutcome outcome) {
        done++;
        outcomes.merge(outcome.kind(), 1, Integer::sum);
        failuresInARow = outcome.kind() == Kind.FAILED ? failuresInARow + 1 : 0;
    }

    /** Returns whether there may be further dead letters to replay. */
    boolean hasMore() {
        return !none && rows() > 0 && !job.isStopped() && failuresInARow < FAILURES_IN_A_ROW;
    }

    /** Returns the maximum number of rows of the next query. */
    int rows() {
        return Math.min(ROWS_AT_ONCE, max - found);
    }

    /** Counts the rows of a query, and keeps the position of the last one. */
    void keepPosition(List<Map<String, Object>> rows) {
        none = rows.size() < rows();
        found += rows.size();
        if (!rows.isEmpty()) {
            place = new HashMap<>(rows.get(rows.size() - 1));
            place.put("begun", ColumnTime.column(begun));
        }
    }

    /** Returns the position of the last row and the begin of the replay as parameters. Empty before the first query. */
    Map<String, Object> place() {
        return place;
    }

    boolean continues() throws InterruptedException {
        if (failuresInARow >= FAILURES_IN_A_ROW) {
            return false;
        }
        long elapsed = System.nanoTime() - started;
        long due = rate == 0 ? 0 : Duration.ofSeconds(done).toNanos() / rate;
        return job.pause(Duration.ofNanos(Math.max(0, due - elapsed)));
    }

    synchronized Map<String, Object> counts() {
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put("matched", matched);
        counts.put("replayed", count(Kind.REPLAYED) + count(Kind.REPAIRED));
        counts.put("skipped", count(Kind.SKIPPED) + count(Kind.NOT_OPEN) + count(Kind.NOT_FOUND));
        counts.put("failed", count(Kind.FAILED));
        counts.put("refused", count(Kind.REFUSED));
        counts.put("remaining", Math.max(0, matched - done));
        return counts;
    }

    private int count(Kind kind) {
        return outcomes.getOrDefault(kind, 0);
    }
}
