package io.github.eventgateway.server.audit;

import io.github.eventgateway.api.Audited;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.Violation;
import io.github.eventgateway.job.Job;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
        ChainWalk walk = new ChainWalk(table, keys, start(given, after), held);
        walk.begin(extent, anchors.lost());
        boolean complete = true;
        while (complete && walk.isValid() && walk.position() < extent.last()) {
            if (!readPage(walk, extent)) {
                break;
            }
            Verdict sofar = walk.verdict(false, anchors.lost());
            job.reportProgress(() -> sofar);
            complete = !job.isStopped() || walk.position() >= extent.last();
        }
        if (complete) {
            walk.end(extent);
        }
        anchors.lose(walk.contradicted().stream().filter(own::contains).toList());
        return walk.verdict(complete, anchors.lost());
    }

    /** Reads the next records; returns whether there were any. */
    private boolean readPage(ChainWalk walk, AuditTable.Extent extent) {
        List<AuditTable.Row> rows = table.rows(walk.position(), extent.last(), PAGE);
        if (rows.isEmpty()) {
            return false;
        }
        Map<Long, AuditTable.Personal> personal =
                table.personal(rows.get(0).sequence(), rows.get(rows.size() - 1).sequence());
        rows.forEach(row -> walk.step(row, personal.get(row.sequence())));
        return true;
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
}
