package io.github.eventgateway.server.audit;

import io.github.eventgateway.database.ColumnText;
import io.github.eventgateway.database.ColumnTime;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/**
 * An audited call: subject, action, time, address and outcome. A record that is created here fits its columns, so that
 * no caller can make the insert fail. A record that is read has the content of the table. Immutable.
 *
 * @param at when the call was made, or several calls were recorded; in microseconds
 * @param outcome begun before the call has an effect; done, refused or failed at its end
 * @param subject the subject of the token; null without a valid token
 * @param action the method and the template of the path
 * @param target ids and filters, as JSON
 * @param address the address of the caller; null if the record is about several addresses
 * @param requestId the id of the call; null if the record is about several calls
 * @param status the status of the answer; null before the answer
 * @param reason the reason of a refusal or failure; null otherwise
 * @param calls the number of calls in this record
 * @param detail counts and positions of the outcome, as JSON
 * @param personal personal details of the target, as JSON, which are stored beside the chain; null without any
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

    static final List<String> OUTCOMES = List.of(BEGUN, DONE, REFUSED, FAILED);

    /** The time of a record whose column holds none that can be read. */
    private static final Instant UNREADABLE = Instant.MAX;

    private static final Instant FIRST_TIME = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST_TIME = Instant.parse("9999-12-31T23:59:59.999999Z");

    /** Returns the time in a column. Somebody may have changed it, so it need not be a time. */
    static Instant time(Object column) {
        try {
            return ColumnTime.of(column);
        } catch (DateTimeException e) {
            return UNREADABLE;
        }
    }

    /** Returns whether the time is in the years 1 to 9999. Only such a record can be signed. */
    boolean hasValidTime() {
        return !at.isBefore(FIRST_TIME) && !at.isAfter(LAST_TIME);
    }

    /** Returns the record of a call that has no effect yet. */
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

    /** Returns the record of an action of the gateway itself. */
    static AuditRecord own(String action, Map<String, ?> target, Map<String, ?> detail) {
        return own(DONE, action, target, null, detail);
    }

    /**
     * Returns the record of an action of the gateway itself, or of one of its commands.
     *
     * @param outcome begun, done or failed
     * @param reason why it failed; null if it did not
     */
    static AuditRecord own(String outcome, String action, Map<String, ?> target, String reason, Map<String, ?> detail) {
        return new AuditRecord(
                now(),
                outcome,
                "event-gateway",
                action,
                BoundedJson.of(target),
                null,
                null,
                null,
                ColumnText.of(reason, LONGEST_WORD),
                1,
                BoundedJson.of(detail),
                null);
    }

    /** Returns the record of the same call with details that are known by now. */
    AuditRecord withDetail(Map<String, ?> known) {
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

    /** Returns the record of the same call with its outcome. */
    AuditRecord ended(int answer, String why, Map<String, ?> outcomeDetail) {
        return ended(answer, why, 1, outcomeDetail);
    }

    /** Returns the record of several calls with the same outcome. */
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
