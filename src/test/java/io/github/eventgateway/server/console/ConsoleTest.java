package io.github.eventgateway.server.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.EmulateMediaOptions;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Route.FulfillOptions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.github.eventgateway.testing.DataFolder;
import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.Listener;
import io.github.eventgateway.testing.Reply;
import io.github.eventgateway.testing.Token;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.io.ClassPathResource;

/** The console in a browser, against a whole gateway with its embedded Kafka and SQLite. */
class ConsoleTest {

    private static final Path TEXTS = Path.of("src/main/resources/console");
    private static final int FIRST_PAGE_BYTES = 150 * 1024;

    private static final int LOADS = Integer.getInteger("console.loads", 1);

    /** A quiet machine needs less than one second. */
    private static final int INTERACTIVE_MILLIS = 5_000;

    private static final Duration ARRIVAL = Duration.ofSeconds(30);
    private static final String HOSTILE = "<script>document.title='hacked'</script><img src=x onerror=alert(1)>"
            + "\\u202Egnp.exe\\u0007\\u200b\\u0000 javascript:alert(1)";

    private static Gateway gateway;
    private static SharedProfile profile;
    private static String axe;

    private final List<BrowserContext> opened = new ArrayList<>();
    private final List<String> trouble = new ArrayList<>();
    private final List<Request> requests = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        axe = new ClassPathResource("axe.min.js").getContentAsString(StandardCharsets.UTF_8);
        gateway = Gateway.startForPages(DataFolder.create(), Map.of());
        profile = new SharedProfile(english(), origin());
        PlaywrightAssertions.setDefaultAssertionTimeout(20_000);
    }

    @AfterAll
    static void stop() {
        profile.close();
        gateway.close();
    }

    @AfterEach
    void nothingLeftTheGateway_andNothingWentWrong() {
        opened.forEach(BrowserContext::close);
        profile.reset();
        assertThat(requests)
                .allSatisfy(request -> assertThat(request.url()).matches("(blob:)?" + Pattern.quote(origin()) + "/.*"));
        assertThat(trouble).isEmpty();
    }

    private static String origin() {
        return "http://127.0.0.1:" + gateway.port();
    }

    private static String url(String place) {
        return origin() + "/console/" + place;
    }

    private static NewContextOptions english() {
        return new NewContextOptions().setLocale("en").setTimezoneId("Asia/Shanghai");
    }

    private Page page() {
        return watched(profile.newPage());
    }

    /** Opens a page in a new profile, with an empty cache. */
    private Page page(NewContextOptions options) {
        BrowserContext context = ConsoleBrowser.shared().profile(options);
        opened.add(context);
        return watched(context.newPage());
    }

    private Page watched(Page page) {
        page.onConsoleMessage(message -> {
            // The page itself shows refusals of the gateway.
            if (!message.text().startsWith("Failed to load resource")) {
                trouble.add(message.text());
            }
        });
        page.onPageError(trouble::add);
        page.onDialog(dialog -> trouble.add("a dialog: " + dialog.message()));
        page.onRequest(requests::add);
        return page;
    }

    private Page signedIn(String place) {
        return signedIn(page(), place, Token.ofAllScopes());
    }

    private static Page signedIn(Page page, String place, String token) {
        page.navigate(url("#token=" + token));
        assertThat(page.locator("header.top")).isVisible();
        go(page, place);
        return page;
    }

    private static void go(Page page, String place) {
        page.evaluate("place => location.hash = place", "#/" + place);
    }

    private static JsonNode letters(String query) {
        return gateway.get("/api/dead-letters?limit=500&" + query).data("/items");
    }

    private static long count(String query) {
        return gateway.get("/api/dead-letters/summary?" + query)
                .data("/dead_letters")
                .asLong();
    }

    /** Sends a record that cannot be stored, and returns the id of its dead letter. */
    private static String letterOf(String value) {
        RecordMetadata record = gateway.records()
                .send(new ProducerRecord<>(
                        "user_events", "7".getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8)))
                .get(0);
        String origin = record.topic() + "/" + record.partition() + "/" + record.offset();
        return await().atMost(ARRIVAL)
                .until(() -> letters("origin=" + origin).path(0).path("id").asText(), id -> !id.isEmpty());
    }

    @Test
    void aTokenSignsIn_andTheOverviewShowsTheState() {
        Page page = page();
        page.navigate(url(""));
        assertThat(page.locator("nav")).hasCount(0);
        page.getByLabel("Access token").fill("nonsense");
        page.keyboard().press("Enter");
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("This is not an access token");
        page.getByLabel("Access token").fill(Token.expired());
        page.keyboard().press("Enter");
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("does not accept this token");
        page.getByLabel("Access token").fill(Token.ofAllScopes());
        page.keyboard().press("Enter");
        assertThat(page.locator(".verdict h2")).isVisible();
        assertThat(page.context().cookies()).isEmpty();
        assertThat((String) page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})"))
                .doesNotContain("eyJ");
    }

    @Test
    void aLinkSignsInWithItsToken_andTheTokenIsStoredNowhere() {
        Page page = signedIn("overview");
        assertThat(page.url()).isEqualTo(url("#/overview"));
        assertThat(page.evaluate("history.length")).isEqualTo(2);
        page.reload();
        assertThat(page.getByLabel("Access token")).isVisible();
    }

    /**
     * Prints the figures: the medians of {@code -Dconsole.loads} loads, with an empty cache of the browser and with a
     * full one.
     */
    @Test
    void theFirstPageIsSmallAndFast() {
        signedIn("overview");
        List<Integer> cold = new ArrayList<>();
        List<Integer> warm = new ArrayList<>();
        int bytes = 0;
        int files = 0;
        for (int i = 0; i < LOADS; i++) {
            Page page = page(english());
            cold.add(interactiveMillis(page));
            List<Request> own = requests.stream()
                    .filter(request -> request.frame().page() == page)
                    .toList();
            files = own.size();
            bytes = own.stream()
                    .mapToInt(request -> request.sizes().responseBodySize)
                    .sum();
            Page again = page.context().newPage();
            warm.add(interactiveMillis(again));
            again.close();
        }
        System.out.printf(
                "The first page: %d requests, %,d bytes; interactive after %d ms with an empty cache, %d ms with a full one (median of %d)%n",
                files, bytes, median(cold), median(warm), LOADS);
        assertThat(bytes).isBetween(10_000, FIRST_PAGE_BYTES);
        assertThat(median(cold)).isLessThan(INTERACTIVE_MILLIS);
        assertThat(median(warm)).isLessThan(INTERACTIVE_MILLIS);
    }

    /** Returns when the page is interactive: its main part is visible and the main thread is idle. */
    private static int interactiveMillis(Page page) {
        page.addInitScript("window.tasks = []; new PerformanceObserver(list => window.tasks.push(...list.getEntries()"
                + ".map(task => task.startTime + task.duration))).observe({type: 'longtask', buffered: true})");
        page.navigate(url("#token=" + Token.ofAllScopes()));
        assertThat(page.locator(".verdict h2")).isVisible();
        return ((Number) page.evaluate("() => new Promise(resolve => requestAnimationFrame(() =>"
                        + " setTimeout(() => resolve(Math.max(performance.getEntriesByType('resource')"
                        + ".filter(one => one.name.includes('/api/')).map(one => one.responseEnd)"
                        + ".reduce((a, b) => Math.max(a, b), 0), ...window.tasks)), 0)))"))
                .intValue();
    }

    private static int median(List<Integer> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    @Test
    void actionsThatTheTokenForbids_areNotOffered() {
        letterOf("{\"type\": \"user_login\", \"data\": {\"user_id\": 7, \"ip\": \"192.0.2.1\"}}");
        Page page = signedIn(page(), "dead-letters", Token.of("events:read"));
        assertThat(page.getByRole(AriaRole.TABLE)).isVisible();
        assertThat(page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Audit")))
                .hasCount(0);
        assertThat(page.getByText("Replay selected")).hasCount(0);
        assertThat(page.getByText("Bulk replays")).hasCount(0);
        go(page, "audit");
        assertThat(page.locator(".empty")).containsText("audit:read");
        go(page, "kafka");
        assertThat(page.getByText("Send a test message")).hasCount(0);
    }

    @Test
    void aFilterIsInTheAddress_andTheLanguageChangesWithoutReloading() {
        Page page = signedIn("dead-letters");
        page.getByLabel("Reason").selectOption("HANDLER_FAILED");
        assertThat(page).hasURL(Pattern.compile(".*#/dead-letters\\?reason=HANDLER_FAILED"));
        assertThat(page.locator(".empty")).isVisible();
        page.evaluate("window.mark = 1");
        ConsoleBrowser.button(page, "中文").click();
        assertThat(page.locator("h1")).hasText("死信");
        assertThat(page.locator("html")).hasAttribute("lang", "zh-CN");
        assertThat(page.evaluate("window.mark")).isEqualTo(1);
        page.goBack();
        assertThat(page).hasURL(url("#/dead-letters"));
    }

    @Test
    void aRepairIsCheckedAsItIsTyped_comparedAndSent() {
        String id = letterOf("{\"id\": \"mend-me\", \"type\": \"user_login\", \"data\": {\"user_id\": 9007199254740993,"
                + " \"ip\": \"192.0.2.1\", \"action\": \"login\"}}");
        Page page = signedIn("dead-letters/" + id);
        assertThat(page.locator("section .problem")).containsText("the field username is missing");
        page.keyboard().press("e");
        Locator text = page.getByLabel("Event (JSON)");
        assertThat(text).isFocused();
        assertThat(text).hasValue(Pattern.compile("9007199254740993"));
        Locator send = ConsoleBrowser.button(page, "Send the repaired event");
        assertThat(send).isDisabled();
        String mended = text.inputValue().replace("\"ip\"", "\"username\": \"alice\", \"ip\"");
        text.fill(mended.replace("}", ""));
        assertThat(page.locator("#repair-errors")).containsText("JSON");
        assertThat(send).isDisabled();
        text.fill(mended);
        assertThat(page.locator("#repair-errors")).containsText("fits its schema");
        assertThat(page.locator(".diff .new")).containsText("alice");
        ConsoleBrowser.picture(page, "repair");
        send.click();
        assertThat(page.getByRole(AriaRole.STATUS).getByText("The repaired event was sent."))
                .isVisible();
        await().atMost(ARRIVAL)
                .untilAsserted(() ->
                        assertThat(gateway.get("/api/events/mend-me").text()).contains("9007199254740993", "alice"));
        assertThat(page.getByRole(AriaRole.TABLE, new Page.GetByRoleOptions().setName("History")))
                .containsText("Repaired");
    }

    @Test
    void hostileContentIsShownAndHasNoEffect() {
        String id = letterOf("{\"type\": \"user_login\", \"data\": {\"user_id\": 7, \"username\": \"" + HOSTILE
                + "\", \"x\": \"" + "y".repeat(400_000) + "\"}}");
        gateway.post(
                "/api/events",
                "{\"id\": \"hostile\", \"type\": \"system_info\", \"data\": {\"service\": \"hostile\", \"message\": \""
                        + HOSTILE.replace("\\u0000", "") + "\"}}");
        await().atMost(ARRIVAL).until(() -> gateway.get("/api/events/hostile").status() == 200);
        Page page = signedIn("dead-letters/" + id);
        assertThat(page.locator("pre.text")).containsText("<script>");
        assertThat(ConsoleBrowser.button(page, "Copy as Base64")).isVisible();
        go(page, "dead-letters/" + id + "?view=text");
        assertThat(page.getByText("Show more")).isVisible();
        go(page, "events/hostile");
        assertThat(page.locator("pre.text")).containsText("<img src=x onerror=alert(1)>");
        assertThat(page.locator(".hidden-character").first()).hasText("U+202E");
        go(page, "events?service=hostile");
        assertThat(page.locator("td .hidden-character").first()).hasText("U+202E");
        assertThat(page.locator("main img, main script")).hasCount(0);
        assertThat(page.title()).doesNotContain("hacked");
    }

    @Test
    void anExpiredTokenAsksForAnother_andNothingTypedIsLost() {
        String id = letterOf("{\"type\": \"user_login\", \"data\": {\"user_id\": 7, \"ip\": \"192.0.2.77\"}}");
        Page page = signedIn("dead-letters/" + id);
        ConsoleBrowser.button(page, "Discard").click();
        page.getByLabel("Reason").fill("typed before it expired");
        AtomicBoolean expired = new AtomicBoolean(true);
        page.route("**/discard", route -> {
            if (expired.getAndSet(false)) {
                route.fulfill(new FulfillOptions().setStatus(401).setBody("{}"));
            } else {
                route.resume();
            }
        });
        page.keyboard().press("Enter");
        Locator token = page.getByLabel("Access token");
        assertThat(token).isFocused();
        List<String> faults = new ArrayList<>();
        look(page, "dialog-expired", faults);
        assertThat(faults).isEmpty();
        page.route(
                "**/api/event-types",
                route -> route.fulfill(new FulfillOptions().setStatus(401).setBody("{}")),
                new Page.RouteOptions().setTimes(1));
        token.fill(Token.ofAllScopes());
        page.keyboard().press("Enter");
        assertThat(page.locator("dialog").getByRole(AriaRole.ALERT)).containsText("does not accept this token");
        page.keyboard().press("Enter");
        // The confirmation dialog may still be open for a moment.
        assertThat(page.locator("dialog p[role=status]")).containsText("1 discarded, 0 skipped, 0 failed");
        assertThat(gateway.get("/api/dead-letters/" + id)
                        .data("/history/0/detail")
                        .asText())
                .isEqualTo("typed before it expired");
    }

    private static String info(String id, String service) {
        return "{\"id\": \"%s\", \"type\": \"system_info\", \"data\": {\"service\": \"%s\", \"message\": \"%s\"}}"
                .formatted(id, service, id);
    }

    @Test
    void newEventsAppearLive_untilTheyArePaused_andTooManyAreSampled() {
        Page page = signedIn("events?tab=live&service=live-shop");
        Locator state = page.locator("section[aria-labelledby='live'] [role='status']");
        Locator rows = page.locator("section[aria-labelledby='live'] tbody tr");
        assertThat(state).containsText("Live");

        gateway.post("/api/events", info("live-other", "another-shop"));
        gateway.post("/api/events", info("live-1", "live-shop"));
        assertThat(rows).hasCount(1);
        assertThat(rows.first()).containsText("live-1");
        assertThat(page.getByText("1 event since this page was opened.")).isVisible();

        page.locator("body").press("p");
        assertThat(state).containsText("Paused");
        gateway.post("/api/events", info("live-2", "live-shop"));
        await().atMost(ARRIVAL).until(() -> gateway.get("/api/events/live-2").status() == 200);
        // The same poll brings both events to another listener.
        try (Listener other =
                gateway.call("GET", "/api/events/stream?service=live-shop").listen()) {
            await().atMost(ARRIVAL).until(() -> !other.messages().isEmpty());
            gateway.post("/api/events", info("live-3", "live-shop"));
            await().atMost(ARRIVAL).until(() -> !other.events().isEmpty());
        }
        assertThat(rows).hasCount(1);
        ConsoleBrowser.button(page, "Resume").click();
        assertThat(rows).hasCount(3);
        assertThat(rows.first()).containsText("live-3");

        String many = IntStream.range(0, 1000)
                .mapToObj(i -> info("live-many-" + i, "live-shop"))
                .collect(Collectors.joining(",", "[", "]"));
        gateway.post("/api/events/batch", many);
        assertThat(page.getByText("1,003 events since this page was opened.")).isVisible();
        assertThat(page.getByText("are not shown, because too many events arrive"))
                .isVisible();
        assertThat(rows.count()).isLessThanOrEqualTo(200);

        page.getByLabel("service").fill("another-shop");
        page.getByLabel("service").press("Enter");
        page.waitForURL(url -> url.contains("service=another-shop"));
        assertThat(rows).hasCount(0);
        assertThat(state).containsText("Live");
        gateway.post("/api/events", info("live-4", "another-shop"));
        assertThat(rows.first()).containsText("live-4");
    }

    /** The first answer of an export ends within a row: with an error, or as if it were complete. */
    private static final String BREAKING_OFF = """
            const whole = window.fetch;
            window.answers = 0;
            window.fetch = async (...call) => {
              const answer = await whole(...call);
              if (!String(call[0]).includes("/api/events/export") || window.answers++ > 0) {
                return answer;
              }
              const reader = answer.body.getReader();
              let left = 100003;
              const cut = new ReadableStream({
                async pull(controller) {
                  if (left === 0) {
                    reader.cancel();
                    return %s ? controller.error(new TypeError("network error")) : controller.close();
                  }
                  const { value } = await reader.read();
                  const some = value.slice(0, left);
                  left -= some.length;
                  controller.enqueue(some);
                },
              }, { highWaterMark: 0 });
              return new Response(cut, { status: answer.status, headers: answer.headers });
            };
            """;

    @ParameterizedTest
    @CsvSource({"ndjson, true", "csv, false"})
    void anExportThatBreaksOff_goesOnWhereItWas(String format, boolean withAnError) throws Exception {
        int all = 1_500;
        String service = "export-" + format;
        gateway.post(
                "/api/events/batch",
                IntStream.range(0, all)
                        .mapToObj(i -> info(service + i, service)
                                .replace("\"message\": \"", "\"message\": \"a \\\"quoted\\\"\\nline "))
                        .collect(Collectors.joining(",", "[", "]")));
        await().atMost(ARRIVAL)
                .until(() -> gateway.database()
                                .queryForObject("SELECT count(*) FROM event WHERE service = ?", Integer.class, service)
                        == all);
        Page page = page();
        page.addInitScript(BREAKING_OFF.formatted(withAnError));
        signedIn(page, "events?service=" + service, Token.ofAllScopes());
        ConsoleBrowser.button(page, "Export").click();
        Locator dialog = page.getByRole(AriaRole.DIALOG);
        page.getByLabel("Format").selectOption(format);
        dialog.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Export"))
                .click();
        assertThat(dialog.getByText("You can continue it from there.")).isVisible();
        assertThat(page.getByLabel("Format")).isDisabled();
        ConsoleBrowser.picture(page, "export-" + format);

        Download file = page.waitForDownload(
                () -> ConsoleBrowser.button(page, "Continue").click());

        assertThat(dialog).hasCount(0);
        assertThat(file.suggestedFilename()).isEqualTo("events." + format);
        assertThat(page.evaluate("window.answers")).isEqualTo(2);
        assertThat(idsIn(Files.readString(file.path()), format))
                .doesNotHaveDuplicates()
                .hasSize(all)
                .allMatch(id -> id.startsWith(service));
    }

    private static List<String> idsIn(String file, String format) throws Exception {
        List<String> ids = new ArrayList<>();
        if (format.equals("csv")) {
            try (CsvReader<NamedCsvRecord> rows = CsvReader.builder().ofNamedCsvRecord(file)) {
                rows.forEach(row -> ids.add(row.getField("id")));
            }
        } else {
            for (String line : file.split("\n")) {
                ids.add(new ObjectMapper().readTree(line).get("id").asText());
            }
        }
        return ids;
    }

    @Test
    void eventsOfTheLastHourAreDrawn_andTheTableHasTheSameNumbers() {
        gateway.post("/api/events", info("drawn", "chart"));
        await().atMost(ARRIVAL).until(() -> gateway.get("/api/events/drawn").status() == 200);
        Page page = signedIn("overview");
        Locator chart = page.locator("section[aria-labelledby='counts'] figure");
        assertThat(chart.locator("canvas")).isVisible();
        Locator legend = chart.locator(".legend", new Locator.LocatorOptions().setHasText("system_info"))
                .locator("strong");
        int counted = Integer.parseInt(legend.textContent().replace(",", ""));
        assertThat(counted).isPositive();
        assertThat(page.evaluate("() => { const canvas = document.querySelector('figure canvas');"
                        + " return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data"
                        + ".some(value => value !== 0); }"))
                .isEqualTo(true);

        ConsoleBrowser.button(page, "Show as a table").click();

        List<String> heads = chart.locator("thead th").allTextContents();
        int column = heads.indexOf("system_info");
        int sum = chart.locator("tbody tr td:nth-child(" + (column + 1) + ")").allTextContents().stream()
                .mapToInt(text -> Integer.parseInt(text.replace(",", "")))
                .sum();
        assertThat(sum).isEqualTo(counted);
    }

    @Test
    void aPageOfAListHasAnAddress_forBackAndForLinks() {
        new FailedRecords().bad(60, "ROW_REFUSED", "paged").sendTo(gateway);
        await().atMost(ARRIVAL).until(() -> count("reason=ROW_REFUSED&status=open") >= 60);
        Page page = signedIn("dead-letters?tab=letters&reason=ROW_REFUSED");
        Locator rows = page.locator("tbody tr");
        assertThat(rows).hasCount(50);
        String first = rows.first().textContent();
        ConsoleBrowser.button(page, "Next page").click();
        assertThat(page).hasURL(Pattern.compile(".*&cursor=.*"));
        assertThat(rows.first()).not().hasText(first);
        String second = rows.first().textContent();
        String address = page.url();
        page.goBack();
        assertThat(rows.first()).hasText(first);
        page.goForward();
        assertThat(rows.first()).hasText(second);

        page.reload();
        page.getByLabel("Access token").fill(Token.ofAllScopes());
        page.keyboard().press("Enter");

        assertThat(rows.first()).hasText(second);
        assertThat(page).hasURL(address);
        assertThat(page.getByLabel("Reason")).hasValue("ROW_REFUSED");
    }

    @Test
    void idsBytesAndCallsAreCopied() {
        String id = letterOf("{\"type\": \"user_login\", \"data\": {\"ip\": \"it's\"}}");
        Page page = page(english().setPermissions(List.of("clipboard-read", "clipboard-write")));
        signedIn(page, "dead-letters/" + id, Token.ofAllScopes());
        Map<String, String> copies = Map.of(
                "Copy the id",
                id,
                "Copy the text",
                "{\"type\": \"user_login\", \"data\": {\"ip\": \"it's\"}}",
                "Copy as curl",
                "curl -X GET '" + origin() + "/api/dead-letters/" + id + "' \\\n  -H \"Authorization: Bearer $TOKEN\"");
        copies.forEach((name, copied) -> {
            ConsoleBrowser.button(page, name).click();
            assertThat(page.getByRole(AriaRole.STATUS).getByText("Copied")).isVisible();
            assertThat(page.evaluate("navigator.clipboard.readText()")).isEqualTo(copied);
        });
    }

    @Test
    void aFailedItemOfABulkAction_isReported() {
        List<String> ids =
                IntStream.range(0, 2).mapToObj(i -> letterOf("partly " + i)).toList();
        Page page = signedIn("dead-letters?tab=letters&reason=MALFORMED_JSON&from="
                + Instant.now().minusSeconds(60));
        for (String id : ids) {
            page.getByLabel("Select " + id).check();
        }
        assertThat(gateway.post("/api/dead-letters/" + ids.get(0) + "/replay", "{}")
                        .status())
                .isEqualTo(200);
        page.keyboard().press("d");
        assertThat(ConsoleBrowser.button(page, "Discard 2 dead letters")).isVisible();
        page.keyboard().type("partly");
        page.keyboard().press("Enter");
        Locator dialog = page.getByRole(AriaRole.DIALOG);
        assertThat(dialog.getByRole(AriaRole.STATUS)).containsText("1 discarded, 0 skipped, 1 failed");
        assertThat(dialog.getByText("This dead letter has already been replayed, discarded or erased"))
                .isVisible();
        assertThat(dialog.locator("a[href='#/dead-letters/" + ids.get(0) + "']"))
                .isVisible();
    }

    @Test
    void everyPageIsAccessibleAndFits_inBothLanguagesAndThemes() {
        String id = letterOf(
                "{\"type\": \"user_login\", \"data\": {\"user_id\": 7, \"ip\": \"192.0.2.55\", \"action\": \"login\"}}");
        gateway.post(
                "/api/events",
                "{\"id\": \"seen\", \"type\": \"system_error\", \"data\": {\"service\": \"billing\", \"error\": \"none\"}}");
        await().atMost(ARRIVAL).until(() -> gateway.get("/api/events/seen").status() == 200);
        List<String> places = List.of(
                "overview",
                "dead-letters",
                "dead-letters?tab=letters",
                "dead-letters?tab=jobs",
                "dead-letters/" + id,
                "events",
                "events?tab=live",
                "events/seen",
                "flow",
                "kafka",
                "flow?tab=table&route=publish-event",
                "kafka/user_events",
                "audit");
        List<String> faults = new ArrayList<>();
        Page page = page();
        page.navigate(url(""));
        look(page, "sign-in", faults);
        signedIn(page, "overview", Token.ofAllScopes());
        for (String place : places) {
            page.waitForResponse(answer -> answer.url().contains("/api/"), () -> go(page, place));
            page.locator("main section").first().waitFor();
            assertThat(page.locator("main").getByText(Pattern.compile("^(Loading …|加载中……)$")))
                    .hasCount(0);
            look(page, place.replace(id, "one").replaceAll("[^a-z-]+", "-"), faults);
        }
        go(page, "dead-letters/" + id);
        for (String key : List.of("r", "e", "d", "?")) {
            page.locator("[data-shortcut='d']").waitFor();
            page.keyboard().press(key);
            page.locator("dialog").waitFor();
            look(page, "dialog-" + (key.equals("?") ? "help" : key), faults);
            page.keyboard().press("Escape");
            assertThat(page.locator("dialog")).hasCount(0);
        }
        assertThat(faults).isEmpty();
    }

    /**
     * Returns both themes for each language with {@code -Dconsole.all}. By default each language has one theme, which
     * takes half the time.
     */
    private static List<ColorScheme> themes(String language) {
        if (Boolean.getBoolean("console.all")) {
            return List.of(ColorScheme.LIGHT, ColorScheme.DARK);
        }
        return List.of(language.equals("en") ? ColorScheme.LIGHT : ColorScheme.DARK);
    }

    /** Checks the page in both languages and themes, which change without loading. */
    private static void look(Page page, String name, List<String> faults) {
        for (String language : List.of("zh-CN", "en")) {
            speak(page, language);
            for (ColorScheme theme : themes(language)) {
                page.emulateMedia(
                        new EmulateMediaOptions().setColorScheme(theme).setReducedMotion(ReducedMotion.REDUCE));
                lookOnce(page, name + "-" + language + "-" + theme, faults);
            }
        }
    }

    /** Changes the language, also behind an open dialog. */
    private static void speak(Page page, String language) {
        page.evaluate(
                "language => document.documentElement.lang === language || document.querySelector(`button[lang=${language}]`).click()",
                language);
        assertThat(page.locator("html")).hasAttribute("lang", language);
    }

    private static void lookOnce(Page page, String name, List<String> faults) {
        for (int width : List.of(390, 1280)) {
            page.setViewportSize(width, 900);
            ConsoleBrowser.picture(page, name);
            int wide = (Integer) page.evaluate("document.documentElement.scrollWidth");
            if (wide > width) {
                faults.add(name + ": " + wide + " pixels wide at " + width);
            }
        }
        if (Boolean.TRUE.equals(page.evaluate("window.axe === undefined"))) {
            page.evaluate(axe);
        }
        // A description of the passed rules would take most of the time.
        Object violations =
                page.evaluate("async () => (await axe.run({resultTypes: ['violations'], preload: false})).violations"
                        + ".map(violation => violation.id + ' ' + violation.nodes[0].html)");
        ((List<?>) violations).forEach(violation -> faults.add(name + ": " + violation));
    }

    @Test
    void filesAreCompressed_andCached() {
        Reply page = gateway.call("GET", "/console/")
                .token(null)
                .header("Accept-Encoding", "gzip")
                .sendUnheld();
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=utf-8");
        assertThat(page.header("Content-Security-Policy"))
                .startsWith("default-src 'none'; script-src 'self'; style-src 'self'")
                .contains("frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.header("Set-Cookie")).isNull();
        Reply again = gateway.call("GET", "/console/")
                .token(null)
                .header("Accept-Encoding", "gzip")
                .header("If-None-Match", page.header("ETag"))
                .sendUnheld();
        assertThat(again.status()).isEqualTo(304);
        Reply plain = gateway.call("GET", "/console/").token(null).send();
        assertThat(plain.header("Content-Encoding")).isNull();
        assertThat(plain.header("ETag")).isNotEqualTo(page.header("ETag"));
        assertThat(plain.text()).startsWith("<!DOCTYPE html>");
        Reply head = gateway.call("HEAD", "/console/main.js").token(null).sendUnheld();
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        for (String path : List.of(
                "/console/nothing.js", "/console/../application.yaml", "/console/lib/preact", "/console/pages")) {
            assertThat(gateway.call("GET", path).token(null).sendUnheld().status())
                    .as(path)
                    .isIn(400, 404);
        }
        assertThat(gateway.call("POST", "/console/main.js")
                        .token(null)
                        .sendUnheld()
                        .status())
                .isEqualTo(405);
        assertThat(gateway.call("GET", "/console").token(null).sendUnheld().body())
                .isEqualTo(plain.body());
    }

    @Test
    void bothLanguagesHaveTheSameTexts() throws Exception {
        assertThat(names("text-en.js")).isEqualTo(names("text-zh.js")).hasSizeGreaterThan(100);
        try (var files = Files.walk(TEXTS)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".js")).toList()) {
                assertThat(Files.readString(file))
                        .as(file.toString())
                        .doesNotContain("innerHTML", "insertAdjacentHTML", "eval(");
            }
        }
    }

    private static Set<String> names(String file) throws Exception {
        return new TreeSet<>(Pattern.compile("^  \"([^\"]+)\":", Pattern.MULTILINE)
                .matcher(Files.readString(TEXTS.resolve(file)))
                .results()
                .map(match -> match.group(1))
                .toList());
    }
}
