package io.github.eventgateway.server.audit;

import io.github.eventgateway.server.audit.AuditVerification.Broken;
import io.github.eventgateway.server.audit.AuditVerification.Problem;
import io.github.eventgateway.server.audit.AuditVerification.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A walk along the chain of the audit trail, which ends at its first problem. One thread. */
final class ChainWalk {

    private final AuditTable table;
    private final AuditKeys keys;
    private final long start;
    private final Map<Long, List<Head>> held;
    private final int anchors;
    private final List<Head> unheld = new ArrayList<>();
    private final KeyHistory history;
    private Head last;
    private long records;
    private Broken broken;

    /**
     * @param start the record before the first one of the walk
     * @param held the anchors to compare with the records
     */
    ChainWalk(AuditTable table, AuditKeys keys, Head start, Set<Head> held) {
        this.table = table;
        this.keys = keys;
        this.start = start.sequence();
        this.last = start;
        this.history = new KeyHistory(keys, start.sequence() == 0 ? null : table.keyId(start.sequence()));
        this.anchors = held.size();
        this.held = held.stream().collect(Collectors.groupingBy(Head::sequence));
    }

    /** Skips anchors before the start of the walk, but reports history that is known to be lost. */
    void begin(AuditTable.Extent extent, List<Head> lost) {
        if (start == 0 && extent.first() < 1) {
            report(extent.first(), Problem.ALTERED);
        }
        lost.stream()
                .filter(anchor -> anchor.sequence() <= start && !table.holds(anchor))
                .min(Comparator.comparingLong(Head::sequence))
                .ifPresent(anchor -> report(anchor.sequence(), Problem.REPLACED));
    }

    void step(AuditTable.Row row, AuditTable.Personal personal) {
        if (broken != null) {
            return;
        }
        long expected = last.sequence() + 1;
        records++;
        Problem problem = row.sequence() == expected ? problem(row, personal) : Problem.MISSING;
        if (problem == null) {
            last = new Head(expected, row.mac());
        } else {
            report(expected, problem);
        }
    }

    /** Returns the problem of the record, or null if it is valid. */
    private Problem problem(AuditTable.Row row, AuditTable.Personal personal) {
        AuditKey signer = keys.signer(last.mac(), row).orElse(null);
        if (signer == null) {
            boolean isUnknown = row.keyId() != null && keys.find(row.keyId()).isEmpty();
            return isUnknown ? Problem.UNKNOWN_KEY : Problem.ALTERED;
        }
        if (!history.accepts(row, signer)) {
            return Problem.WRONG_KEY;
        }
        if (personal != null
                && !signer.commitment(personal.nonce(), personal.details()).equals(row.personalMac())) {
            return Problem.PERSONAL_ALTERED;
        }
        return isReplaced(row) ? Problem.REPLACED : null;
    }

    private boolean isReplaced(AuditTable.Row row) {
        held.getOrDefault(row.sequence(), List.of()).stream()
                .filter(anchor -> !anchor.mac().equals(row.mac()))
                .forEach(unheld::add);
        return !unheld.isEmpty();
    }

    void end(AuditTable.Extent extent) {
        if (broken != null) {
            return;
        }
        Head head = extent.head();
        held.keySet().stream()
                .filter(sequence -> sequence > last.sequence())
                .max(Comparator.naturalOrder())
                .map(held::get)
                .ifPresent(unheld::addAll);
        if (!unheld.isEmpty() || head != null && head.sequence() > last.sequence()) {
            report(last.sequence() + 1, Problem.CUT);
        } else if (head == null || !head.equals(last) && last.sequence() > start) {
            report(last.sequence(), Problem.END_ALTERED);
        }
    }

    /** Returns whether the walk has found no problem. */
    boolean isValid() {
        return broken == null;
    }

    /** Returns the number of the last valid record. */
    long position() {
        return last.sequence();
    }

    /** Returns the anchors that the chain contradicts. */
    List<Head> contradicted() {
        return List.copyOf(unheld);
    }

    Verdict verdict(boolean complete, List<Head> lost) {
        return new Verdict(
                broken == null,
                complete,
                records,
                last.sequence(),
                last.mac(),
                anchors,
                lost.stream().map(Head::toString).toList(),
                broken);
    }

    private void report(long sequence, Problem problem) {
        broken = new Broken(sequence, problem.name());
    }
}
