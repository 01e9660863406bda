package io.github.eventgateway.query;

import java.time.Instant;

/**
 * The number of rows in one {@link Bucket}.
 *
 * @param time the beginning of the bucket
 */
public record TimeCount(Instant time, long count) {}
