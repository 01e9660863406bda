package io.github.eventgateway.publish;

/** What the caller learns of an event that Kafka has: the answer's {@code data}. */
record Published(String id, String type, String topic, int partition, long offset) {}
