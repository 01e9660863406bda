package io.github.eventgateway.deadletter;

import java.util.Arrays;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.support.DefaultMessage;
import org.apache.kafka.common.header.Headers;

/**
 * A record that is sent exactly as it is, with every header. As the body of a message it needs the
 * {@link WholeRecordSerializer}. Its timestamp is the time of sending, because Kafka would delete an older record by
 * the retention of its topic, or reject it.
 *
 * @param topic the target topic
 * @param key its key, or null
 * @param value its value, or null
 * @param headers its headers in order, duplicates included
 */
record OutgoingRecord(String topic, byte[] key, byte[] value, Headers headers) {

    /** Returns a message that a {@code kafka:} endpoint sends to the topic with the key. */
    Message message(CamelContext context) {
        Message message = new DefaultMessage(context);
        message.setBody(this);
        message.setHeader(KafkaConstants.OVERRIDE_TOPIC, topic);
        if (key != null) {
            message.setHeader(KafkaConstants.KEY, key);
        }
        return message;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OutgoingRecord that
                && topic.equals(that.topic)
                && Arrays.equals(key, that.key)
                && Arrays.equals(value, that.value)
                && headers.equals(that.headers);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return "OutgoingRecord to " + topic;
    }
}
