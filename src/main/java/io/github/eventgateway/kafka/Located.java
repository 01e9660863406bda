package io.github.eventgateway.kafka;

/** The input of a route that came from Kafka records. Log lines name it with this text. */
public interface Located {

    /** Returns a short text with its kind and its position in Kafka, without any content. */
    String place();
}
