package io.github.eventgateway.server.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.github.eventgateway.testing.DataFolder;
import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The console in a browser, against a whole gateway with its embedded Kafka and database. */
class ConsoleTest {

    private static Gateway gateway;
    private static ConsoleBrowser browser;

    @BeforeAll
    static void start() {
        gateway = Gateway.start(DataFolder.create(), Map.of());
        browser = new ConsoleBrowser();
    }

    @AfterAll
    static void stop() {
        browser.close();
        gateway.close();
    }

    private static String url(String place) {
        return "http://127.0.0.1:" + gateway.port() + "/console/" + place;
    }

    @Test
    void whoeverHasATokenSignsInAndSeesWhetherAllIsWell() {
        Page page = browser.page("en");
        List<String> trouble = new ArrayList<>();
        page.onConsoleMessage(message -> {
            if (!message.text().startsWith("Failed to load resource")) {
                trouble.add(message.text());
            }
        });
        page.onPageError(trouble::add);
        page.navigate(url(""));
        page.getByLabel("Access token").fill(Token.ofAllScopes());
        page.keyboard().press("Enter");
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Everything works")))
                .isVisible();
        assertThat(trouble).isEmpty();
    }
}
