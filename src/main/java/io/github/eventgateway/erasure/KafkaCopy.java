package io.github.eventgateway.erasure;

import java.time.Instant;

/**
 * The copies of events in one topic. Kafka removes them after a time.
 *
 * @param topic the name of the topic
 * @param expiry known, never or unknown
 * @param expiresBy when Kafka has removed all records from before the request; null if never or unknown
 */
record KafkaCopy(String topic, String expiry, Instant expiresBy) {}
