package io.github.eventgateway.server.audit;

import io.github.eventgateway.api.IpAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.stereotype.Component;

/**
 * Counts refused calls by kind, so that a flood becomes a few records. Calls without a valid token cannot displace
 * those with one. Any thread.
 */
@Component
class RefusedCalls {

    private static final String ANY_ACTION = "*";

    /** So many subjects at least can have as many kinds as they need. */
    private static final int SUBJECTS = 4;

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

    private record Kind(int status, String why, String subject, String action, String network) {

        /** Returns the entry that this action shares with others. */
        Kind of(String whose, String where) {
            return new Kind(status, why, whose, ANY_ACTION, where);
        }
    }

    private static final class Tally {
        private Instant first;
        private final String firstAction;
        private final String firstAddress;
        private boolean hasOneAddress = true;
        private Instant last;
        private long calls;
        private int alone;

        Tally(String firstAction, String firstAddress) {
            this.firstAction = firstAction;
            this.firstAddress = firstAddress;
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
        count(tally(status, why, subject, action, address), address);
    }

    /**
     * Counts a refused call. The first calls of a kind in an interval have their own records; for these it returns
     * false.
     */
    synchronized boolean isOneOfMany(AuditRecord refusal) {
        Tally tally = tally(refusal.status(), refusal.reason(), refusal.subject(), refusal.action(), refusal.address());
        if (tally.getsOwnRecord(mostAlone)) {
            return false;
        }
        count(tally, refusal.address());
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

    private Tally tally(int status, String why, String subject, String action, String address) {
        Kind kind = new Kind(status, why, subject, action, address == null ? null : IpAddress.networkOf(address));
        Map<Kind, Tally> tallies = subject == null ? strangers : known;
        return tallies.computeIfAbsent(
                subject == null ? ofStranger(kind) : ofSubject(kind), key -> new Tally(action, address));
    }

    private Kind ofStranger(Kind kind) {
        Kind counted = kind.of(null, kind.network());
        return strangers.containsKey(counted) || strangers.size() < mostKinds ? counted : kind.of(null, null);
    }

    /** Beyond the limits the subject is kept, because the other parts can have any number of values. */
    private Kind ofSubject(Kind kind) {
        if (known.containsKey(kind) || known.size() < mostKinds && kindsOf(kind.subject()) < mostKinds / SUBJECTS) {
            return kind;
        }
        Kind ofSubject = kind.of(kind.subject(), null);
        return known.containsKey(ofSubject) || known.size() < 2 * mostKinds ? ofSubject : kind.of(null, null);
    }

    private long kindsOf(String subject) {
        return known.keySet().stream()
                .filter(kind -> subject.equals(kind.subject()))
                .count();
    }

    private static void count(Tally tally, String address) {
        tally.calls++;
        tally.hasOneAddress &= Objects.equals(address, tally.firstAddress);
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
        String address = kind.network() != null && tally.hasOneAddress ? tally.firstAddress : null;
        if (kind.network() != null && address == null) {
            detail.put("network", IpAddress.parse(tally.firstAddress).writtenNetwork());
        }
        return AuditRecord.begun(kind.subject(), kind.action(), BoundedJson.EMPTY, address, null)
                .ended(kind.status(), kind.why(), tally.calls, detail);
    }
}
