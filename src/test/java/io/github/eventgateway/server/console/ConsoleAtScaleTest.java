package io.github.eventgateway.server.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import io.github.eventgateway.database.ColumnTime;
import io.github.eventgateway.testing.DataFolder;
import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.Token;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests the console with many dead letters, on PostgreSQL. */
class ConsoleAtScaleTest {

    private static final String DATABASE = System.getProperty("console.database", "postgresql");
    private static final int JOB_MILLIS = 900_000;
    private static final int LETTERS = Integer.getInteger("console.letters", 100_000);
    private static final int RATE = Integer.getInteger("console.rate", 1_000);
    /** Records how long each action of the user waited for its picture, and each task that kept the page busy. */
    private static final String RECORD_DELAYS = """
            window.delays = [];
            window.tasks = [];
            const record = (type, take) => new PerformanceObserver(list => list.getEntries().forEach(take))
                .observe({ type, buffered: true, durationThreshold: 16 });
            record("event", one => one.interactionId && window.delays.push(one.duration));
            record("longtask", one => window.tasks.push(one.duration));
            """;

    private static EmbeddedPostgres postgres;
    private static Gateway gateway;
    private static ConsoleBrowser browser;

    private Page page;

    @BeforeAll
    static void start() throws Exception {
        PlaywrightAssertions.setDefaultAssertionTimeout(20_000);
        gateway = Gateway.start(DataFolder.create(), DATABASE.equals("sqlite") ? Map.of() : onPostgres());
        browser = ConsoleBrowser.shared();
    }

    private static Map<String, String> onPostgres() throws Exception {
        postgres = EmbeddedPostgres.start();
        return Map.of(
                "DATABASE_URL",
                "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres",
                "DATABASE_USER",
                "postgres",
                "DATABASE_PASSWORD",
                "postgres");
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
        if (postgres != null) {
            postgres.close();
        }
    }

    @BeforeEach
    void signIn() {
        page = browser.page("en");
        page.addInitScript(RECORD_DELAYS);
        page.navigate("http://127.0.0.1:" + gateway.port() + "/console/#token=" + Token.ofAllScopes());
        assertThat(page.locator(".verdict h2")).isVisible();
    }

    @AfterEach
    void closePage() {
        page.context().close();
    }

    @Test
    void given2000DeadLettersOfFiveCauses_thenTheKeyboardAloneReplaysTwoKinds_andDiscardsTheRest() {
        replayTwoKindsAndDiscardTheRest(2_000);
    }

    @Test
    @Tag("long")
    void given10000DeadLettersOfFiveCauses_thenTheKeyboardAloneReplaysTwoKinds_andDiscardsTheRest() {
        replayTwoKindsAndDiscardTheRest(10_000);
    }

    private void replayTwoKindsAndDiscardTheRest(int letters) {
        int good = letters - 10;
        Instant since = thisMillisecond();
        String recent = "&from=" + since;
        new FailedRecords()
                .good(letters / 2, "HANDLER_FAILED", "the card service did not answer within 5 s")
                .good(good - letters / 2, "ROW_REFUSED", "the disk is full")
                .bad(4, "MALFORMED_JSON", "not valid JSON at line 1, column 1")
                .bad(3, "UNKNOWN_EVENT_TYPE", "/type is not one of those")
                .bad(3, "UNKNOWN", "nobody knows")
                .sendTo(gateway);
        await().atMost(Duration.ofMinutes(3)).until(() -> count("status=open" + recent) == letters);
        go("dead-letters?" + recent.substring(1));
        assertThat(page.getByRole(AriaRole.ROW)).hasCount(6);
        assertThat(page.getByRole(AriaRole.ROW).nth(1)).containsText("HANDLER_FAILED");
        ConsoleBrowser.picture(page, "causes");
        List<String> actions = new ArrayList<>();
        press(actions, "j", "x", "j", "x", "r");
        assertThat(ConsoleBrowser.button(page, "Replay %,d dead letters".formatted(good)))
                .isFocused();
        long start = System.nanoTime();
        press(actions, "Enter");
        Locator dialog = page.getByRole(AriaRole.DIALOG);
        dialog.getByText("%1$,d of %1$,d replayed, 0 skipped, 0 failed, 0 refused".formatted(good))
                .waitFor(new Locator.WaitForOptions().setTimeout(JOB_MILLIS));
        System.out.printf("%,d dead letters replayed in %.1f s%n", good, (System.nanoTime() - start) / 1e9);
        ConsoleBrowser.picture(page, "replayed");
        press(actions, "Enter");
        assertThat(page.getByRole(AriaRole.ROW)).hasCount(4);
        press(actions, "a", "d");
        assertThat(page.locator("#discard-reason")).isFocused();
        assertThat(ConsoleBrowser.button(page, "Discard 10 dead letters")).isVisible();
        page.keyboard().type("test records");
        actions.add("a reason");
        press(actions, "Enter");
        assertThat(dialog).containsText("10 discarded, 0 skipped, 0 failed");
        System.out.println(actions.size() + " actions: " + actions);
        assertThat(actions).hasSizeLessThanOrEqualTo(12);
        assertThat(count("status=open" + recent)).isZero();
        assertThat(outcomes(since, "HANDLER_FAILED", "ROW_REFUSED"))
                .containsExactlyEntriesOf(Map.of("replayed replayed sent to user_events", (long) good));
        assertThat(outcomes(since, "MALFORMED_JSON", "UNKNOWN_EVENT_TYPE", "UNKNOWN"))
                .containsExactlyEntriesOf(Map.of("discarded discarded test records", 10L));
        await().atMost(Duration.ofMinutes(2))
                .until(() -> gateway.database()
                                .queryForObject(
                                        "SELECT count(*) FROM event WHERE stored_at >= ?"
                                                + " AND (id LIKE 'HANDLER_FAILED-%' OR id LIKE 'ROW_REFUSED-%')",
                                        Integer.class, ColumnTime.column(since))
                        == good);
    }

    /** Prints the figures. The limits are those of a busy machine. */
    @Test
    @Tag("long")
    void given100000DeadLetters_and1000EventsASecond_thenThePageAnswersAtOnce_andShowsEachCount() {
        Instant since = thisMillisecond();
        String recent = "&from=" + since;
        new FailedRecords()
                .good(LETTERS / 2, "HANDLER_FAILED", "the card service did not answer within 5 s")
                .bad(LETTERS - LETTERS / 2, "MALFORMED_JSON", "not valid JSON at line 1, column 1")
                .sendTo(gateway);
        await().atMost(Duration.ofMinutes(30)).until(() -> count("status=open" + recent) == LETTERS);
        Locator rows = page.locator("main tbody tr");

        go("events?tab=live");
        assertThat(page.locator("section[aria-labelledby='live'] [role='status']"))
                .containsText("Live");
        forgetDelays();
        long sent;
        try (SteadyCaller caller = new SteadyCaller(gateway, RATE)) {
            for (int i = 0; i < 20; i++) {
                page.keyboard().press("p");
                page.keyboard().press("j");
                page.keyboard().press("p");
                caller.awaitAnother(RATE);
            }
            assertThat(rows.count()).isLessThanOrEqualTo(100);
            sent = caller.stop();
        }
        assertThat(page.getByText("%,d events since this page was opened.".formatted(sent)))
                .isVisible();
        assertThat(page.getByText("are not shown, because too many events arrive"))
                .isVisible();
        ConsoleBrowser.picture(page, "live-at-rate");
        printDelays("live, %,d events".formatted(sent));

        List<Long> shown = new ArrayList<>();
        try (SteadyCaller caller = new SteadyCaller(gateway, RATE)) {
            caller.awaitAnother(RATE);
            shown.add(millisUntil(() -> go("dead-letters?" + recent.substring(1)), () -> assertThat(rows)
                    .hasCount(2)));
            shown.add(millisUntil(() -> go("dead-letters?tab=letters&" + recent.substring(1)), () -> assertThat(rows)
                    .hasCount(50)));
            for (int i = 0; i < 10; i++) {
                String last = rows.last().textContent();
                shown.add(millisUntil(
                        () -> ConsoleBrowser.button(page, "Next page").click(),
                        () -> assertThat(rows.last()).not().hasText(last)));
                assertThat(rows).hasCount(50);
            }
            shown.add(millisUntil(() -> rows.first().getByRole(AriaRole.LINK).click(), () -> assertThat(
                            page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(2))
                                    .first())
                    .isVisible()));
        }
        printDelays("dead letters; shown after %s ms".formatted(shown));
        assertThat(shown).allMatch(millis -> millis < 10_000);
    }

    private static long millisUntil(Runnable action, Runnable awaited) {
        long start = System.nanoTime();
        action.run();
        awaited.run();
        return (System.nanoTime() - start) / 1_000_000;
    }

    private void forgetDelays() {
        page.evaluate("() => { window.delays.length = 0; window.tasks.length = 0; }");
    }

    private void printDelays(String what) {
        System.out.printf(
                "%s: %s%n",
                what,
                page.evaluate("() => 'delays of actions, ms ' + JSON.stringify(window.delays.sort((a, b) => a - b))"
                        + " + ', tasks over 50 ms ' + JSON.stringify(window.tasks.sort((a, b) => a - b))"));
        assertThat(((Number) page.evaluate("() => Math.max(0, ...window.delays)")).doubleValue())
                .isLessThan(2_000);
        forgetDelays();
    }

    /** Returns the number of dead letters with these causes by status, outcome and detail of the history. */
    private static Map<String, Long> outcomes(Instant since, String... reasons) {
        return gateway
                .database()
                .queryForList(
                        "SELECT status || ' ' || h.outcome || ' ' || h.detail FROM dead_letter d"
                                + " JOIN dead_letter_history h ON h.dead_letter_id = d.id"
                                + " WHERE d.failed_at >= ? AND d.reason IN ('" + String.join("', '", reasons) + "')",
                        String.class,
                        ColumnTime.column(since))
                .stream()
                .collect(Collectors.groupingBy(text -> text, Collectors.counting()));
    }

    private void press(List<String> actions, String... keys) {
        for (String key : keys) {
            page.keyboard().press(key);
            actions.add(key);
        }
    }

    /** Returns the current time without microseconds: the records have milliseconds. */
    private static Instant thisMillisecond() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private static long count(String query) {
        return gateway.get("/api/dead-letters/summary?limit=10&" + query)
                .data("/dead_letters")
                .asLong();
    }

    private void go(String place) {
        page.evaluate("place => location.hash = place", "#/" + place);
    }
}
