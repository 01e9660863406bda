package io.github.eventgateway.kafka;

/** What a route works on and was made of records of Kafka, so that a line of the log can name it. */
public interface Located {

    /** In a few words what it is and where it lies in Kafka; nothing of its content. */
    String place();
}
