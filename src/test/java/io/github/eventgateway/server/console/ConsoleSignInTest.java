package io.github.eventgateway.server.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route.FulfillOptions;
import com.microsoft.playwright.options.AriaRole;
import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.testing.DataFolder;
import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.Token;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sign-in at an OpenID provider, in a browser, against a gateway that accepts the tokens of that provider. */
class ConsoleSignInTest {

    private static OpenIdProvider provider;
    private static Gateway gateway;
    private static SharedProfile profile;

    private Page page;

    @BeforeAll
    static void start() throws Exception {
        provider = OpenIdProvider.start();
        gateway = Gateway.startForPages(
                DataFolder.create(),
                Map.of(
                        "JWT_SECRET",
                        "",
                        "JWT_ISSUER_URI",
                        provider.uri(),
                        "CONSOLE_OIDC_ISSUER",
                        provider.uri(),
                        "CONSOLE_OIDC_CLIENT_ID",
                        OpenIdProvider.CLIENT));
        profile = new SharedProfile(
                new NewContextOptions().setLocale("en").setTimezoneId("Asia/Shanghai"),
                "http://127.0.0.1:" + gateway.port());
    }

    @AfterAll
    static void stop() {
        profile.close();
        gateway.close();
        provider.close();
    }

    @BeforeEach
    void openConsole() {
        provider.refuse(false);
        provider.nameItself(null);
        provider.grant("events:read audit:read");
        page = profile.newPage();
        page.navigate("http://127.0.0.1:" + gateway.port() + "/console/#/kafka");
    }

    @AfterEach
    void close() {
        profile.reset();
    }

    private Locator atProvider() {
        return page.getByRole(
                AriaRole.BUTTON,
                new Page.GetByRoleOptions()
                        .setName("Sign in at " + provider.uri().substring("http://".length())));
    }

    @Test
    void theProviderSignsIn_theWindowCloses_andThePageIsWhereItWas() {
        Page shown = page.waitForPopup(() -> atProvider().click());

        assertThat(page.locator("h1")).hasText("Kafka");
        page.waitForCondition(shown::isClosed);
        assertThat(page.url()).endsWith("/console/#/kafka");
        assertThat(page.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
                        .toString())
                .doesNotContain("eyJ");
    }

    @Test
    void aRefusalOfTheProvider_isShownAsPlainText() {
        provider.refuse(true);

        page.waitForPopup(() -> atProvider().click());

        assertThat(page.getByText("The sign-in was refused: the operator <b>may not</b>"))
                .isVisible();
        provider.refuse(false);
        page.waitForPopup(() -> atProvider().click());
        assertThat(page.locator("h1")).hasText("Kafka");
    }

    @Test
    void anAnswerOfAnotherProvider_isRefused() {
        provider.nameItself("https://evil.example.org");

        page.waitForPopup(() -> atProvider().click());

        assertThat(page.getByText("The answer is not from " + provider.uri())).isVisible();
    }

    @Test
    void anUnrequestedAnswer_signsNobodyIn() {
        Page forged = page.context().newPage();
        forged.navigate("http://127.0.0.1:" + gateway.port() + "/console/?code=stolen&state=guessed");

        assertThat(forged.getByRole(AriaRole.STATUS)).containsText("close this window");
        assertThat(forged.url()).doesNotContain("stolen");
        assertThat(atProvider()).isVisible();
    }

    @Test
    void aLinkWithAToken_doesNotReplaceTheSession() {
        page.waitForPopup(() -> atProvider().click());
        assertThat(page.locator("h1")).hasText("Kafka");

        page.evaluate("token => location.hash = '#token=' + token", Token.of("events:read", "somebody-else"));

        assertThat(page.getByText("The link contains another access token")).isVisible();
        assertThat(page.url()).doesNotContain("token=");
        page.keyboard().press("?");
        assertThat(page.getByText("Signed in as operator.")).isVisible();
    }

    @Test
    void aTokenThatExpires_isRenewedInOneDialog_andNothingIsLost() {
        page.waitForPopup(() -> atProvider().click());
        assertThat(page.locator("h1")).hasText("Kafka");
        page.evaluate("location.hash = '#/audit'");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Verify"))
                .first()
                .click();
        String typed = "7." + "a".repeat(64);
        page.locator("#anchor").fill(typed);
        AtomicInteger refused = new AtomicInteger();
        // Both the call of the dialog and another call report the expired token.
        page.route("**/api/audit/verify*", route -> {
            if (refused.getAndIncrement() == 0) {
                route.fulfill(new FulfillOptions().setStatus(401).setBody("{}"));
            } else {
                route.resume();
            }
        });
        page.keyboard().press("Enter");
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("expired")))
                .hasCount(1);

        Page shown = page.waitForPopup(() -> atProvider().click());

        page.waitForCondition(shown::isClosed);
        assertThat(page.locator("dialog")).hasCount(1);
        assertThat(page.locator("#anchor")).hasValue(typed);
        page.waitForCondition(() -> refused.get() == 2);
    }

    @Test
    void theTokenDecidesWhatIsShown() {
        provider.grant("audit:read");

        page.waitForPopup(() -> atProvider().click());

        assertThat(page.getByText("Your token does not have the scope events:read"))
                .isVisible();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://login.example.org",
                "login.example.org",
                "https://a@b.example.org",
                "https://x/?a=b",
                "not a url"
            })
    void anIssuerThatIsUnsafe_preventsTheStart(String issuer) {
        assertThatThrownBy(() -> new ConsoleSignIn(issuer, OpenIdProvider.CLIENT, "openid"))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("CONSOLE_OIDC_ISSUER is '" + issuer + "': write the https URL");
    }

    @Test
    void anIssuerWithoutAClient_preventsTheStart() {
        assertThatThrownBy(() -> new ConsoleSignIn("https://login.example.org", "", "openid"))
                .isInstanceOf(StartupException.class)
                .hasMessage("CONSOLE_OIDC_ISSUER and CONSOLE_OIDC_CLIENT_ID belong together: set both, or neither");
    }

    @Test
    void thePageMayCallTheIssuerOnly() {
        assertThat(new ConsoleSignIn("https://login.example.org:8443/realms/ops", "c", "openid").callable())
                .isEqualTo("'self' https://login.example.org:8443");
        assertThat(new ConsoleSignIn("", "", "openid").callable()).isEqualTo("'self'");
    }
}
