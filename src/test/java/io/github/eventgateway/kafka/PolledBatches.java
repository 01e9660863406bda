package io.github.eventgateway.kafka;

import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;

/** Makes the constructor of {@link PolledBatch} available to tests of other packages. */
public final class PolledBatches {

    private PolledBatches() {}

    public static PolledBatch of(List<PolledRecord> records, Consumer<?, ?> consumer) {
        return new PolledBatch(records, consumer);
    }
}
