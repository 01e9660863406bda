package io.github.eventgateway.deadletter;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A request to replay one dead letter.
 *
 * @param id the dead letter
 * @param by the subject of the token; may be null
 * @param event the repaired event to send; null sends the original bytes
 * @param group the consumer group that receives the record; null for the group that failed
 */
record ReplayOrder(String id, String by, ObjectNode event, String group) {}
