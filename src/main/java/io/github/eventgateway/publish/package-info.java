/** Publishes events to Kafka, one by one and in batches. Routes in {@code publish-events.camel.yaml} call it. */
package io.github.eventgateway.publish;
