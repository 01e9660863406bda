package io.github.eventgateway.server.docs;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import io.github.eventgateway.server.console.ConsoleBrowser;
import io.github.eventgateway.testing.DataFolder;
import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.Reply;
import io.github.eventgateway.testing.Token;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page to try the API in a browser, against a whole gateway with its embedded Kafka and database. */
class DocsPageTest {

    private static final int ALL_CALLS = 39;
    private static final String NOBODY = "00000000-0000-0000-0000-000000000000";

    /** The page cannot call the management port, and offers no answer without an end. */
    private static final List<String> NOT_OFFERED = List.of(
            "GET /api/events/stream", "GET /observe/health/live", "GET /observe/health/ready", "GET /observe/metrics");

    private static Gateway gateway;
    private static ConsoleBrowser browser;

    private final List<String> trouble = new ArrayList<>();
    private final List<String> requested = new ArrayList<>();
    private Page page;

    @BeforeAll
    static void start() {
        gateway = Gateway.startForPages(DataFolder.create(), Map.of());
        browser = ConsoleBrowser.shared();
        PlaywrightAssertions.setDefaultAssertionTimeout(20_000);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @AfterEach
    void nothingLeftTheGateway_andNothingWentWrong() {
        page.context().close();
        assertThat(requested).allSatisfy(url -> assertThat(url).startsWith(origin()));
        assertThat(trouble).isEmpty();
    }

    private static String origin() {
        return "http://127.0.0.1:" + gateway.port();
    }

    private void open(String language, String path) {
        page = browser.page(language);
        page.onPageError(trouble::add);
        page.onConsoleMessage(message -> {
            // a call that is answered 404 is one
            if (message.type().equals("error") && !message.text().startsWith("Failed to load resource")) {
                trouble.add(message.text());
            }
        });
        page.onRequest(request -> {
            if (!request.url().startsWith("data:")) {
                requested.add(request.url());
            }
        });
        page.navigate(origin() + path);
        assertThat(page.locator(".opblock").first()).isVisible();
    }

    private void authorize() {
        page.locator("button.authorize").first().click();
        page.locator(".modal-ux input").fill(Token.ofAllScopes());
        page.locator(".modal-ux button.authorize").click();
        page.locator(".modal-ux button.btn-done").click();
    }

    @ParameterizedTest
    @CsvSource({
        "en-GB, Event types, Authorize with a token, topic user_events, 事件类型, 主题 user_events",
        "zh-CN, 事件类型, 用令牌授权, 主题 user_events, Event types, topic user_events"
    })
    void theEventTypesAreShownInBothLanguages_withTopicAndSchema(
            String language, String title, String hint, String topic, String otherTitle, String otherTopic) {
        open(language, "/");
        Locator section = page.locator("#event-types");
        assertThat(section).containsText(title);
        assertThat(section).containsText(hint);

        authorize();

        Locator login = section.locator("details").filter(new Locator.FilterOptions().setHasText("user_login"));
        assertThat(login).containsText(topic);
        login.locator("summary").click();
        assertThat(login.locator("pre")).isVisible();
        for (JsonNode type : gateway.get("/api/event-types").data("/items")) {
            assertThat(section).containsText(type.get("type").asText());
            assertThat(section).containsText(type.get("topic").asText());
        }
        assertThat(login.locator("pre")).containsText("\"username\"");

        section.locator("button").click();
        assertThat(section).containsText(otherTitle);
        assertThat(login).containsText(otherTopic);
        assertThat(section).not().containsText(title);
    }

    @Test
    void eachCallThatThePageOffersWorks_andNoOtherIsOffered() {
        Reply posted = gateway.post("/api/events", """
                {"id":"docs-1","type":"user_login","data":{"user_id":1,"username":"a","ip":"10.0.0.1","action":"x"}}""");
        assertThat(posted.status()).isEqualTo(202);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> gateway.get("/api/events/docs-1").status() == 200);
        open("en", "/docs/");
        authorize();
        Map<String, String> answers = new TreeMap<>();
        List<String> notOffered = new ArrayList<>();
        Locator sections = page.locator(".opblock-tag-section");
        assertThat(page.locator(".opblock")).hasCount(ALL_CALLS);
        // The page draws all open sections at each click, so only the section of the call is open.
        sections.all().forEach(DocsPageTest::openOrClose);

        for (Locator section : sections.all()) {
            openOrClose(section);
            section.locator(".opblock").first().waitFor();
            for (Locator call : section.locator(".opblock").all()) {
                tryOut(call, answers, notOffered);
            }
            openOrClose(section);
        }

        assertThat(page.locator(".errors-wrapper")).hasCount(0);
        assertThat(notOffered).containsExactlyInAnyOrderElementsOf(NOT_OFFERED);
        assertThat(answers).hasSize(ALL_CALLS - NOT_OFFERED.size()).allSatisfy((call, status) -> assertThat(status)
                .as(call)
                .matches(call.contains("{id}") ? "2..|404" : "2.."));
    }

    private static void openOrClose(Locator section) {
        section.locator(".opblock-tag .expand-operation").click();
    }

    private static void tryOut(Locator call, Map<String, String> answers, List<String> notOffered) {
        String name = call.locator(".opblock-summary-method").innerText() + " "
                + call.locator(".opblock-summary-path").getAttribute("data-path");
        call.locator(".opblock-summary-control").click();
        // Until the page has resolved the call, its body shows neither the button nor the responses.
        call.locator(".opblock-body .responses-wrapper").waitFor();
        if (call.locator(".try-out__btn").count() == 0) {
            notOffered.add(name);
        } else {
            answers.put(name, execute(call, name));
        }
        call.locator(".opblock-summary-control").click();
    }

    /** The status that the page shows. */
    private static String execute(Locator call, String name) {
        call.locator(".try-out__btn").click();
        fill(call, "type_or_id", name.startsWith("POST") ? "user_login" : "docs-1");
        fill(call, "id", NOBODY);
        fill(call, "name", "user_events");
        call.locator("button.execute").click();
        Locator status = call.locator(".live-responses-table tbody .response-col_status");
        // The assertion describes the whole page at each attempt that fails.
        status.waitFor();
        assertThat(status).containsText(Pattern.compile("\\d{3}|Failed|Undocumented"));
        return status.innerText().strip();
    }

    private static void fill(Locator call, String parameter, String value) {
        Locator input = call.locator("tr[data-param-name='" + parameter + "'][data-param-in='path'] input");
        if (input.count() > 0) {
            input.fill(value);
        }
    }
}
