package io.github.eventgateway.deadletter;

/**
 * A request to discard one dead letter.
 *
 * @param id the dead letter
 * @param by the subject of the token; may be null
 * @param reason the reason for the history
 */
record DiscardOrder(String id, String by, String reason) {}
