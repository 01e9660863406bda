package io.github.eventgateway.deadletter;

/**
 * A request to replay all that a filter finds.
 *
 * @param filter which
 * @param dryRun true counts only
 * @param max how many at most
 * @param rate records a second; 0 for as fast as it goes
 * @param group the consumer group that is to take them; null for the one that failed
 */
record BulkReplay(DeadLetterFilter filter, boolean dryRun, int max, int rate, String group) {}
