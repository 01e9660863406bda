package io.github.eventgateway.deadletter;

/**
 * A request to replay all dead letters that meet a filter.
 *
 * @param filter the filter
 * @param dryRun true only counts
 * @param max the maximum number of replays
 * @param rate the maximum number per second; 0 for no limit
 * @param group the consumer group that receives the records; null for the group that failed
 */
record BulkReplay(DeadLetterFilter filter, boolean dryRun, int max, int rate, String group) {}
