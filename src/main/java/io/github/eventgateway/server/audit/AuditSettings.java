package io.github.eventgateway.server.audit;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How calls are audited.
 *
 * @param secret the key of the chain, 32 bytes or more in UTF-8; empty with the embedded defaults alone
 * @param acceptChangedSecret true goes on where the database holds an audit trail of another key; else the start ends
 * @param developmentKeyFile the key that a gateway makes up when it runs with its embedded defaults
 * @param anchorFile where the last anchor is kept, and those of lost history; empty keeps them in no file
 * @param anchorInterval how often an anchor is written to the log, the file and the topic
 * @param queueRecords records that may wait for the database; one more, and calls that are audited are refused
 * @param batchRecords records that are written at once
 * @param recordTimeout how long a call waits until it is recorded; then it is refused
 * @param retryDelay how soon the database is tried again
 * @param refusalInterval how often the refused tokens and scopes are recorded, those of one kind together, and other refused
 *     calls of which there are many
 * @param refusalRecords so many calls of a kind that are refused for another reason have a record each in an interval
 * @param refusedChanges so many calls of one subject to one action may be refused in an interval after they had begun; one more
 *     is answered 429 before it begins
 * @param refusalKinds kinds of refusals that are told apart in an interval; all others are counted together
 */
@ConfigurationProperties("gateway.audit")
record AuditSettings(
        @DefaultValue("") String secret,
        @DefaultValue("false") boolean acceptChangedSecret,
        @DefaultValue("data/audit.key") String developmentKeyFile,
        @DefaultValue("data/audit.anchor") String anchorFile,
        @DefaultValue("5m") Duration anchorInterval,
        @DefaultValue("10000") int queueRecords,
        @DefaultValue("500") int batchRecords,
        @DefaultValue("5s") Duration recordTimeout,
        @DefaultValue("1s") Duration retryDelay,
        @DefaultValue("1m") Duration refusalInterval,
        @DefaultValue("10") int refusalRecords,
        @DefaultValue("60") int refusedChanges,
        @DefaultValue("100") int refusalKinds) {

    /** Without the secret, since settings end up in logs. */
    @Override
    public String toString() {
        return "AuditSettings[anchorInterval=%s, queueRecords=%d]".formatted(anchorInterval, queueRecords);
    }
}
