package io.github.eventgateway.deadletter;

/**
 * A replay under way; nobody else replays this dead letter until it is settled, or the claim is too old.
 *
 * @param id the dead letter
 * @param claim what tells this replay from another one of the same dead letter
 * @param by the subject of the caller's token; may be null
 * @param repair what is changed where a repaired event is sent; null where the original bytes are
 * @param record what is sent
 */
record Replay(String id, String claim, String by, Repair repair, OutgoingRecord record) {}
