package io.github.eventgateway.kafka;

import java.util.Map;

/**
 * A record to send.
 *
 * @param topic the target topic
 * @param timestamp its timestamp in milliseconds since 1970; null lets the producer choose
 * @param key its key, or null
 * @param value its value
 * @param headers its headers by name
 */
public record UnsentRecord(String topic, Long timestamp, byte[] key, byte[] value, Map<String, byte[]> headers) {}
