package io.github.eventgateway.deadletter;

/**
 * A request to discard all open dead letters that a filter finds.
 *
 * @param filter the filter
 * @param dryRun true only counts
 * @param by the subject of the caller's token; may be null
 * @param reason the reason for the history
 */
record BulkDiscard(DeadLetterFilter filter, boolean dryRun, String by, String reason) {}
