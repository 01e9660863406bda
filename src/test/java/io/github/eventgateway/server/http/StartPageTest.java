package io.github.eventgateway.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.support.ResourceBundleMessageSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** Tests where the root of the server leads. */
class StartPageTest {

    private static MockHttpServletResponse ask(boolean docs, boolean console) throws Exception {
        ResourceBundleMessageSource messages = new ResourceBundleMessageSource();
        messages.setBasename("messages");
        messages.setDefaultEncoding("UTF-8");
        AnswerWriter answers = new AnswerWriter(new ObjectMapper(), messages);
        MockHttpServletResponse answer = new MockHttpServletResponse();
        new StartPage.Redirect(answers, docs, console).handleRequest(new MockHttpServletRequest("GET", "/"), answer);
        return answer;
    }

    @ParameterizedTest
    @CsvSource({"true, true, /docs/", "true, false, /docs/", "false, true, /console/"})
    void itRedirectsToAPageThatIsServed(boolean docs, boolean console, String page) throws Exception {
        MockHttpServletResponse answer = ask(docs, console);

        assertThat(answer.getStatus()).isEqualTo(302);
        assertThat(answer.getHeader("Location")).isEqualTo(page);
    }

    @Test
    void withoutPages_theAnswerNamesTheSettingsAndTheContract() throws Exception {
        MockHttpServletResponse answer = ask(false, false);

        assertThat(answer.getStatus()).isEqualTo(404);
        assertThat(answer.getContentAsString()).contains("NOT_FOUND", "HTTP_DOCS", "HTTP_CONSOLE", "/api/openapi.yaml");
    }
}
