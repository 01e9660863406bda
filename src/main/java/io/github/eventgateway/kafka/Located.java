package io.github.eventgateway.kafka;

/** An input of a route that comes from Kafka records. Log lines identify it by {@link #place}. */
public interface Located {

    /** Returns a short text with its kind and its position in Kafka, without any content. */
    String place();
}
