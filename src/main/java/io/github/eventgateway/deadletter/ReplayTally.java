package io.github.eventgateway.deadletter;

import io.github.eventgateway.deadletter.ReplayOutcome.Kind;
import io.github.eventgateway.job.Job;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a bulk replay has done so far. It ends where its job is to stop, and where one failure follows another: what it left is
 * open, and said to be so. One thread adds to it; any thread may read it.
 */
final class ReplayTally {

    private static final int FAILURES_IN_A_ROW = 3;

    private final long matched;
    private final int rate;
    private final long started = System.nanoTime();
    private final Job job;
    private final Map<Kind, Integer> outcomes = new EnumMap<>(Kind.class);
    private int done;
    private int failuresInARow;

    /**
     * @param matched how many dead letters it concerns
     * @param rate how many a second; 0 for as fast as it goes
     * @param job stops it
     */
    ReplayTally(long matched, int rate, Job job) {
        this.matched = matched;
        this.rate = rate;
        this.job = job;
    }

    synchronized void add(ReplayOutcome outcome) {
        done++;
        outcomes.merge(outcome.kind(), 1, Integer::sum);
        failuresInARow = outcome.kind() == Kind.FAILED ? failuresInARow + 1 : 0;
    }

    boolean goesOn() throws InterruptedException {
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
        counts.put("skipped", count(Kind.SKIPPED) + count(Kind.NOT_OPEN));
        counts.put("failed", count(Kind.FAILED));
        counts.put("refused", count(Kind.REFUSED));
        counts.put("remaining", Math.max(0, matched - done));
        return counts;
    }

    private int count(Kind kind) {
        return outcomes.getOrDefault(kind, 0);
    }
}
