package io.github.eventgateway.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.EventMetrics;
import io.github.eventgateway.job.Jobs;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.ResourceBundleMessageSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.HttpRequestHandler;

/** While no verb is available, callers are told to retry, not that the path does not exist. */
class StartAndStopTest {

    private final AnswerWriter answers = new AnswerWriter(new ObjectMapper(), messages());
    private final HttpSettings bounds = Bounds.of(1, 1, 1);
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final RequestAdmission calls = new RequestAdmission(
            bounds, answers, null, new Connections(bounds), new Jobs(), new EventMetrics(meters), null, meters);
    private final VerbTable verbs = new VerbTable();
    private final VerbHandlerMapping mapping = new VerbHandlerMapping(verbs, calls);

    @Test
    void beforeTheRoutesRun_aRequestIsToldToRetry() throws Exception {
        MockHttpServletResponse answer = ask();

        assertThat(answer.getStatus()).isEqualTo(503);
        assertThat(answer.getHeader("Retry-After")).isNotNull();
        assertThat(answer.getContentAsString()).contains("\"STARTING\"");
    }

    /** Verbs are added one by one, so a path may exist without this method. */
    @Test
    void betweenTheFirstVerbAndTheLast_aRequestIsToldToRetry() throws Exception {
        verbs.add(new Verb(
                "GET",
                verbs.pattern("/api/events"),
                new Verb.Access(true, Set.of()),
                Set.of(),
                Set.of(),
                List.of(),
                false,
                false,
                null));

        assertThat(ask().getStatus()).isEqualTo(503);
        calls.start(null);
        assertThat(ask().getStatus()).isEqualTo(405);
    }

    @Test
    void whileTheRoutesRun_anUnknownPathIsNotFound() throws Exception {
        calls.start(null);

        assertThat(ask().getStatus()).isEqualTo(404);
    }

    @Test
    void afterTheRoutesHaveStopped_aRequestIsToldToRetry() throws Exception {
        calls.start(null);
        calls.stop(null);

        MockHttpServletResponse answer = ask();

        assertThat(answer.getStatus()).isEqualTo(503);
        assertThat(answer.getContentAsString()).contains("\"STOPPING\"");
    }

    private MockHttpServletResponse ask() throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest("POST", "/api/events");
        MockHttpServletResponse response = new MockHttpServletResponse();
        ((HttpRequestHandler) mapping.getHandlerInternal(request)).handleRequest(request, response);
        return response;
    }

    private static ResourceBundleMessageSource messages() {
        ResourceBundleMessageSource messages = new ResourceBundleMessageSource();
        messages.setBasename("messages");
        messages.setDefaultEncoding("UTF-8");
        return messages;
    }
}
