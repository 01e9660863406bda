/** The state of Kafka for operators: status, topics, lag, health and the test message. */
package io.github.eventgateway.kafka.admin;
