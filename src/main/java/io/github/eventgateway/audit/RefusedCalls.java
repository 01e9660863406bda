package io.github.eventgateway.audit;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Counts the calls that were refused for their token or their scope, those of one kind together: a flood of them becomes a
 * few records. Those without a good token cannot push out those with one. Any thread.
 */
@Component
class RefusedCalls {

    private static final String ANY_ACTION = "*";

    private final int mostKinds;
    private Map<Kind, Tally> strangers = new HashMap<>();
    private Map<Kind, Tally> known = new HashMap<>();

    RefusedCalls(AuditSettings settings) {
        this.mostKinds = settings.refusalKinds();
    }

    private record Kind(int status, String why, String subject, String action, String address) {}

    private static final class Tally {
        private final Instant first = Instant.now();
        private final String firstAction;
        private Instant last = first;
        private long calls;

        Tally(String firstAction) {
            this.firstAction = firstAction;
        }
    }

    synchronized void add(int status, String why, String subject, String action, String address) {
        Map<Kind, Tally> tallies = subject == null ? strangers : known;
        Kind kind = new Kind(status, why, subject, subject == null ? ANY_ACTION : action, address);
        if (!tallies.containsKey(kind) && tallies.size() >= mostKinds) {
            kind = new Kind(status, why, null, ANY_ACTION, null);
        }
        Tally tally = tallies.computeIfAbsent(kind, key -> new Tally(action));
        tally.calls++;
        tally.last = Instant.now();
    }

    /** What was counted since the last time, as records. */
    List<AuditRecord> drain() {
        List<AuditRecord> records = new ArrayList<>();
        Map<Kind, Tally> counted;
        synchronized (this) {
            counted = new HashMap<>(strangers);
            counted.putAll(known);
            strangers = new HashMap<>();
            known = new HashMap<>();
        }
        counted.forEach((kind, tally) -> records.add(record(kind, tally)));
        return records;
    }

    private static AuditRecord record(Kind kind, Tally tally) {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("first", tally.first.truncatedTo(ChronoUnit.MILLIS));
        detail.put("last", tally.last.truncatedTo(ChronoUnit.MILLIS));
        if (kind.action().equals(ANY_ACTION)) {
            detail.put("first_action", tally.firstAction);
        }
        return AuditRecord.begun(kind.subject(), kind.action(), BoundedJson.EMPTY, kind.address(), null)
                .ended(kind.status(), kind.why(), tally.calls, detail);
    }
}
