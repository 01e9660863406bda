package io.github.eventgateway.deadletter;

/**
 * A route that consumes a topic.
 *
 * @param group its consumer group
 * @param id the id of the route
 */
public record ConsumingRoute(String group, String id) {}
