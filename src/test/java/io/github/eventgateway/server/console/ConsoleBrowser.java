package io.github.eventgateway.server.console;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Playwright.CreateOptions;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Debian's Chromium, controlled by Playwright, which downloads no browser. */
public final class ConsoleBrowser implements AutoCloseable {

    private static final Path CHROMIUM = Path.of(System.getenv().getOrDefault("CHROMIUM", "/usr/bin/chromium"));

    private static final Path PICTURES = Path.of("target/console");

    private final Playwright playwright =
            Playwright.create(new CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    private final Browser browser = playwright
            .chromium()
            .launch(new LaunchOptions()
                    .setExecutablePath(CHROMIUM)
                    .setArgs(List.of(
                            "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")));

    /** Opens a new profile without data of other tests. */
    public BrowserContext profile(Browser.NewContextOptions options) {
        BrowserContext context = browser.newContext(options);
        context.setDefaultTimeout(20_000);
        return context;
    }

    /** Opens a page in a new profile with this language. */
    public Page page(String language) {
        return profile(new Browser.NewContextOptions().setLocale(language).setTimezoneId("Asia/Shanghai"))
                .newPage();
    }

    static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** Saves a picture of the page at this width in {@code target/console}. */
    static void picture(Page page, String name, int width) {
        page.setViewportSize(width, 900);
        page.screenshot(
                new Page.ScreenshotOptions().setPath(PICTURES.resolve(name.toLowerCase() + "-" + width + ".png")));
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
