package io.github.eventgateway.server.audit;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Counts refused calls by kind, so that a flood becomes a few records. Calls without a valid token cannot displace
 * those with one. Any thread.
 */
@Component
class RefusedCalls {

    private static final String ANY_ACTION = "*";

    private final int mostKinds;
    private final int mostAlone;
    private Map<Kind, Tally> strangers = new HashMap<>();
    private Map<Kind, Tally> known = new HashMap<>();
    private final int mostChanges;
    private final Map<Change, Integer> changes = new HashMap<>();

    RefusedCalls(AuditSettings settings) {
        this.mostKinds = settings.refusalKinds();
        this.mostAlone = settings.refusalRecords();
        this.mostChanges = settings.refusedChanges();
    }

    /** The intended action. Actions beyond the maximum number share one entry. */
    private record Change(String subject, String action) {

        static final Change ANY = new Change(null, ANY_ACTION);
    }

    private record Kind(int status, String why, String subject, String action, String address) {

        /** Returns the entry that this action shares with others. */
        Kind of(String whose, String where) {
            return new Kind(status, why, whose, ANY_ACTION, where);
        }
    }

    private static final class Tally {
        private Instant first;
        private final String firstAction;
        private Instant last;
        private long calls;
        private int alone;

        Tally(String firstAction) {
            this.firstAction = firstAction;
        }

        boolean getsOwnRecord(int most) {
            if (alone < most) {
                alone++;
                return true;
            }
            return false;
        }
    }

    /** Counts a call that was rejected for its token or scope. */
    synchronized void add(int status, String why, String subject, String action, String address) {
        count(tally(new Kind(status, why, subject, action, address)));
    }

    /**
     * Counts a refused call. The first calls of a kind in an interval have their own records; for these it returns
     * false.
     */
    synchronized boolean isOneOfMany(AuditRecord refusal) {
        Tally tally = tally(
                new Kind(refusal.status(), refusal.reason(), refusal.subject(), refusal.action(), refusal.address()));
        if (tally.getsOwnRecord(mostAlone)) {
            return false;
        }
        count(tally);
        return true;
    }

    /** Counts a call that would have changed something, and was rejected after it had begun. */
    synchronized void addChange(String subject, String action) {
        changes.merge(counted(subject, action), 1, Integer::sum);
    }

    /** Returns whether too many calls of its kind were rejected in this interval, so that this one must not begin. */
    synchronized boolean isOneChangeTooMany(String subject, String action) {
        return changes.getOrDefault(counted(subject, action), 0) >= mostChanges;
    }

    private Change counted(String subject, String action) {
        Change change = new Change(subject, action);
        return changes.containsKey(change) || changes.size() < mostKinds ? change : Change.ANY;
    }

    private Tally tally(Kind kind) {
        Map<Kind, Tally> tallies = kind.subject() == null ? strangers : known;
        Kind counted = kind.subject() == null ? kind.of(null, kind.address()) : kind;
        if (!tallies.containsKey(counted) && tallies.size() >= mostKinds) {
            counted = kind.of(null, null);
        }
        return tallies.computeIfAbsent(counted, key -> new Tally(kind.action()));
    }

    private static void count(Tally tally) {
        tally.calls++;
        tally.last = Instant.now();
        tally.first = tally.first == null ? tally.last : tally.first;
    }

    /** Returns the counts of the interval as records. */
    List<AuditRecord> drain() {
        List<AuditRecord> records = new ArrayList<>();
        Map<Kind, Tally> counted;
        synchronized (this) {
            counted = new HashMap<>(strangers);
            counted.putAll(known);
            strangers = new HashMap<>();
            known = new HashMap<>();
            changes.clear();
        }
        counted.forEach((kind, tally) -> {
            if (tally.calls > 0) {
                records.add(record(kind, tally));
            }
        });
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
