package io.github.eventgateway.kafka;

import org.springframework.stereotype.Component;

/**
 * Commits the records that a route has finished. Kafka then does not deliver them to its consumer group again. For the
 * poll thread.
 */
@Component("offsets")
public class Offsets {

    /**
     * Commits all records of the batch in each partition. Returns after the broker has acknowledged.
     *
     * @throws org.apache.kafka.common.KafkaException if the commit failed; the records are read again
     */
    public void commit(PolledBatch batch) {
        batch.commit();
    }

    /**
     * Commits this record of the batch and the records before it in its partition. All of them must have been
     * processed.
     *
     * @throws org.apache.kafka.common.KafkaException if the commit failed; the records are read again
     */
    public void commitUpTo(PolledBatch batch, PolledRecord record) {
        batch.commitUpTo(record);
    }
}
