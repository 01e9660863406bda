package io.github.eventgateway.server.audit;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the audit trail.
 *
 * @param secret Key of the audit trail and of the seals of publishers, replays and dead letters, at least 32 bytes in
 *     UTF-8. All gateways of one database use the same key. If it is empty, the gateway generates a key; this works only
 *     with the embedded broker and database.
 * @param secretAlso Other accepted keys during a change of the key, separated by commas: the next key, or the former
 *     key. Their audit records, anchors and seals are valid.
 * @param secretRetired Former keys whose audit records and anchors can still be verified, separated by commas. Their
 *     seals do not count.
 * @param acceptChangedSecret Whether the gateway starts although the database holds an audit trail of a key that it does
 *     not have. The existing records can then no longer be verified.
 * @param developmentKeyFile File with the key that the gateway generates with the embedded broker and database.
 * @param anchorFile File with the last anchor, and with anchors that the audit trail no longer holds. If it is empty,
 *     the gateway writes no file.
 * @param anchorInterval Interval at which an anchor is written to the log, the file and the topic.
 * @param followInterval Interval at which the gateway reads the end of the audit trail, so that its next anchor covers the
 *     records of other gateways.
 * @param queueRecords Maximum number of audit records that wait for the database. If there are more, audited calls are
 *     answered with 503.
 * @param batchRecords Maximum number of audit records that are written at once.
 * @param recordTimeout Maximum time that a call waits for its audit record. A call that waits longer is answered with
 *     503.
 * @param retryDelay Time after which the audit trail tries the database again.
 * @param refusalInterval Interval in which refused calls are counted. At its end, one audit record for each kind has the
 *     number of calls with an invalid token or without the scope. Other refused calls are counted in the same way if
 *     there are more than {@code refusal-records} of a kind.
 * @param refusalRecords Maximum number of other refused calls of one kind with their own record in one interval.
 * @param refusedChanges Maximum number of refused changes of one subject per action in one interval. Each of them has
 *     an audit record of its beginning. A further change is answered with 429 before it begins.
 * @param refusalKinds Number of kinds of refusals (reason, network, subject, call) that are distinguished in one
 *     interval, a quarter of them for each subject. Others are counted by subject, and beyond that together.
 */
@ConfigurationProperties("gateway.audit")
record AuditSettings(
        @DefaultValue("") String secret,
        @DefaultValue List<String> secretAlso,
        @DefaultValue List<String> secretRetired,
        @DefaultValue("false") boolean acceptChangedSecret,
        @DefaultValue("data/audit.key") String developmentKeyFile,
        @DefaultValue("data/audit.anchor") String anchorFile,
        @DefaultValue("5m") Duration anchorInterval,
        @DefaultValue("10s") Duration followInterval,
        @DefaultValue("10000") int queueRecords,
        @DefaultValue("500") int batchRecords,
        @DefaultValue("5s") Duration recordTimeout,
        @DefaultValue("1s") Duration retryDelay,
        @DefaultValue("1m") Duration refusalInterval,
        @DefaultValue("10") int refusalRecords,
        @DefaultValue("60") int refusedChanges,
        @DefaultValue("100") int refusalKinds) {

    /** Settings are logged, so the text must not contain the secrets. */
    @Override
    public String toString() {
        return "AuditSettings[anchorInterval=%s, queueRecords=%d]".formatted(anchorInterval, queueRecords);
    }
}
