package io.github.eventgateway.erasure;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The erasures that failed at their last attempt. A pass is a series of attempts that begins with the oldest erasure. It
 * leaves out each erasure that failed, so that the ones behind it continue. Any thread.
 */
final class FailedErasures {

    /** The time after which a pass ends, so that the failed erasures do not wait for all others. */
    private static final Duration LONGEST_PASS = Duration.ofSeconds(5);

    private static final int MAX_NAMED = 10;

    private final Map<String, String> problems = new LinkedHashMap<>();
    private final Set<String> failedInPass = new HashSet<>();
    private ErasureTable.Row last;
    private boolean hasSucceeded;
    private long passBegan = System.nanoTime();

    /** Returns the last erasure of this pass that failed; null for none. The next attempt is for one behind it. */
    synchronized ErasureTable.Row last() {
        return last;
    }

    synchronized void add(ErasureTable.Row row, String problem) {
        problems.put(row.id(), problem);
        failedInPass.add(row.id());
        last = row;
    }

    synchronized void remove(String id) {
        problems.remove(id);
        failedInPass.remove(id);
        hasSucceeded = true;
    }

    /** Begins a new pass if this one has taken long, and not all of its attempts failed. */
    synchronized void beginAgainInTime() {
        if (last != null && hasSucceeded && System.nanoTime() - passBegan > LONGEST_PASS.toNanos()) {
            beginPass();
        }
    }

    /** Ends the pass, because no erasure is left in it. */
    synchronized void endPass() {
        // Another gateway may have done the others.
        problems.keySet().retainAll(failedInPass);
        failedInPass.clear();
        beginPass();
    }

    private void beginPass() {
        last = null;
        hasSucceeded = false;
        passBegan = System.nanoTime();
    }

    /** Returns the ids of some of them. */
    synchronized List<String> ids() {
        return problems.keySet().stream().limit(MAX_NAMED).toList();
    }

    /** Returns the problem of this erasure; null without one. */
    synchronized String problem(String id) {
        return problems.get(id);
    }

    /** Returns a sentence for the log, or null without a problem. It names one erasure, so that the log gets few lines. */
    synchronized String problem() {
        if (problems.isEmpty()) {
            return null;
        }
        Map.Entry<String, String> first = problems.entrySet().iterator().next();
        return "The erasure " + first.getKey() + " cannot continue"
                + (problems.size() == 1 ? "" : ". Other erasures cannot continue either")
                + ". The gateway retries. Cause: " + first.getValue();
    }
}
