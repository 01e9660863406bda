package io.github.eventgateway.faults;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a run came to: what was counted, and what was promised and not kept. Any thread while it is filled. */
final class Verdict {

    private static final int EXAMPLES = 5;

    /** What is counted without being good or bad. */
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
        /** Those of them whose connection was closed as they were sent. */
        CLOSED_CONNECTIONS,
        /** Dead letters that were replayed, and whose event is stored. */
        REPLAYED,
        /** How long it took after the last request until all was stored. */
        CATCH_UP_SECONDS,
        /** The longest that a caller waited for a 2xx. */
        SLOWEST_ACCEPTANCE_MILLIS
    }

    /** What must not be; what concerns events and dead letters comes first. */
    enum Breach {
        /** Acknowledged, and neither stored nor dead-lettered. */
        LOST,
        /** On the topic, not acknowledged, and not stored. */
        PASSED_OVER,
        /** Stored more than once. */
        DOUBLED,
        /** Stored, or on the topic, with other content than was sent. */
        CHANGED,
        /** After an event of its key that was sent later. */
        REORDERED,
        /** Dead-lettered, and there was nothing wrong with it. */
        HEALTHY_DEAD_LETTERED,
        /** On the topic, and without a dead letter in the dead-letter topic and in the table. */
        POISON_LOST,
        /** Stored, and it should not have been possible. */
        POISON_STORED,
        /** A dead letter that is not byte for byte what failed. */
        LETTER_CHANGED,
        /** In the table of dead letters more than once. */
        LETTER_DOUBLED,
        /** Stored, or on a topic, and sent by nobody. */
        INVENTED,
        /** Consumers do not come to the end of what is there. */
        NOT_DRAINED,
        /** After a fault something did not come back in time. */
        NOT_RECOVERED,
        /** On the topic twice, since its caller was not answered, though the gateway was but asked to stop. */
        CUT_OFF,
        /** While one part failed, another did not do what it does without that one. */
        SPREAD,
        /** A refusal that was not at once. */
        SLOW_REFUSAL,
        /** More threads or connections after a fault than before it. */
        LEAK,
        /** A stop on request took longer than it may. */
        SLOW_STOP,
        /** An answer that the contract does not know. */
        SURPRISING_ANSWER,
        /** A request failed though its gateway was not being exchanged, or it failed otherwise than it may. */
        FAILED_IN_SERVICE,
        /** What the gateway had before its upgrade, it does not have or does not accept any more. */
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

    /** Takes over what another has counted and seen. */
    synchronized void add(Verdict other) {
        other.counts.forEach(this::count);
        other.examples.forEach((what, some) -> some.forEach(example -> breach(what, example)));
    }

    long of(Count what) {
        return counts.getOrDefault(what, 0L);
    }

    /** How often each promise was broken; empty when all were kept. */
    Map<Breach, Long> breaches() {
        return breaches;
    }

    boolean isGreen() {
        return breaches.isEmpty();
    }

    /** Whether an event or a dead letter is not what or where it should be, leaving answers and times aside. */
    boolean isDataBroken() {
        return breaches.keySet().stream().anyMatch(breach -> breach.compareTo(Breach.NOT_DRAINED) <= 0);
    }

    /** The counts, and what was broken with some examples. */
    @Override
    public String toString() {
        return counts + (isGreen() ? " green" : " RED " + breaches + " such as " + examples);
    }
}
