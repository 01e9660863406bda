package io.github.eventgateway.kafka.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.github.eventgateway.kafka.KafkaAdmin;
import io.github.eventgateway.kafka.admin.ConsumerGroups.Progress;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ConsumerLagMetricsTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ConsumerGroups consumers = mock(ConsumerGroups.class);
    private Runnable look;

    @Test
    void givenConsumers_thenTheGaugeShowsTheirLag_andNothingIfItIsUnknown() {
        KafkaAdmin admin = mock(KafkaAdmin.class);
        doAnswer(call -> look = call.getArgument(1)).when(admin).every(any(), any());
        new ConsumerLagMetrics(admin, consumers, meters).watch();

        lagIs(7L);
        assertThat(meters.get("gateway.consumer.lag")
                        .tags("route", "store", "group", "g", "topic", "t")
                        .gauge()
                        .value())
                .isEqualTo(7);
        lagIs(3L);
        assertThat(meters.get("gateway.consumer.lag").gauge().value()).isEqualTo(3);
        lagIs(null);
        assertThat(meters.find("gateway.consumer.lag").gauges()).isEmpty();
    }

    private void lagIs(Long lag) {
        when(consumers.progress(any()))
                .thenReturn(CompletableFuture.completedFuture(
                        List.of(new Progress("store", "g", "t", lag, "Stable", null))));
        look.run();
    }
}
