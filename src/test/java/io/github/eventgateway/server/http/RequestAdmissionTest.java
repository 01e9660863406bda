package io.github.eventgateway.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.github.eventgateway.api.EventMetrics;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.job.Job;
import io.github.eventgateway.job.Jobs;
import io.github.eventgateway.server.audit.AuditTrail;
import io.github.eventgateway.server.audit.AuditedCall;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.ResourceBundleMessageSource;
import org.springframework.context.support.StaticApplicationContext;
import org.springframework.mock.web.MockAsyncContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.util.pattern.PathPatternParser;

/** Tests the limits of concurrent requests and bytes. The route holds each request until the test releases it. */
class RequestAdmissionTest {

    private static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

    private final LinkedBlockingQueue<AsyncCallback> held = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Exchange> exchanges = new LinkedBlockingQueue<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final AuditTrail trail = mock();
    private final AuditedCall audited = mock();
    private final Jobs jobs = new Jobs();
    private RequestAdmission calls;
    private VerbTable.Match match;
    private VerbTable.Match auditedMatch;
    private VerbTable.Match longMatch;
    private Object outcome = Map.of();
    private boolean workBegins = true;
    private Error failure;

    @BeforeEach
    void start() throws Exception {
        calls = calls(Bounds.of(2, 100, 80));
        context.start();
        PluginHelper.getUnitOfWorkFactory(context).afterPropertiesConfigured(context);
        PlatformHttpComponent component = new PlatformHttpComponent(context);
        component.setEngine(mock());
        PlatformHttpEndpoint endpoint = new PlatformHttpEndpoint("platform-http:/x", "x", component);
        endpoint.setCamelContext(context);
        VerbConsumer consumer = new VerbConsumer(
                endpoint,
                new AsyncProcessorSupport() {
                    @Override
                    public boolean process(Exchange exchange, AsyncCallback callback) {
                        if (failure != null) {
                            throw failure;
                        }
                        exchange.getMessage().setBody(outcome);
                        Job job = exchange.getProperty(Job.PROPERTY, Job.class);
                        if (job != null && workBegins) {
                            job.reportProgress(() -> null);
                        }
                        exchanges.add(exchange);
                        held.add(callback);
                        return false;
                    }
                },
                new VerbTable());
        match = match("/x", new Verb.Access(true, Set.of()), consumer);
        auditedMatch = match("/x", new Verb.Access(false, Set.of("things:write")), consumer);
        longMatch = match("/long", new Verb.Access(false, Set.of("things:write")), consumer);
        when(trail.call(anyBoolean(), any(), any(), any(), any())).thenReturn(audited);
        when(audited.begin(any(), any(), any())).thenReturn(CompletableFuture.completedFuture(null));
        when(audited.succeeded(anyInt(), any())).thenReturn(CompletableFuture.completedFuture(null));
        when(audited.continuesAsJob(anyInt())).thenReturn(CompletableFuture.completedFuture(null));
    }

    private RequestAdmission calls(HttpSettings bounds) {
        ResourceBundleMessageSource messages = new ResourceBundleMessageSource();
        messages.setBasename("messages");
        messages.setDefaultEncoding("UTF-8");
        messages.setFallbackToSystemLocale(false);
        AnswerWriter answers = new AnswerWriter(JSON, messages);
        RequestAdmission made = new RequestAdmission(
                bounds, answers, trail, new Connections(bounds), jobs, new EventMetrics(meters), null, meters);
        made.start(null);
        return made;
    }

    private static VerbTable.Match match(String path, Verb.Access access, VerbConsumer consumer) {
        Verb verb = new Verb(
                "POST",
                new PathPatternParser().parse(path),
                access,
                Set.of(),
                Set.of(),
                List.of(),
                false,
                false,
                consumer);
        return new VerbTable.Match(verb, Map.of(), Set.of());
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private MockHttpServletResponse post(int bytes) throws Exception {
        MockHttpServletResponse response = new MockHttpServletResponse();
        calls.serve(match, request(bytes), response);
        return response;
    }

    private static MockHttpServletRequest request(int bytes) {
        MockHttpServletRequest request = new MockHttpServletRequest("POST", "/x");
        request.setAsyncSupported(true);
        request.setContent(new byte[bytes]);
        request.addHeader("Accept-Language", "en");
        return request;
    }

    private void letGo() {
        held.remove().done(false);
    }

    /** An audited call begins and ends on other threads. */
    private void letGoAudited() {
        await().until(() -> !held.isEmpty());
        letGo();
        await().until(() -> meters.get("gateway.http.in.flight").gauge().value() == 0);
    }

    private static void assertOverloaded(MockHttpServletResponse response) throws Exception {
        JsonNode answer = JSON.readTree(response.getContentAsByteArray());
        assertThat(response.getStatus()).isEqualTo(503);
        assertThat(response.getHeader("Retry-After")).isEqualTo("1");
        assertThat(answer.get("code").asInt()).isEqualTo(503);
        assertThat(answer.at("/data/reason").asText()).isEqualTo("OVERLOADED");
    }

    @Test
    void oneRequestTooManyIsRefusedAndAFreedPlaceIsUsedAgain() throws Exception {
        MockHttpServletResponse first = post(1);
        post(1);

        assertOverloaded(post(1));
        assertThat(held).hasSize(2);
        assertThat(meters.get("gateway.http.in.flight").gauge().value()).isEqualTo(2);

        letGo();
        assertThat(first.getStatus()).isEqualTo(200);
        post(1);
        assertThat(held).hasSize(2);
    }

    @Test
    void bytesBeyondTheLimitAreRefusedAndReleased() throws Exception {
        post(60);

        assertOverloaded(post(41));
        assertThat(held).hasSize(1);

        letGo();
        post(80);
        assertThat(held).hasSize(1);
        assertThat(meters.get("gateway.http.in.flight").gauge().value()).isEqualTo(1);
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedAndHoldsNothing() throws Exception {
        for (int i = 0; i < 5; i++) {
            MockHttpServletResponse response = post(81);
            assertThat(response.getStatus()).isEqualTo(413);
        }
        post(80);
        assertThat(held).hasSize(1);
    }

    @Test
    void anErrorInACallReleasesItsResources() throws Exception {
        failure = new NoClassDefFoundError("of a library");
        for (int i = 0; i < 5; i++) {
            assertThat(post(80).getStatus()).isEqualTo(500);
        }
        calls.serve(auditedMatch, request(80), new MockHttpServletResponse());
        await().until(() -> meters.get("gateway.http.in.flight").gauge().value() == 0);
        failure = null;

        post(80);

        assertThat(held).hasSize(1);
    }

    @Test
    void aStopWaitsForRunningRequestsAndAdmitsNone() throws Exception {
        post(1);
        CompletableFuture<Void> stopped =
                CompletableFuture.runAsync(() -> calls.stop(new ContextClosedEvent(new StaticApplicationContext())));
        await().until(() -> calls.absence().isPresent());
        await().untilAsserted(() -> {
            MockHttpServletResponse response = post(1);
            JsonNode answer = JSON.readTree(response.getContentAsByteArray());
            assertThat(answer.at("/data/reason").asText()).isEqualTo("STOPPING");
            assertThat(response.getHeader("Connection")).isEqualTo("close");
        });
        assertThat(stopped).isNotDone();

        held.forEach(callback -> callback.done(false));

        await().untilAsserted(() -> assertThat(stopped).isCompleted());
    }

    @Test
    void aTimedOutCallIsAuditedWithItsAnswer_andLaterWithItsOutcome() throws Exception {
        MockHttpServletRequest request = request(1);
        MockHttpServletResponse response = new MockHttpServletResponse();
        calls.serve(auditedMatch, request, response);
        await().until(() -> !held.isEmpty());
        MockAsyncContext async = (MockAsyncContext) request.getAsyncContext();
        for (AsyncListener listener : async.getListeners()) {
            listener.onTimeout(new AsyncEvent(async));
        }
        assertOverloaded(response);

        letGoAudited();

        verify(audited).failed(Reason.OVERLOADED);
        verify(audited).endedLate(200, Map.of());
        verify(audited, never()).succeeded(anyInt(), any());
        assertThat(meters.get("gateway.http.in.flight").gauge().value()).isZero();
    }

    @Test
    void anAnswerThatCannotBeWrittenIsAuditedAsFailed() throws Exception {
        outcome = new Object();
        MockHttpServletResponse response = new MockHttpServletResponse();
        calls.serve(auditedMatch, request(1), response);

        letGoAudited();

        assertThat(response.getStatus()).isEqualTo(500);
        verify(audited).failed(Reason.INTERNAL_ERROR);
        verify(audited, never()).succeeded(anyInt(), any());
    }

    @Test
    void aResultThatCannotBeRecordedIsNotShown() throws Exception {
        when(audited.succeeded(anyInt(), any()))
                .thenReturn(CompletableFuture.failedFuture(new GatewayException(Reason.DATABASE_UNAVAILABLE)));
        MockHttpServletResponse response = new MockHttpServletResponse();
        calls.serve(auditedMatch, request(1), response);

        letGoAudited();

        assertThat(response.getStatus()).isEqualTo(503);
        assertThat(response.getContentAsString()).contains("DATABASE_UNAVAILABLE");
    }

    private MockHttpServletResponse postLong() throws Exception {
        MockHttpServletResponse response = new MockHttpServletResponse();
        calls.serve(longMatch, request(1), response);
        return response;
    }

    @Test
    void aShortCallIsAnswered_andIsNotAJob() throws Exception {
        calls = calls(Bounds.of(2, 100, 80, Duration.ofMinutes(1)));
        MockHttpServletResponse response = postLong();

        await().until(() -> !held.isEmpty());
        letGo();

        await().until(() -> response.getStatus() == 200 && response.getContentLength() > 0);
        assertThat(response.getHeader("Location")).isNull();
        assertThat(jobs.list("/jobs").items()).isEmpty();
        verify(audited).succeeded(200, Map.of());
    }

    @Test
    void aLongCallContinuesAsAJob_whichCountsUntilItsEnd() throws Exception {
        MockHttpServletResponse response = postLong();
        await().until(() -> response.getStatus() == 202 && response.getHeader("Location") != null);
        String path = response.getHeader("Location");
        String id = path.substring(path.lastIndexOf('/') + 1);
        assertThat(path).isEqualTo("/jobs/" + id);
        assertThat(jobs.show("/jobs", id).state()).isEqualTo("running");

        postLong();
        assertOverloaded(postLong());
        assertThat(meters.get("gateway.http.in.flight").gauge().value()).isEqualTo(2);

        await().until(() -> held.size() == 2);
        letGo();
        await().until(() -> jobs.show("/jobs", id).state().equals("done"));
        assertThat(meters.get("gateway.http.in.flight").gauge().value()).isEqualTo(1);
        verify(audited).about("job", id);
        verify(audited, atLeastOnce()).continuesAsJob(202);
        verify(audited).jobEnded(200, null, Map.of());
        verify(audited, never()).succeeded(anyInt(), any());
        verify(audited, never()).endedLate(anyInt(), any());
    }

    @Test
    void aCallBeforeItsWorkIsNotAJob() throws Exception {
        workBegins = false;
        MockHttpServletResponse first = postLong();
        await().until(() -> !held.isEmpty());
        workBegins = true;
        MockHttpServletResponse second = postLong();

        await().until(() -> second.getStatus() == 202);
        assertThat(first.getHeader("X-Request-Id")).isNull();
        exchanges.remove().setException(new GatewayException(Reason.DATABASE_UNAVAILABLE));
        letGo();

        await().until(() -> first.getStatus() == 503);
        verify(audited).failed(Reason.DATABASE_UNAVAILABLE);
    }

    @Test
    void aFailedJobHasTheReason() throws Exception {
        MockHttpServletResponse response = postLong();
        await().until(() -> response.getStatus() == 202);
        Exchange exchange = exchanges.remove();
        exchange.setException(new GatewayException(Reason.KAFKA_UNAVAILABLE));

        letGoAudited();

        assertThat(jobs.list("/jobs").items()).singleElement().satisfies(job -> {
            assertThat(job.state()).isEqualTo("failed");
            assertThat(job.reason()).isEqualTo("KAFKA_UNAVAILABLE");
        });
        verify(audited).jobEnded(503, Reason.KAFKA_UNAVAILABLE, null);
    }

    @Test
    void aStopEndsJobs_andWaitsForThem() throws Exception {
        MockHttpServletResponse response = postLong();
        await().until(() -> response.getStatus() == 202);
        Job job = exchanges.remove().getProperty(Job.PROPERTY, Job.class);
        CompletableFuture<Void> stopped =
                CompletableFuture.runAsync(() -> calls.stop(new ContextClosedEvent(new StaticApplicationContext())));

        await().until(job::isStopped);
        assertThat(stopped).isNotDone();
        letGoAudited();

        await().untilAsserted(() -> assertThat(stopped).isCompleted());
        assertThat(job.shown().state()).isEqualTo("stopped");
    }

    @Test
    void aJobThatCannotBeRecordedIsNotShown_andStops() throws Exception {
        when(audited.continuesAsJob(anyInt()))
                .thenReturn(CompletableFuture.failedFuture(new GatewayException(Reason.DATABASE_UNAVAILABLE)));
        MockHttpServletResponse response = postLong();

        await().until(() -> response.getStatus() == 503);
        assertThat(exchanges.remove().getProperty(Job.PROPERTY, Job.class).isStopped())
                .isTrue();
        letGoAudited();
    }
}
