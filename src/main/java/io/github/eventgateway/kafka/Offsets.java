package io.github.eventgateway.kafka;

import org.springframework.stereotype.Component;

/** Commits what a route has finished: Kafka does not hand those records to its consumer group again. For the poll thread. */
@Component("offsets")
public class Offsets {

    /**
     * Commits all records of the batch, in each partition; returns when the broker has it.
     *
     * @throws org.apache.kafka.common.KafkaException if the commit failed; the records are read again
     */
    public void commit(PolledBatch batch) {
        batch.commit();
    }

    /**
     * Commits this record of the batch, and those before it in its partition; all of them must have been processed.
     *
     * @throws org.apache.kafka.common.KafkaException if the commit failed; the records are read again
     */
    public void commitUpTo(PolledBatch batch, PolledRecord record) {
        batch.commitUpTo(record);
    }
}
