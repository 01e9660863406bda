package io.github.eventgateway.erasure;

import java.time.Instant;

/**
 * The copies of events in one topic, which Kafka removes by itself.
 *
 * @param topic the topic's name
 * @param expiry known, never or unknown
 * @param expiresBy when Kafka has removed what was there at the request; null where that is never or unknown
 */
record KafkaCopy(String topic, String expiry, Instant expiresBy) {}
