package io.github.eventgateway.server.audit;

import io.github.eventgateway.database.ColumnText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * Who did what, when, from where, and what came of it. One that is made here fits its columns, so that no caller can make
 * the insert fail; one that is read is as the table has it. Immutable.
 *
 * @param at when the call was made, or the record of several; to the microsecond
 * @param outcome begun: it is about to happen; done, refused or failed: how it ended
 * @param subject whose token it was; null without a good one
 * @param action the method and the path's template
 * @param target ids and filters, as JSON
 * @param address where the call came from; null where the record is of several places
 * @param requestId the call's id; null where the record is of several calls
 * @param status the status of the answer; null while there is none
 * @param reason why it was refused; null where it was not
 * @param calls how many calls it stands for
 * @param detail counts and places of the outcome, as JSON
 * @param personal personal details of the target, as JSON, which stand beside the chain; null without any
 */
record AuditRecord(
        Instant at,
        String outcome,
        String subject,
        String action,
        String target,
        String address,
        String requestId,
        Integer status,
        String reason,
        long calls,
        String detail,
        String personal) {

    private static final int LONGEST_SUBJECT = 255;
    private static final int LONGEST_ACTION = 300;
    private static final int LONGEST_WORD = 64;

    static final String BEGUN = "begun";
    static final String DONE = "done";
    static final String REFUSED = "refused";
    static final String FAILED = "failed";

    /** A call as it comes in: nothing of it has happened. */
    static AuditRecord begun(String subject, String action, String target, String address, String requestId) {
        return new AuditRecord(
                now(),
                BEGUN,
                ColumnText.of(subject, LONGEST_SUBJECT),
                ColumnText.of(action, LONGEST_ACTION),
                target,
                ColumnText.of(address, LONGEST_WORD),
                ColumnText.of(requestId, LONGEST_WORD),
                null,
                null,
                1,
                BoundedJson.EMPTY,
                null);
    }

    /** Something that the gateway did by itself. */
    static AuditRecord own(String action, Map<String, ?> target, Map<String, ?> detail) {
        return new AuditRecord(
                now(),
                DONE,
                "event-gateway",
                action,
                BoundedJson.of(target),
                null,
                null,
                null,
                null,
                1,
                BoundedJson.of(detail),
                null);
    }

    /** The same call, which has begun, with what is known of it by now. */
    AuditRecord goingOn(Map<String, ?> known) {
        return new AuditRecord(
                now(),
                BEGUN,
                subject,
                action,
                target,
                address,
                requestId,
                null,
                null,
                1,
                BoundedJson.of(known),
                personal);
    }

    /** The same call with its end. */
    AuditRecord ended(int answer, String why, Map<String, ?> outcomeDetail) {
        return ended(answer, why, 1, outcomeDetail);
    }

    /** So many calls of this kind, which ended alike. */
    AuditRecord ended(int answer, String why, long howMany, Map<String, ?> outcomeDetail) {
        return new AuditRecord(
                now(),
                outcome(answer),
                subject,
                action,
                target,
                address,
                requestId,
                answer,
                ColumnText.of(why, LONGEST_WORD),
                howMany,
                BoundedJson.of(outcomeDetail),
                personal);
    }

    private static String outcome(int answer) {
        if (answer < 400) {
            return DONE;
        }
        return answer < 500 ? REFUSED : FAILED;
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MICROS);
    }
}
