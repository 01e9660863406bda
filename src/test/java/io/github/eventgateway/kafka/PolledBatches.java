package io.github.eventgateway.kafka;

import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;

/** Opens the constructor of {@link PolledBatch} to tests of other packages. */
public final class PolledBatches {

    private PolledBatches() {}

    public static PolledBatch of(List<PolledRecord> records, Consumer<?, ?> consumer) {
        return new PolledBatch(records, consumer);
    }
}
