package io.github.eventgateway.deadletter;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A request to replay one dead letter.
 *
 * @param id the dead letter
 * @param by the subject of the caller's token; may be null
 * @param event a repaired event to send instead; null sends the original bytes
 * @param group the consumer group that is to take it; null for the one that failed
 */
record ReplayOrder(String id, String by, ObjectNode event, String group) {}
