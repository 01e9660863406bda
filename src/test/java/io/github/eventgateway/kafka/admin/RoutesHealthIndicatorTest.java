package io.github.eventgateway.kafka.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.component.kafka.KafkaConsumer;
import org.apache.camel.component.kafka.TaskHealthState;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

class RoutesHealthIndicatorTest {

    private final CamelContext camel = mock(CamelContext.class, RETURNS_DEEP_STUBS);
    private final UnstoredTopics unstored = mock(UnstoredTopics.class);
    private final RoutesHealthIndicator health = new RoutesHealthIndicator(camel, mock(ConsumerGroups.class), unstored);

    @Test
    void givenAConsumerWhoseThreadEnded_thenItIsDownThoughTheRouteSaysStarted() {
        when(camel.isStarted()).thenReturn(true);
        consumes(false);
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);

        consumes(true);
        assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.health().getDetails()).containsEntry("not_running", List.of("store"));
    }

    @Test
    void givenCamelThatStopped_thenItIsDown() {
        assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
    }

    @Test
    void givenATopicThatNoRouteStores_thenItIsDownAndSaysWhich() {
        when(camel.isStarted()).thenReturn(true);
        consumes(false);
        when(unstored.problems()).thenReturn(Map.of("orders", "no route stores the events of topic orders"));

        assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.health().getDetails()).containsOnlyKeys("not_stored");
    }

    private void consumes(boolean terminated) {
        KafkaConsumer consumer = mock(KafkaConsumer.class);
        when(consumer.healthStates())
                .thenReturn(List.of(new TaskHealthState(true, terminated, true, null, "client", 0, new Properties())));
        Route route = mock(Route.class);
        when(route.getId()).thenReturn("store");
        when(route.isAutoStartup()).thenReturn(true);
        when(route.getConsumer()).thenReturn(consumer);
        when(camel.getRoutes()).thenReturn(List.of(route));
        when(camel.getRouteController().getRouteStatus("store")).thenReturn(ServiceStatus.Started);
    }
}
