package io.github.eventgateway.faults;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The result of a run: counts and broken promises. Any thread may add to it. */
final class Verdict {

    private static final int EXAMPLES = 5;

    /** Counts that are neither good nor bad. */
    enum Count {
        SENT,
        ACKNOWLEDGED,
        ON_TOPIC,
        DUPLICATES_ON_TOPIC,
        STORED,
        POISON,
        DEAD_LETTERS,
        DUPLICATES_ON_DEAD_LETTER_TOPIC,
        FAULTS,
        REFUSED_REQUESTS,
        /** Requests without an answer whose connection was closed while they were sent. */
        CLOSED_CONNECTIONS,
        /** Dead letters that were replayed and whose event is stored. */
        REPLAYED,
        /** The time after the last request until all events were stored. */
        CATCH_UP_SECONDS,
        /** The longest time until a 2xx. */
        SLOWEST_ACCEPTANCE_MILLIS
    }

    /** Broken promises; those about events and dead letters come first. */
    enum Breach {
        /** Acknowledged, but neither stored nor dead-lettered. */
        LOST,
        /** On the topic without an acknowledgement, but not stored. */
        PASSED_OVER,
        /** Stored more than once. */
        DOUBLED,
        /** Stored, or on the topic, with another content than was sent. */
        CHANGED,
        /** Stored or on the topic after a later event of its key. */
        REORDERED,
        /** Dead-lettered although it was valid. */
        HEALTHY_DEAD_LETTERED,
        /** On the topic, but without a dead letter in the dead-letter topic or in the table. */
        POISON_LOST,
        /** Stored although it is invalid. */
        POISON_STORED,
        /** The dead letter differs from the failed record. */
        LETTER_CHANGED,
        /** More than once in the table of dead letters. */
        LETTER_DOUBLED,
        /** Stored, or on a topic, although nobody sent it. */
        INVENTED,
        /** The consumers did not reach the end of the topics. */
        NOT_DRAINED,
        /** Something did not recover in time after a fault. */
        NOT_RECOVERED,
        /** On the topic twice because its caller got no answer, although the gateway was stopped normally. */
        CUT_OFF,
        /** An insert waited too long for a table. */
        BLOCKED_INSERT,
        /** The failure of one part affected another part. */
        SPREAD,
        /** A refusal came too late. */
        SLOW_REFUSAL,
        /** More threads or connections after a fault than before it. */
        LEAK,
        /** A stop took longer than its limit. */
        SLOW_STOP,
        /** An answer that is not in the contract. */
        SURPRISING_ANSWER,
        /** A request failed although its gateway was not being replaced, or it failed in a way that is not allowed. */
        FAILED_IN_SERVICE,
        /** Data from before the upgrade is missing or not accepted any more. */
        FORGOTTEN
    }

    private final Map<Count, Long> counts = new EnumMap<>(Count.class);
    private final Map<Breach, Long> breaches = new EnumMap<>(Breach.class);
    private final Map<Breach, List<String>> examples = new EnumMap<>(Breach.class);

    synchronized void count(Count what, long more) {
        counts.merge(what, more, Long::sum);
    }

    synchronized void breach(Breach what, String example) {
        breaches.merge(what, 1L, Long::sum);
        List<String> some = examples.computeIfAbsent(what, none -> new ArrayList<>());
        if (some.size() < EXAMPLES) {
            some.add(example);
        }
    }

    /** Adds the counts and broken promises of another verdict. */
    synchronized void add(Verdict other) {
        other.counts.forEach(this::count);
        other.examples.forEach((what, some) -> some.forEach(example -> breach(what, example)));
    }

    long of(Count what) {
        return counts.getOrDefault(what, 0L);
    }

    /** Returns how often each promise was broken; empty if all were kept. */
    Map<Breach, Long> breaches() {
        return breaches;
    }

    boolean isGreen() {
        return breaches.isEmpty();
    }

    /** Returns whether an event or a dead letter is wrong, regardless of answers and times. */
    boolean isDataBroken() {
        return breaches.keySet().stream().anyMatch(breach -> breach.compareTo(Breach.NOT_DRAINED) <= 0);
    }

    /** Returns the counts, and the broken promises with some examples. */
    @Override
    public String toString() {
        return counts + (isGreen() ? " green" : " RED " + breaches + " such as " + examples);
    }
}
