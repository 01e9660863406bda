package io.github.eventgateway.deadletter;

import io.github.eventgateway.job.Job;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The progress of a bulk discard. It ends when it has tried as many dead letters as it counted at its beginning, when
 * none is left, or when its job is stopped. One thread changes it; any thread may read it.
 */
final class DiscardTally {

    private static final int ROWS_AT_ONCE = 500;

    private final long matched;
    private final Job job;
    private long discarded;
    private long skipped;
    private boolean none;

    /**
     * @param matched the number of dead letters that meet the filter
     * @param job stops the discard
     */
    DiscardTally(long matched, Job job) {
        this.matched = matched;
        this.job = job;
    }

    /**
     * Counts some dead letters.
     *
     * @param found how many were tried; 0 ends the bulk discard
     * @param ended how many of these are now discarded
     */
    synchronized void add(int found, int ended) {
        discarded += ended;
        skipped += found - ended;
        none = found == 0;
    }

    boolean continues() {
        return !job.isStopped() && rows() > 0;
    }

    /** Returns how many dead letters to try next. */
    synchronized int rows() {
        return none ? 0 : (int) Math.max(0, Math.min(ROWS_AT_ONCE, matched - discarded - skipped));
    }

    synchronized Map<String, Object> counts() {
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put("matched", matched);
        counts.put("discarded", discarded);
        counts.put("skipped", skipped);
        counts.put("remaining", Math.max(0, matched - discarded - skipped));
        return counts;
    }
}
