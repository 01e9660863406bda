package io.github.eventgateway.server.console;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;

/**
 * A profile for the tests of a class. Its pages are tabs of one window, with one process and one cache, because a window
 * for each test takes more time than the test.
 */
final class SharedProfile implements AutoCloseable {

    private final BrowserContext context;

    /** A page of the same site, which keeps the process. */
    private final Page first;

    SharedProfile(Browser.NewContextOptions options, String site) {
        context = ConsoleBrowser.shared().profile(options);
        first = context.newPage();
        first.navigate(site + "/console/icon.svg");
    }

    Page newPage() {
        return context.newPage();
    }

    /** Closes the pages of a test, and removes its data. */
    void reset() {
        context.pages().stream().filter(page -> page != first).forEach(Page::close);
        context.clearCookies();
        first.evaluate("localStorage.clear()");
    }

    @Override
    public void close() {
        context.close();
    }
}
