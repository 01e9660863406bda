/**
 * Stores the events of Kafka in the database, each event once. Routes in {@code store-events.camel.yaml} call it.
 */
package io.github.eventgateway.store;
