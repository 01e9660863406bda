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
import java.util.Locale;
import java.util.Map;

/**
 * Debian's Chromium, controlled by Playwright, which downloads no browser. All test classes of this JVM share one process,
 * which ends with the JVM. Only the thread of the tests may call it.
 */
public final class ConsoleBrowser {

    private static final Path CHROMIUM = Path.of(System.getenv().getOrDefault("CHROMIUM", "/usr/bin/chromium"));

    private static final Path PICTURES = Path.of("target/console");
    private static final boolean WITH_PICTURES = Boolean.getBoolean("console.pictures");

    private static final ConsoleBrowser SHARED = new ConsoleBrowser();

    private final Browser browser = Playwright.create(
                    new CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")))
            .chromium()
            .launch(new LaunchOptions()
                    .setExecutablePath(CHROMIUM)
                    .setArgs(List.of(
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-quic",
                            "--disable-background-networking",
                            "--process-per-site")));

    private ConsoleBrowser() {}

    /** Returns the browser of this JVM. The first call starts it. */
    public static ConsoleBrowser shared() {
        return SHARED;
    }

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

    /** Saves a picture of the page in {@code target/console} with {@code -Dconsole.pictures=true}. */
    static void picture(Page page, String name) {
        if (WITH_PICTURES) {
            String width = "-" + page.viewportSize().width + ".png";
            page.screenshot(
                    new Page.ScreenshotOptions().setPath(PICTURES.resolve(name.toLowerCase(Locale.ROOT) + width)));
        }
    }
}
