package io.github.eventgateway.deadletter;

/**
 * A claimed replay. Nobody else replays this dead letter until it is settled or the claim expires.
 *
 * @param id the dead letter
 * @param claim distinguishes this replay from others of the same dead letter
 * @param by the subject of the token; may be null
 * @param repair the change by a repaired event; null for the original bytes
 * @param record the record to send
 * @param otherGroup the consumer group that receives the record instead of the one that failed; null if it is the same
 */
record Replay(String id, String claim, String by, Repair repair, OutgoingRecord record, String otherGroup)
        implements ClaimResult {}
