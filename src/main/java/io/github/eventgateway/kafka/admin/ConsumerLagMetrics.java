package io.github.eventgateway.kafka.admin;

import io.github.eventgateway.kafka.ConsumerStalls;
import io.github.eventgateway.kafka.KafkaAdmin;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import jakarta.annotation.PostConstruct;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.stereotype.Component;

/**
 * Updates the gauge of each consuming route's lag in the background. An unknown lag has no gauge. Its checks also find
 * stalled groups for the health, see {@link ConsumerStalls}.
 */
@Component
class ConsumerLagMetrics {

    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final KafkaAdmin admin;
    private final ConsumerGroups consumers;
    private final MultiGauge gauges;
    private CompletableFuture<List<ConsumerGroups.Progress>> look = CompletableFuture.completedFuture(List.of());

    ConsumerLagMetrics(KafkaAdmin admin, ConsumerGroups consumers, MeterRegistry meters) {
        this.admin = admin;
        this.consumers = consumers;
        this.gauges = MultiGauge.builder("gateway.consumer.lag")
                .description("Records of a topic that the consumer group of a route has not processed yet")
                .register(meters);
    }

    @PostConstruct
    void watch() {
        admin.every(INTERVAL, this::refresh);
    }

    private void refresh() {
        if (look.isDone()) {
            look = consumers.progress(LIMIT);
            look.thenAccept(this::show);
        }
    }

    private void show(List<ConsumerGroups.Progress> progress) {
        gauges.register(
                progress.stream()
                        .filter(one -> one.lag() != null)
                        .<MultiGauge.Row<?>>map(one -> MultiGauge.Row.of(
                                Tags.of("route", one.route(), "group", one.group(), "topic", one.topic()), one.lag()))
                        .toList(),
                true);
    }
}
