package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.testing.Polled;
import io.github.eventgateway.testing.RouteTest;
import io.github.eventgateway.tools.check.Finding;
import io.github.eventgateway.tools.check.RouteCheck;
import io.github.eventgateway.tools.check.RouteFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.EndpointInject;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.test.context.TestPropertySource;
import org.springframework.util.FileSystemUtils;

/** Tests examples/alert-on-deletions.camel.yaml beside the routes of the gateway. */
@MockEndpointsAndSkip("direct:dead-letter-records|bean:webhooks.*")
@TestPropertySource(
        properties = "camel.main.routes-include-pattern=file:routes/*.camel.yaml,file:examples/*.camel.yaml")
class AlertOnDeletionsTest extends RouteTest {

    private static final String EVENT = """
            {"id":"%s","type":"user_delete","data":{"user_id":7,"username":"%s","ip":"10.0.0.1","action":"delete"}}""";

    @EndpointInject("mock:bean:webhooks")
    private MockEndpoint webhook;

    @EndpointInject("mock:direct:dead-letter-records")
    private MockEndpoint deadLetters;

    @BeforeEach
    void reset() {
        webhook.reset();
        deadLetters.reset();
    }

    @Test
    void givenADeletion_thenTheWebhookGetsItsShortForm() {
        Polled events = Polled.ofNewRecords().add("user_events", 0, 1, EVENT.formatted("d-1", "alice"));

        deliver("alert-on-deletions", events);

        String posted = webhook.getExchanges().get(0).getMessage().getBody(String.class);
        assertThat(posted).contains("\"username\":\"alice\"").doesNotContain("action");
        assertThat(webhook.getExchanges().get(0).getMessage().getHeader("Idempotency-Key"))
                .isEqualTo("d-1");
        assertThat(events.committed("user_events", 0)).hasValue(2);
    }

    @Test
    void givenTheDeletionOfATestUser_thenItIsSkipped() {
        Polled events = Polled.ofNewRecords().add("user_events", 0, 1, EVENT.formatted("d-2", "test-17"));

        deliver("alert-on-deletions", events);

        assertThat(webhook.getReceivedCounter()).isZero();
        assertThat(events.committed("user_events", 0)).hasValue(2);
    }

    @Test
    void givenTheWebhookRefusesIt_thenItIsDeadLettered() {
        answer(webhook, 400);

        deliver("alert-on-deletions", Polled.ofNewRecords().add("user_events", 0, 1, EVENT.formatted("d-3", "alice")));

        assertThat(rejected(deadLetters)).singleElement().satisfies(dead -> {
            assertThat(dead.reason()).isEqualTo("HANDLER_FAILED");
            assertThat(dead.consumer().id()).isEqualTo("send-deletion");
        });
    }

    @Test
    void copiedToTheRoutes_itHasNoFindings(@TempDir Path folder) throws IOException {
        Files.copy(Path.of("application.yaml"), folder.resolve("application.yaml"));
        FileSystemUtils.copyRecursively(Path.of("routes"), folder.resolve("routes"));
        Files.copy(
                Path.of("examples/alert-on-deletions.camel.yaml"),
                folder.resolve("routes/alert-on-deletions.camel.yaml"));

        List<Finding> findings = RouteFolders.findings(folder);

        assertThat(findings).as(RouteCheck.text(findings)).isEmpty();
    }
}
