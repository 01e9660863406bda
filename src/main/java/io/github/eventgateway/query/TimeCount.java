package io.github.eventgateway.query;

import java.time.Instant;

/**
 * How many rows there are of one {@link Bucket}.
 *
 * @param time when it begins
 */
public record TimeCount(Instant time, long count) {}
