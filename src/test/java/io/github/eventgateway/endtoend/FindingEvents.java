package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.EndToEndScenario.systemEvent;
import static io.github.eventgateway.endtoend.EndToEndScenario.unique;
import static io.github.eventgateway.endtoend.TakingEvents.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.event.Timestamps;
import io.github.eventgateway.testing.Reply;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Finds stored events by id, by each filter, and page by page. */
interface FindingEvents extends EndToEndScenario {

    @Test
    default void eachFilterFindsItsEvents_andLeavesOutTheOthers() {
        String username = unique();
        String user = unique();
        String service = unique();
        String login = unique();
        String logout = unique();
        String error = unique();
        take("""
                {"id": "%s", "type": "user_login", "timestamp": "2020-05-01T10:00:00Z", "data":
                 {"user_id": "%s", "username": "%s", "ip": "192.0.2.101", "action": "a", "note": "100%%_Sure!"}}""".formatted(login, user, username));
        take("""
                {"id": "%s", "type": "user_logout", "timestamp": "2020-05-01T13:00:00+01:00", "data":
                 {"user_id": 815, "username": "%s", "ip": "2001:db8::5", "action": "b"}}""".formatted(logout, username));
        take(systemEvent(error, "system_error", "error", service, "warn"));

        String mine = "username=" + username;
        assertThat(found(mine)).containsExactly(logout, login);
        assertThat(found(mine + "&type=user_login")).containsExactly(login);
        assertThat(found("user_id=" + user)).containsExactly(login);
        assertThat(found(mine + "&user_id=815")).containsExactly(logout);
        assertThat(found(mine + "&ip=192.0.2.101")).containsExactly(login);
        assertThat(found(mine + "&ip=2001:db8::5")).containsExactly(logout);
        assertThat(found(mine + "&topic=system_logs")).isEmpty();
        assertThat(found(mine + "&topic=user_events")).hasSize(2);
        assertThat(found("service=" + service)).containsExactly(error);
        assertThat(found("service=" + service + "&level=warn")).containsExactly(error);
        assertThat(found("service=" + service + "&level=fatal")).isEmpty();
        assertThat(found(mine + "&from=2020-05-01T10:00:00.001Z")).containsExactly(logout);
        assertThat(found(mine + "&to=2020-05-01T12:00:00Z")).containsExactly(login);
        assertThat(found(mine + "&from=2020-05-01T10:00:00Z&to=2020-05-01T12:00:00Z"))
                .containsExactly(login);
        assertThat(found(mine + "&from=" + encoded("2020-05-01T13:00:00+01:00")))
                .containsExactly(logout);
        assertThat(found(mine + "&q=" + encoded("100%_sURE!"))).containsExactly(login);
        assertThat(found(mine + "&q=" + encoded("100__Sure")))
                .as("wildcards are ordinary characters")
                .isEmpty();
    }

    @Test
    default void pagesShowEachEventOnce_newestFirst_whileOthersComeIn() {
        String service = unique();
        List<String> ids = IntStream.range(0, 7)
                .mapToObj(i -> {
                    String id = unique();
                    // Four events have the same time, and differ in their ids.
                    take("""
                            {"id": "%s", "type": "system_info", "timestamp": "2021-01-01T00:00:0%dZ",
                             "data": {"service": "%s", "message": "m"}}""".formatted(id, Math.min(i, 3), service));
                    return id;
                })
                .toList();

        List<String> seen = new ArrayList<>();
        Reply page = gateway().get("/api/events?limit=2&service=" + service);
        seen.addAll(page.data("/items").findValuesAsText("id"));
        take("""
                {"id": "%s", "type": "system_info", "timestamp": "2022-01-01T00:00:00Z",
                 "data": {"service": "%s", "message": "m"}}""".formatted(unique(), service));
        while (!page.data("/next_cursor").asText("").isEmpty()
                && !page.data("/next_cursor").isNull()) {
            page = gateway()
                    .get("/api/events?limit=2&service=" + service + "&cursor="
                            + page.data("/next_cursor").asText());
            assertThat(page.status()).isEqualTo(200);
            seen.addAll(page.data("/items").findValuesAsText("id"));
        }

        assertThat(seen).containsExactlyInAnyOrderElementsOf(ids);
        List<String> oldest = new ArrayList<>(ids.subList(0, 3));
        Collections.reverse(oldest);
        assertThat(seen.subList(4, 7)).isEqualTo(oldest);
    }

    /** The locale of the database must not matter. */
    @Test
    default void textIsFoundInUpperAndLowerCase() {
        String username = unique();
        List<String> texts = List.of(
                "ДИСК полон",
                "ΟΔΟΣ οδός",
                "Ünal ŁÓDŹ",
                "\ud801\udc00 Ǆ",
                "K \u212a \u017f",
                "a.b*c[d]\\e(f)^$|+?{}",
                "磁盘已满");
        List<String> ids = texts.stream()
                .map(text -> {
                    String id = unique();
                    ObjectNode event =
                            StrictJson.MAPPER.createObjectNode().put("id", id).put("type", "user_login");
                    event.putObject("data")
                            .put("user_id", 7)
                            .put("username", username)
                            .put("ip", "192.0.2.7")
                            .put("action", "a")
                            .put("note", text);
                    take(event.toString());
                    return id;
                })
                .toList();

        Map.ofEntries(
                        Map.entry("диск ПОЛОН", 0),
                        Map.entry("οδοσ ΟΔΌΣ", 1),
                        Map.entry("ünAL łódź", 2),
                        Map.entry("\ud801\udc28 ǆ", 3),
                        Map.entry("\ud801\udc28 ǅ", 3),
                        Map.entry("k k s", 4),
                        Map.entry("B*C[D]", 5),
                        Map.entry("(F)^$|+?{}", 5),
                        Map.entry("盘已", 6))
                .forEach((q, index) -> assertThat(found("username=" + username + "&q=" + encoded(q)))
                        .as(q)
                        .containsExactly(ids.get(index)));
        for (String q : List.of("ДИСКполон", "unal", "B.C", "a.*e")) {
            assertThat(found("username=" + username + "&q=" + encoded(q))).as(q).isEmpty();
        }
    }

    /** Includes times before 1582-10-15, when another calendar was in use, and the first and last possible ones. */
    @Test
    default void everyTimestampIsReturnedUnchanged_andPagesIncludeAllOfThem() {
        String service = unique();
        Random random = new Random(7);
        Map<String, Instant> times = new HashMap<>();
        for (String edge : List.of(
                "0001-01-01T00:00:00Z",
                "0001-01-01T00:00:00.000000999Z",
                "1500-03-01T00:00:00Z",
                "1582-10-04T23:59:59.999999999Z",
                "1582-10-05T00:00:00Z",
                "1582-10-14T23:59:59.9999995Z",
                "1582-10-15T00:00:00Z",
                "9999-12-31T23:59:59.9999995Z",
                "9999-12-31T23:59:59.999999999Z")) {
            times.put(unique(), Instant.parse(edge));
        }
        while (times.size() < 60) {
            long second = random.nextLong(Timestamps.EARLIEST.getEpochSecond(), Timestamps.LATEST.getEpochSecond());
            times.put(unique(), Instant.ofEpochSecond(second, random.nextInt(1_000_000_000)));
        }
        String batch = times.entrySet().stream()
                .map(event -> """
                        {"id": "%s", "type": "system_info", "timestamp": "%s",
                         "data": {"service": "%s", "message": "m"}}""".formatted(event.getKey(), event.getValue(), service))
                .collect(Collectors.joining(",", "[", "]"));
        assertThat(gateway().post("/api/events/batch", batch).status()).isEqualTo(202);
        times.keySet().forEach(this::stored);

        Map<String, Instant> seen = new LinkedHashMap<>();
        String cursor = "";
        do {
            Reply page = gateway().get("/api/events?limit=7&service=" + service + cursor);
            assertThat(page.status()).as(page.toString()).isEqualTo(200);
            page.data("/items").forEach(item -> {
                Instant time = Instant.parse(item.get("timestamp").asText());
                assertThat(seen.put(item.get("id").asText(), time))
                        .as("each event once")
                        .isNull();
            });
            cursor = page.data("/next_cursor").isNull()
                    ? null
                    : "&cursor=" + page.data("/next_cursor").asText();
        } while (cursor != null);

        assertThat(seen).isEqualTo(times);
        assertThat(seen.values().stream().map(time -> time.truncatedTo(ChronoUnit.MICROS)))
                .isSortedAccordingTo(Comparator.reverseOrder());
        times.forEach((id, time) -> {
            assertThat(gateway().get("/api/events/" + id).data("/timestamp").asText())
                    .isEqualTo(time.toString());
            String mine = "service=" + service + "&limit=500";
            assertThat(found(mine + "&from=" + time)).contains(id);
            assertThat(found(mine + "&to=" + time)).doesNotContain(id);
        });
    }

    @Test
    default void invalidParametersAreRefused_andNamed() {
        for (String query : List.of(
                "limit=0", "limit=501", "limit=many", "cursor=nonsense", "from=yesterday", "to=2020-01-01", "type=")) {
            Reply refused = gateway().get("/api/events?" + query);
            assertRefused(refused, 400, "INVALID_PARAMETER");
            assertThat(refused.paths()).containsExactly(query.substring(0, query.indexOf('=')));
        }
        Reply unknown = gateway().get("/api/events?user=1");
        assertRefused(unknown, 400, "INVALID_PARAMETER");
        assertThat(unknown.paths()).containsExactly("user");
        assertRefused(gateway().get("/api/events?type=a&type=b"), 400, "INVALID_PARAMETER");
        assertRefused(gateway().call("POST", "/api/events?type=a").json("{}").send(), 400, "INVALID_PARAMETER");
    }

    @Test
    default void anUnknownEvent_isNotFound() {
        assertRefused(gateway().get("/api/events/" + unique()), 404, "NOT_FOUND");
    }

    private void take(String event) {
        Reply taken = gateway().post("/api/events", event);
        assertThat(taken.status()).as(taken.toString()).isEqualTo(202);
        stored(taken.data("/id").asText());
    }

    private List<String> found(String query) {
        Reply reply = gateway().get("/api/events?" + query);
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        List<String> ids = new ArrayList<>();
        reply.data("/items").forEach(item -> ids.add(item.get("id").asText()));
        return ids;
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
