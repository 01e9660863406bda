package io.github.eventgateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class KafkaAdminTest {

    private static final Duration SOON = Duration.ofMillis(1);

    private final KafkaAdmin admin = stopped();

    private static KafkaAdmin stopped() {
        KafkaSettings settings = new Binder(new MapConfigurationPropertySource(Administration.settings("127.0.0.1:1")))
                .bindOrCreate("gateway.kafka", KafkaSettings.class);
        KafkaAdmin admin = new KafkaAdmin(settings, new KafkaConnection(settings));
        admin.start();
        admin.ask(client -> client.listTopics().names());
        admin.stop();
        return admin;
    }

    @Test
    void afterTheStop_aRequestFailsWithStopping() {
        for (int i = 0; i < 2; i++) {
            assertThat(admin.ask(client -> client.listTopics().names()))
                    .failsWithin(10, TimeUnit.SECONDS)
                    .withThrowableOfType(ExecutionException.class)
                    .havingCause()
                    .isInstanceOfSatisfying(GatewayException.class, refusal -> assertThat(refusal.reason())
                            .isEqualTo(Reason.STOPPING));
        }
        assertThat(admin.look(List.of("orders"))).failsWithin(10, TimeUnit.SECONDS);
    }

    @Test
    void afterTheStop_scheduledWorkIsDropped() {
        assertThatCode(() -> admin.after(SOON, () -> {})).doesNotThrowAnyException();
        assertThatCode(() -> admin.every(SOON, () -> {})).doesNotThrowAnyException();
    }

    @Test
    void afterTheStop_anAnswerStillReachesItsCaller() {
        CompletableFuture<String> late = new CompletableFuture<>();
        CompletableFuture<String> answer = admin.answer(late);
        CompletableFuture<String> bounded = admin.answer(late, Duration.ofSeconds(10));

        late.complete("late");

        assertThat(answer).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo("late");
        assertThat(bounded).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo("late");
    }
}
