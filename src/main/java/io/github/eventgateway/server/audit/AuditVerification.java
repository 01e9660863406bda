package io.github.eventgateway.server.audit;

import io.github.eventgateway.api.Audited;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.Violation;
import io.github.eventgateway.job.Job;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.springframework.stereotype.Component;

/**
 * Reads the chain from its first record to its last, page by page, and reports the first position that is not valid. It
 * is a bean because it computes MACs. Any thread.
 */
@Component("auditVerification")
public class AuditVerification {

    private static final int PAGE = 1000;

    private final AuditTable table;
    private final AuditAnchors anchors;
    private final AuditKeys keys;

    AuditVerification(AuditTable table, AuditAnchors anchors, AuditKeys keys) {
        this.table = table;
        this.anchors = anchors;
        this.keys = keys;
    }

    /** The fault at the first invalid position. */
    enum Problem {
        /** The record was changed. */
        ALTERED,
        /** This gateway does not have the key that the record names. */
        UNKNOWN_KEY,
        /**
         * The record was signed with a key that was not valid at this position, for example because it had been
         * replaced.
         */
        WRONG_KEY,
        /** The personal details beside the record were changed. */
        PERSONAL_ALTERED,
        /** There is no record with this number, although there is a later one. */
        MISSING,
        /** There is no record with this number, although one was written. */
        CUT,
        /** The record differs from the one in the anchor. */
        REPLACED,
        /** The record is valid, but the stored end of the chain names another one. */
        END_ALTERED
    }

    /**
     * The first invalid position.
     *
     * @param sequence the number of the invalid or missing record
     */
    public record Broken(long sequence, String problem) {}

    /**
     * The result of a verification.
     *
     * @param valid true if all records that were read are valid
     * @param complete true if the whole chain was read; otherwise continue after {@code lastSequence}
     * @param records the number of records that were read
     * @param lastSequence the number of the last valid record
     * @param lastMac its MAC; number and MAC are an anchor
     * @param anchors the number of anchors that were compared
     * @param lost the anchors of history that this gateway knows, and that the chain has lost since
     * @param broken the first invalid position; null if all are valid
     */
    public record Verdict(
            boolean valid,
            boolean complete,
            long records,
            long lastSequence,
            String lastMac,
            int anchors,
            List<String> lost,
            Broken broken)
            implements Audited {

        @Override
        public Map<String, Object> audited() {
            Map<String, Object> audited = new LinkedHashMap<>(Map.of("valid", valid, "records", records));
            if (broken != null) {
                audited.put("broken", broken.sequence());
                audited.put("problem", broken.problem());
            }
            return audited;
        }
    }

    /**
     * Verifies the chain.
     *
     * @param anchor an anchor of the log to compare; may be null
     * @param after the number of the last record to skip; null for none
     * @param job receives the progress and can stop the work; may be null
     * @throws GatewayException with {@code INVALID_PARAMETER}
     */
    public Verdict verify(
            @Header("anchor") String anchor, @Header("after") String after, @ExchangeProperty(Job.PROPERTY) Job job) {
        List<Violation> wrong = new ArrayList<>();
        Head given = anchor == null ? null : Head.parse(anchor);
        if (anchor != null && given == null) {
            wrong.add(new Violation("anchor", "must be an anchor of the log, <sequence>.<mac>"));
        }
        if (after != null && !after.matches("[0-9]{1,18}")) {
            wrong.add(new Violation("after", "must be the number of a record"));
        }
        if (!wrong.isEmpty()) {
            throw new GatewayException(Reason.INVALID_PARAMETER, wrong);
        }
        return verify(given, after == null ? 0 : Long.parseLong(after), Job.orUnlisted(job));
    }

    private Verdict verify(Head given, long after, Job job) {
        // Read before the table, which may grow in between.
        Set<Head> own = anchors.all();
        Set<Head> held = new LinkedHashSet<>(own);
        if (given != null) {
            held.add(given);
        }
        held.removeIf(anchor -> anchor.sequence() == 0);
        AuditTable.Extent extent = table.extent();
        Walk walk = new Walk(start(given, after), held);
        walk.begin(extent, anchors.lost());
        boolean complete = true;
        while (complete && walk.broken == null && walk.last.sequence() < extent.last()) {
            List<AuditTable.Row> rows = table.rows(walk.last.sequence(), extent.last(), PAGE);
            if (rows.isEmpty()) {
                break;
            }
            Map<Long, AuditTable.Personal> personal = table.personal(
                    rows.get(0).sequence(), rows.get(rows.size() - 1).sequence());
            rows.forEach(row -> walk.step(row, personal.get(row.sequence())));
            Verdict sofar = walk.verdict(false, anchors.lost());
            job.reportProgress(() -> sofar);
            complete = !job.isStopped() || walk.last.sequence() >= extent.last();
        }
        if (complete) {
            walk.end(extent);
        }
        anchors.lose(walk.unheld.stream().filter(own::contains).toList());
        return walk.verdict(complete, anchors.lost());
    }

    /** A caller's anchor is more trustworthy than the table at that position. */
    private Head start(Head given, long after) {
        if (after == 0) {
            return new Head(0, AuditKey.GENESIS);
        }
        if (given != null && given.sequence() == after) {
            return given;
        }
        return table.mac(after)
                .map(mac -> new Head(after, mac))
                .orElseThrow(() ->
                        new GatewayException(Reason.INVALID_PARAMETER, "after", "must be the number of a record"));
    }

    /** A walk along the chain. One thread. */
    private final class Walk {

        private final long start;
        private final Map<Long, List<Head>> held;
        private final int anchors;
        private final List<Head> unheld = new ArrayList<>();
        private final KeyHistory history;
        private Head last;
        private long records;
        private Broken broken;

        Walk(Head start, Set<Head> held) {
            this.start = start.sequence();
            this.last = start;
            this.history = new KeyHistory(keys, start.sequence() == 0 ? null : table.keyId(start.sequence()));
            this.anchors = held.size();
            this.held = held.stream().collect(Collectors.groupingBy(Head::sequence));
        }

        /** Skips anchors before the start of the walk, but reports history that is known to be lost. */
        void begin(AuditTable.Extent extent, List<Head> lost) {
            if (start == 0 && extent.first() < 1) {
                found(extent.first(), Problem.ALTERED);
            }
            lost.stream()
                    .filter(anchor -> anchor.sequence() <= start && !table.holds(anchor))
                    .min(Comparator.comparingLong(Head::sequence))
                    .ifPresent(anchor -> found(anchor.sequence(), Problem.REPLACED));
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
                found(expected, problem);
            }
        }

        /** Returns the problem of the record, or null if it is valid. */
        private Problem problem(AuditTable.Row row, AuditTable.Personal personal) {
            AuditKey signer = keys.signer(last.mac(), row).orElse(null);
            if (signer == null) {
                boolean isUnknown =
                        row.keyId() != null && keys.find(row.keyId()).isEmpty();
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
                found(last.sequence() + 1, Problem.CUT);
            } else if (head == null || !head.equals(last) && last.sequence() > start) {
                found(last.sequence(), Problem.END_ALTERED);
            }
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

        private void found(long sequence, Problem problem) {
            broken = new Broken(sequence, problem.name());
        }
    }
}
