package io.github.eventgateway.deadletter;

/**
 * A request to discard all open dead letters that a filter finds.
 *
 * @param filter which
 * @param dryRun true counts only
 * @param by the subject of the caller's token; may be null
 * @param reason why
 */
record BulkDiscard(DeadLetterFilter filter, boolean dryRun, String by, String reason) {}
