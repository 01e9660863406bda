package io.github.eventgateway.erasure;

import java.time.Instant;

/**
 * The copies of events in one topic, which Kafka removes by itself.
 *
 * @param topic the topic's name
 * @param expiry known, never or unknown
 * @param expiresBy the time when Kafka has removed all records from before the request; null if never or unknown
 */
record KafkaCopy(String topic, String expiry, Instant expiresBy) {}
