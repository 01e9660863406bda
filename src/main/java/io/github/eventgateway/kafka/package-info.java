/**
 * The clients of Kafka: consumers that lose no record, bounded fetches, producers, topics, and the availability of Kafka.
 */
package io.github.eventgateway.kafka;
