package io.github.eventgateway.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.eventgateway.testing.Token;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;

/** Creates hostile requests. The same seed, tokens and number give the same request in any JVM. Any thread. */
final class HostileRequests {

    /** Occurs only in header values, so it must never come back. */
    static final String MARKER = "zq7marker";

    /** The prefix of ids in hidden requests. None of these events may ever be accepted. */
    static final String SMUGGLED = "smuggled-";

    /** The lower-case names of headers that must not come back. */
    static final List<String> HOSTILE_NAMES = List.of(
            "publisher",
            "publisher-seal",
            "kafka.override_topic",
            "kafka.key",
            "kafka.partition_key",
            "kafka.topic",
            "kafka.headers",
            "kafka.override_timestamp",
            "camelkafkaoverridetopic",
            "camelhttpuri",
            "camelhttppath",
            "camelhttpquery",
            "camelhttpresponsecode",
            "camelresthttpuri",
            "camelfilename",
            "cameljdbcparameters",
            "cameljdbcquery",
            "cameljdbcretrievegeneratedkeys",
            "camelsqlquery",
            "camelbeanmethodname",
            "camelexecarguments",
            "cameltoendpoint",
            "camelrecipientlist",
            "camelcharsetname",
            "dlq-reason",
            "dlq-topic",
            "replay-group",
            "replay-id",
            "requestid",
            "callerAddress",
            "subject",
            "scopes",
            "message",
            "breadcrumbid",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-original-url",
            "x-rewrite-url",
            "forwarded");

    private static final List<String> INJECTIONS = List.of(
            "' OR 1=1 --",
            "'; DROP TABLE event; --",
            "1); DELETE FROM dead_letter; --",
            "\\' OR ''=''",
            "${jndi:ldap://127.0.0.1:1/a}",
            "${env:JWT_SECRET}",
            "{{env:JWT_SECRET}}",
            "{{gateway.security.jwt-secret}}",
            "${body}",
            "${sysenv.JWT_SECRET}",
            "${camelContext.stop()}",
            "#{T(x).y}",
            "%24%7Bbody%7D",
            "<script>alert(1)</script>",
            "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>",
            "../../../../etc/passwd",
            "..\\..\\windows\\win.ini",
            "file:///etc/passwd",
            "a\r\nSet-Cookie: zq=1",
            "a\nb",
            "\u0000",
            "a\u0000b",
            "\u202e\u2066",
            "\ud83d\ude00",
            "\ufeff",
            "%",
            "_%!",
            "%s%n%x",
            "$(id)",
            "`id`",
            "|id",
            ":?id",
            ":#id",
            "null",
            "true",
            "",
            "   ",
            "-1",
            "9223372036854775808",
            "1e400",
            "NaN",
            "\"}],\"x\":[{\"",
            "]]>",
            "A".repeat(300),
            "A".repeat(70_000));

    private static final List<String> FILTERS = List.of(
            "type",
            "topic",
            "user_id",
            "username",
            "ip",
            "service",
            "level",
            "from",
            "to",
            "q",
            "limit",
            "cursor",
            "id",
            "status",
            "reason",
            "group",
            "subject",
            "action",
            "outcome",
            "anchor",
            "after",
            "CamelHttpUri",
            "class",
            "x");

    /** The readable paths, with their parameters. */
    private static final Map<String, List<String>> READS = Map.of(
            "/api/events",
            List.of(
                    "type",
                    "topic",
                    "user_id",
                    "username",
                    "ip",
                    "service",
                    "level",
                    "from",
                    "to",
                    "q",
                    "limit",
                    "cursor"),
            "/api/dead-letters",
            List.of("topic", "group", "reason", "status", "from", "to", "limit", "cursor"),
            "/api/audit",
            List.of("subject", "action", "outcome", "from", "to", "limit", "cursor"),
            "/api/audit/verify",
            List.of("anchor", "after"),
            "/api/kafka/topics",
            List.of(),
            "/api/kafka/status",
            List.of(),
            "/api/events/",
            List.of(),
            "/api/openapi.yaml",
            List.of());

    /** A fixed order, so that the same seed creates the same inputs. */
    private static final List<String> READ_PATHS =
            READS.keySet().stream().sorted().toList();

    private static final List<String> TYPES = List.of(
            "user_login", "user_logout", "user_register", "user_update", "user_delete", "system_error", "system_info");

    private static final List<String> HEAVY_FIELDS =
            List.of("details", "more", "username", "/timestamp", "/data", "/extra");

    private final long seed;
    private final String token;
    private final String expired;
    private final String foreign;
    private final String unsigned;
    private final Map<String, Function<Making, Input>> kinds = new LinkedHashMap<>();
    private final List<String> names;

    /** The tokens of the requests. They contain times, so they cannot be created again from the seed. */
    record Tokens(String good, String expired, String foreign, String unsigned) {

        static Tokens ofNow() {
            return new Tokens(Token.ofAllScopes(), Token.expired(), Token.ofAnotherKey(), Token.unsigned());
        }
    }

    HostileRequests(long seed, Tokens tokens) {
        this.seed = seed;
        this.token = tokens.good();
        this.expired = tokens.expired();
        this.foreign = tokens.foreign();
        this.unsigned = tokens.unsigned();
        kinds.put("malformed UTF-8", this::malformedUtf8);
        kinds.put("deep nesting", this::nesting);
        kinds.put("duplicate keys", this::duplicates);
        kinds.put("huge and strange numbers", this::numbers);
        kinds.put("NUL, controls, half surrogates", this::controls);
        kinds.put("changed bytes", this::changedBytes);
        kinds.put("injection into fields", this::fields);
        kinds.put("injection into filters", this::filters);
        kinds.put("path tricks", this::paths);
        kinds.put("headers of others' concern", this::headers);
        kinds.put("broken headers", this::brokenHeaders);
        kinds.put("compressed bodies", this::compressed);
        kinds.put("wrong lengths", this::lengths);
        kinds.put("chunk tricks", this::chunked);
        kinds.put("requests inside requests", this::smuggled);
        kinds.put("methods", this::methods);
        kinds.put("request lines", this::requestLines);
        kinds.put("tokens", this::tokens);
        kinds.put("batches", this::batches);
        kinds.put("heavy events", this::heavyEvents);
        kinds.put("heavy batches", this::heavyBatches);
        kinds.put("triage", this::triage);
        kinds.put("media types and languages", this::mediaTypes);
        names = List.copyOf(kinds.keySet());
    }

    /** One input: its number, its kind, and the random numbers that belong to it. */
    private record Making(long number, String kind, Random random) {

        <T> T any(List<T> of) {
            return of.get(random.nextInt(of.size()));
        }

        String id() {
            return "fuzz-" + number;
        }
    }

    List<String> kinds() {
        return names;
    }

    Input make(long number) {
        Random random = new Random(seed * 1_000_003L + number);
        // Neighbouring seeds have nearly the same first number.
        random.nextLong();
        String kind = names.get(random.nextInt(names.size()));
        return kinds.get(kind).apply(new Making(number, kind, random));
    }

    // --- The content of events --------------------------------------------------------------------------------------

    private static String event(String id, String type, String field, String json) {
        boolean isUser = type.startsWith("user");
        Map<String, String> data = new LinkedHashMap<>();
        if (isUser) {
            data.put("user_id", "7");
            data.put("username", "\"fuzz\"");
            data.put("ip", "\"192.0.2.9\"");
            data.put("action", "\"a\"");
        } else {
            data.put("service", "\"fuzz\"");
            data.put(type.equals("system_error") ? "error" : "message", "\"e\"");
            data.put("level", type.equals("system_error") ? "\"warn\"" : "\"info\"");
        }
        Map<String, String> whole = new LinkedHashMap<>();
        whole.put("id", '"' + id + '"');
        whole.put("type", '"' + type + '"');
        if (field.startsWith("/")) {
            whole.put(field.substring(1), json);
        } else if (!field.isEmpty()) {
            data.put(field, json);
        }
        whole.putIfAbsent("data", object(data));
        return object(whole);
    }

    private static String object(Map<String, String> members) {
        StringBuilder text = new StringBuilder("{");
        members.forEach((name, value) -> text.append(text.length() > 1 ? "," : "")
                .append(name.startsWith("\"") ? name : quoted(name))
                .append(':')
                .append(value));
        return text.append('}').toString();
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c < 0x20 || c == '"' || c == '\\' || c > 0x7e) {
                quoted.append("\\u%04x".formatted((int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private static String field(Making making) {
        return making.any(List.of(
                "user_id",
                "username",
                "ip",
                "action",
                "service",
                "error",
                "message",
                "level",
                "details",
                "more",
                "/timestamp",
                "/type",
                "/data",
                "/extra"));
    }

    private Input post(Making making, String path, byte[] body, List<String> ids) {
        return new Input(making.kind(), request(making, "POST", path, "application/json", body), false, ids);
    }

    private Input publish(Making making, String json) {
        return publish(making, json.getBytes(UTF_8));
    }

    private Input publish(Making making, byte[] body) {
        return post(making, "/api/events", body, List.of(making.id()));
    }

    private Input malformedUtf8(Making making) {
        byte[] body = event(
                        making.id(),
                        making.any(TYPES),
                        making.any(List.of("username", "error", "message", "more")),
                        "\"@@@@\"")
                .getBytes(UTF_8);
        byte[][] bad = {
            {(byte) 0xc0, (byte) 0xaf},
            {(byte) 0xff},
            {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
            {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
            {(byte) 0xe2, (byte) 0x82},
            {(byte) 0x80},
            {(byte) 0xf8, (byte) 0x88, (byte) 0x80, (byte) 0x80}
        };
        byte[] piece = bad[making.random().nextInt(bad.length)];
        int at = making.random().nextBoolean()
                ? new String(body, ISO_8859_1).indexOf("@")
                : making.random().nextInt(body.length - 4);
        System.arraycopy(piece, 0, body, Math.max(0, at), piece.length);
        return publish(making, body);
    }

    private Input nesting(Making making) {
        int depth = making.any(List.of(10, 45, 49, 50, 51, 52, 53, 100, 1000, 20_000));
        String open = making.any(List.of("[", "{\"a\":"));
        String inner = making.any(List.of("1", "", "\"", "[]"));
        String close = making.random().nextInt(4) == 0 ? "" : (open.equals("[") ? "]" : "}").repeat(depth);
        String nested = open.repeat(depth) + inner + close;
        return publish(
                making,
                making.random().nextInt(5) == 0 ? nested : event(making.id(), making.any(TYPES), "details", nested));
    }

    private Input duplicates(Making making) {
        String twice = making.any(List.of("id", "type", "data"));
        String event = event(making.id(), making.any(TYPES), "", "");
        String value = making.any(List.of("\"user_login\"", "null", "{}", "\"other\""));
        String text = making.random().nextBoolean()
                ? event.substring(0, event.length() - 1) + ",\"" + twice + "\":" + value + "}"
                : event(making.id(), making.any(TYPES), "details", "{\"a\":1,\"\\u0061\":2}");
        return publish(making, text);
    }

    private Input numbers(Making making) {
        String number = making.any(List.of(
                "1e999999999",
                "-1e999999999",
                "1e-999999999",
                "9".repeat(99),
                "9".repeat(101),
                "9".repeat(5000),
                "0." + "0".repeat(90) + "1",
                "0." + "1".repeat(3000),
                "9223372036854775808",
                "-9223372036854775809",
                "-0",
                "-0.0",
                "0.0",
                "1E400",
                "1e2147483648",
                "1e-2147483649",
                "NaN",
                "Infinity",
                "-Infinity",
                "0x10",
                "01",
                "+1",
                "1.",
                ".5",
                "1e",
                "1_000",
                "\u0661"));
        return publish(making, event(making.id(), making.any(TYPES), field(making), number));
    }

    private Input controls(Making making) {
        String text = making.any(List.of(
                "\"\\u0000\"",
                "\"a\\u0000b\"",
                "\"\u0000\"",
                "\"\u0001\u001f\"",
                "\"\\ud800\"",
                "\"\\udc00\\ud800\"",
                "\"\\ud800\\u0041\"",
                "\"\\uffff\\ufffe\"",
                "\"\\u001b[31m\"",
                "\"\u0085\u2028\"",
                "{\"\\u0000\":1}",
                "{\"\\ud800\":1}",
                "\"\\x00\"",
                "\"\\u00\""));
        boolean inId = making.random().nextInt(6) == 0;
        return publish(
                making,
                inId
                        ? event("x", making.any(TYPES), "", "").replace("\"x\"", text)
                        : event(making.id(), making.any(TYPES), field(making), text));
    }

    private Input changedBytes(Making making) {
        byte[] body = event(making.id(), making.any(TYPES), "more", "{\"a\":[1,2.5,null,true,\"\\u00e9\"]}")
                .getBytes(UTF_8);
        int idEnd = new String(body, ISO_8859_1).indexOf(',');
        int changes = 1 + making.random().nextInt(4);
        for (int i = 0; i < changes; i++) {
            body[idEnd + making.random().nextInt(body.length - idEnd)] =
                    (byte) making.random().nextInt(256);
        }
        if (making.random().nextInt(4) == 0) {
            body = Arrays.copyOf(body, making.random().nextInt(body.length));
        }
        return publish(making, body);
    }

    private Input fields(Making making) {
        String injected = quoted(making.any(INJECTIONS));
        int where = making.random().nextInt(6);
        if (where == 0) {
            return publish(
                    making, event(making.id(), making.any(TYPES), "", "").replace(quoted(making.id()), injected));
        }
        if (where == 1) {
            String data = event(making.id(), making.any(TYPES), field(making).replace("/", ""), injected);
            data = data.substring(data.indexOf("\"data\":") + 7, data.length() - 1);
            return post(making, "/api/events/" + making.any(TYPES), data.getBytes(UTF_8), List.of());
        }
        if (where == 2) {
            return post(making, "/api/kafka/test", ("{\"message\":" + injected + "}").getBytes(UTF_8), List.of());
        }
        if (where == 3) {
            String type = making.any(TYPES);
            String named = event(making.id(), type, "", "");
            return publish(making, named.substring(0, named.length() - 2) + "," + injected + ":1}}");
        }
        return publish(making, event(making.id(), making.any(TYPES), field(making), injected));
    }

    // --- Queries and paths
    // --------------------------------------------------------------------------------------------

    private Input filters(Making making) {
        String path = making.any(READ_PATHS);
        boolean strangers = READS.get(path).isEmpty() || making.random().nextInt(6) == 0;
        List<String> parameters = strangers ? FILTERS : READS.get(path);
        StringBuilder query = new StringBuilder("?");
        int count = 1 + making.random().nextInt(3);
        for (int i = 0; i < count; i++) {
            String value = making.any(INJECTIONS);
            value = value.length() > 5000 ? value.substring(0, 5000) : value;
            String written = making.random().nextInt(5) == 0 ? rawQuery(value) : URLEncoder.encode(value, UTF_8);
            query.append(i > 0 ? "&" : "")
                    .append(making.any(parameters))
                    .append('=')
                    .append(written);
        }
        String strange = making.any(List.of(
                "",
                "",
                "",
                "",
                "",
                "",
                "&",
                "&&=",
                "&=x",
                ";a=b",
                "&limit",
                "&%",
                "&%zz=1",
                "&q=%00",
                "&q=%ff%fe",
                "&q=%c0%af",
                "&type[]=1",
                "&type=a&type=b",
                "#x"));
        return get(making, path + query + (making.random().nextInt(4) == 0 ? strange : ""));
    }

    private static String rawQuery(String value) {
        return value.replaceAll("[\\x00-\\x20\\x7f-\\uffff]", "");
    }

    private Input get(Making making, String target) {
        return new Input(making.kind(), request(making, "GET", target, null, new byte[0]), false, List.of());
    }

    private Input paths(Making making) {
        String path = making.any(List.of(
                "/api/events/%2e%2e/kafka/status",
                "/api/../api/events",
                "/api/./events",
                "/api//events",
                "//api/events",
                "/api/events/",
                "/api/events;jsessionid=1",
                "/api;x=y/events",
                "/api/events/..;/audit",
                "/api/events%2fbatch",
                "/api%2fevents",
                "/api/events%5cbatch",
                "/api\\events",
                "/api/events%00",
                "/api/events/%00",
                "/api/events/a%0d%0aSet-Cookie:%20zq=1",
                "/api/events/%ff%fe",
                "/api/events/%c0%ae%c0%ae",
                "/api/events/%252e%252e",
                "/api/events/%",
                "/api/events/%zz",
                "/api/events/" + "a".repeat(2000),
                "/api/events/" + "%41".repeat(1000),
                "/API/EVENTS",
                "/proxy/http://127.0.0.1:9876/observe/metrics",
                "/proxy:http://127.0.0.1:1/",
                "/http://127.0.0.1:9876/observe/health",
                "/observe/metrics",
                "/observe/health",
                "/actuator/env",
                "/actuator/heapdump",
                "/docs/../application.yaml",
                "/docs/%2e%2e/application.yaml",
                "/docs/..%2f..%2fapplication.yaml",
                "/webjars/..%2f..%2fapplication.properties",
                "/webjars/swagger-ui/../../../application.yaml",
                "/WEB-INF/web.xml",
                "/META-INF/MANIFEST.MF",
                "/error",
                "/application.yaml",
                "/data/signing.key",
                "/.env",
                "/api/kafka/topics/..",
                "/api/kafka/topics/%2e%2e%2f",
                "/api/kafka/topics/" + "t".repeat(300),
                "/api/kafka/topics/a%20b",
                "/api/kafka/topics/__consumer_offsets",
                "/api/kafka/topics/%00",
                "/api/dead-letters/%27%20OR%201=1",
                "/api/dead-letters/..%2freplay",
                "/api/events/{id}",
                "/api/events/*",
                "/api/events/**",
                "*",
                "/"));
        return get(making, path + making.any(List.of("", "", "?", "?x", "/", ";", "%20", "?a=b")));
    }

    // --- Headers
    // ------------------------------------------------------------------------------------------------------

    private Input headers(Making making) {
        Map<String, String> hostile = new LinkedHashMap<>();
        int count = 1 + making.random().nextInt(6);
        for (int i = 0; i < count; i++) {
            hostile.put(
                    making.any(HOSTILE_NAMES),
                    MARKER + making.any(List.of("", "-evil", " ${body}", ",a", ";b", "=", "\"", "\t", "(c)")));
        }
        boolean reads = making.random().nextInt(3) == 0;
        byte[] bytes = reads
                ? request("GET", making.any(READ_PATHS), null, new byte[0], hostile, token)
                : request(
                        "POST",
                        "/api/events",
                        "application/json",
                        event(making.id(), making.any(TYPES), "", "").getBytes(UTF_8),
                        hostile,
                        token);
        return new Input(making.kind(), bytes, false, reads ? List.of() : List.of(making.id()));
    }

    private Input brokenHeaders(Making making) {
        String header = making.any(List.of(
                "X-A: " + MARKER + "\rX-B: 1",
                "X-A: " + MARKER + "\nkafka.OVERRIDE_TOPIC: evil",
                "X-A: a\r\n folded: " + MARKER,
                "X-A\u0000: " + MARKER,
                "X-A: " + MARKER + "\u0000",
                "X-A: " + MARKER + "\u0001\u007f",
                "X A: " + MARKER,
                "X-A : " + MARKER,
                ": " + MARKER,
                "X-\u00e9: " + MARKER,
                "X-A: \u00ff\u00fe",
                MARKER,
                "X-A: " + "a".repeat(9000),
                ("X-Many: 1\r\n").repeat(120) + "X-A: 1",
                "Host: a\r\nHost: b",
                "Host: a b",
                "Host: [::1",
                "Host: x:99999999",
                "Connection: close, keep-alive, upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
                "Upgrade: websocket\r\nConnection: Upgrade",
                "Expect: 100-continue",
                "Expect: " + MARKER,
                "Range: bytes=0-1,2-3,0-,-1",
                "If-None-Match: *",
                "If-Modified-Since: " + MARKER,
                "Cookie: JSESSIONID=1; a=\u0001",
                "TE: trailers\r\nTrailer: kafka.KEY",
                "Content-Type: application/json\r\nContent-Type: text/xml"));
        boolean reads = making.random().nextBoolean();
        String event = event(making.id(), making.any(TYPES), "", "");
        String head = (reads ? "GET /api/events?limit=1" : "POST /api/events")
                + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + token
                + "\r\n" + header + "\r\n"
                + (reads ? "" : "Content-Type: application/json\r\nContent-Length: " + event.length() + "\r\n")
                + "\r\n";
        return new Input(
                making.kind(),
                (head + (reads ? "" : event)).getBytes(ISO_8859_1),
                true,
                reads ? List.of() : List.of(making.id()));
    }

    // --- Bodies and their lengths
    // ---------------------------------------------------------------------------------------

    private Input compressed(Making making) {
        String coding = making.any(
                List.of("gzip", "x-gzip", "deflate", "br", "zstd", "identity", "gzip, gzip", "compress", "*", MARKER));
        byte[] plain = making.random().nextInt(20) == 0
                ? new byte[20_000_000]
                : event(making.id(), making.any(TYPES), "", "").getBytes(UTF_8);
        byte[] body = making.random().nextInt(5) == 0 && plain.length < 1000 ? plain : gzip(plain);
        Map<String, String> headers = making.random().nextInt(5) == 0 ? Map.of() : Map.of("Content-Encoding", coding);
        boolean isPlain = body == plain && (headers.isEmpty() || coding.equals("identity"));
        return new Input(
                making.kind(),
                request(
                        "POST",
                        making.any(List.of("/api/events", "/api/events/batch")),
                        "application/json",
                        body,
                        headers,
                        token),
                false,
                isPlain ? List.of(making.id()) : List.of());
    }

    private static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private Input lengths(Making making) {
        String body = event(making.id(), making.any(TYPES), "", "");
        String length = making.any(List.of(
                String.valueOf(body.length() + 10),
                String.valueOf(body.length() - 5),
                "0",
                "-1",
                "+" + body.length(),
                " " + body.length() + " ",
                body.length() + "," + body.length(),
                body.length() + ", 3",
                "0x" + Integer.toHexString(body.length()),
                body.length() + ".0",
                "99999999999999999999",
                "2147483648",
                "1048577",
                "16777217",
                "",
                "abc",
                body.length() + "\r\nContent-Length: " + body.length(),
                body.length() + "\r\nContent-Length: 3",
                "00000000" + body.length()));
        String path =
                making.any(List.of("/api/events", "/api/events/batch", "/api/kafka/test", "/api/dead-letters/replay"));
        return ending(
                making,
                head("POST", path) + "Content-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n" + body,
                List.of(making.id()));
    }

    private Input chunked(Making making) {
        String body = event(making.id(), making.any(TYPES), "", "");
        String size = Integer.toHexString(body.length());
        String chunks = making.any(List.of(
                size + "\r\n" + body + "\r\n0\r\n\r\n",
                size + "\r\n" + body + "\r\n0\r\nkafka.OVERRIDE_TOPIC: " + MARKER + "\r\n\r\n",
                size + ";a=" + MARKER + "\r\n" + body + "\r\n0\r\n\r\n",
                size + ";" + "a".repeat(10_000) + "\r\n" + body + "\r\n0\r\n\r\n",
                "0" + size + "\r\n" + body + "\r\n0\r\n\r\n",
                "000000000000000000" + size + "\r\n" + body + "\r\n0\r\n\r\n",
                size + "\r\n" + body,
                size + "\r\n" + body + "\r\n",
                size + "\r\n" + body + "0\r\n\r\n",
                size + "\n" + body + "\n0\n\n",
                "-1\r\n" + body + "\r\n0\r\n\r\n",
                "ffffffffffffffff\r\n" + body + "\r\n0\r\n\r\n",
                "7fffffff\r\n" + body + "\r\n0\r\n\r\n",
                "zz\r\n" + body + "\r\n0\r\n\r\n",
                "0x" + size + "\r\n" + body + "\r\n0\r\n\r\n",
                "\r\n" + body + "\r\n0\r\n\r\n",
                "1\r\n{\r\n".repeat(2000) + "0\r\n\r\n",
                "0\r\n\r\n",
                "0\r\n" + ("T: " + "a".repeat(1000) + "\r\n").repeat(30) + "\r\n"));
        return ending(
                making,
                head("POST", "/api/events") + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + chunks,
                List.of(making.id()));
    }

    /**
     * Returns a request with a second one in its body and two different lengths. Whichever length is used, the second
     * request must not be processed.
     */
    private Input smuggled(Making making) {
        String inner = event(SMUGGLED + making.number(), "user_login", "", "");
        String hidden = head("POST", "/api/events") + "Content-Type: application/json\r\nContent-Length: "
                + inner.length() + "\r\n\r\n" + inner;
        String outer = event(making.id(), making.any(TYPES), "", "");
        String size = Integer.toHexString(outer.length());
        String whole = size + "\r\n" + outer + "\r\n0\r\n\r\n";
        String framing = making.any(List.of(
                "Content-Length: " + whole.length() + "\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: " + (whole.length() + hidden.length()),
                "Content-Length: 4\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\nContent-Length: "
                        + (whole.length() + hidden.length()),
                "Transfer-Encoding: chunked, identity\r\nContent-Length: " + (whole.length() + hidden.length()),
                "Transfer-Encoding: xchunked\r\nContent-Length: " + (whole.length() + hidden.length()),
                "Transfer-Encoding : chunked\r\nContent-Length: " + (whole.length() + hidden.length()),
                "Transfer-Encoding:\u000bchunked\r\nContent-Length: " + (whole.length() + hidden.length()),
                "Transfer-Encoding:\r\n chunked\r\nContent-Length: " + (whole.length() + hidden.length()),
                "X: y\nTransfer-Encoding: chunked\r\nContent-Length: " + (whole.length() + hidden.length()),
                "Content-Length: " + whole.length() + "\r\nContent-Length: " + (whole.length() + hidden.length()),
                "Content-Length: " + (whole.length() + hidden.length()) + ", " + whole.length()));
        if (making.random().nextInt(6) == 0) {
            String old = head("POST", "/api/events").replace("HTTP/1.1", "HTTP/1.0") + "Connection: keep-alive\r\n";
            return ending(
                    making,
                    old + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + whole + hidden,
                    List.of(making.id()));
        }
        return ending(
                making,
                head("POST", "/api/events") + "Content-Type: application/json\r\n" + framing + "\r\n\r\n" + whole
                        + hidden,
                List.of(making.id()));
    }

    // --- Request lines and methods
    // ----------------------------------------------------------------------------------------

    private Input methods(Making making) {
        String method = making.any(List.of(
                "TRACE",
                "CONNECT",
                "OPTIONS",
                "PUT",
                "DELETE",
                "PATCH",
                "HEAD",
                "get",
                "GETS",
                "PROPFIND",
                "DEBUG",
                "G\u0001T",
                "GET\t",
                "\"GET\"",
                "A".repeat(500)));
        String target = making.any(List.of(
                "/api/events",
                "/api/events/batch",
                "/api/audit",
                "/api/dead-letters/x/discard",
                "/docs/",
                "*",
                "127.0.0.1:9876"));
        String override = making.any(
                List.of("X-HTTP-Method-Override: POST", "X-HTTP-Method: DELETE", "X-Method-Override: POST", "X-A: b"));
        String text =
                method + " " + target + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + token + "\r\n" + override
                        + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 14\r\n\r\n_method=DELETE";
        return new Input(making.kind(), text.getBytes(ISO_8859_1), true, List.of());
    }

    private Input requestLines(Making making) {
        String line = making.any(List.of(
                "GET /api/events",
                "GET /api/events HTTP/0.9",
                "GET /api/events HTTP/1.0",
                "GET /api/events HTTP/1.2",
                "GET /api/events HTTP/2.0",
                "GET /api/events HTTP/9.9",
                "GET /api/events HTTP/1.1 HTTP/1.1",
                "GET /api/events http/1.1",
                "GET  /api/events HTTP/1.1",
                "GET\t/api/events\tHTTP/1.1",
                "GET http://127.0.0.1:9876/observe/metrics HTTP/1.1",
                "GET http://evil.example/api/events HTTP/1.1",
                "GET https://a@b/api/events HTTP/1.1",
                "GET /api/events?a=\"<>\\^`{|} HTTP/1.1",
                "GET /api/\u00e9vents HTTP/1.1",
                "GET /api/events#x HTTP/1.1",
                "GET " + "/a".repeat(5000) + " HTTP/1.1",
                "GET /api/events?" + "a=b&".repeat(3000) + " HTTP/1.1",
                "GET /api/events?" + "a=b&".repeat(1500) + " HTTP/1.1",
                "GET",
                " ",
                "\u0000\u0001\u0002\u0003",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
                "PRI * HTTP/2.0\r\n\r\nSM",
                "\r\n\r\nGET /api/events HTTP/1.1",
                "PROXY TCP4 1.2.3.4 5.6.7.8 1 2",
                "{\"type\":\"user_login\"}"));
        return ending(making, line + "\r\nHost: a\r\nConnection: close\r\n\r\n", List.of());
    }

    // --- Tokens, batches, triage, media types
    // -----------------------------------------------------------------------------

    private Input tokens(Making making) {
        String bad = making.any(List.of(
                "Bearer",
                "Bearer ",
                "Bearer " + expired,
                "Bearer " + foreign,
                "Bearer " + unsigned,
                "Bearer " + token + "x",
                "Bearer " + token.substring(0, token.length() - 5),
                "Bearer " + token + "." + token,
                "Bearer ..",
                "Bearer a.b.c",
                "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.",
                "Bearer eyJhbGciOiJSUzI1NiIsImp3ayI6e319.e30.AA",
                "Bearer " + "a".repeat(6000),
                "Bearer \u0000",
                "bearer " + token,
                "Basic YTpi",
                "Negotiate " + MARKER,
                token,
                "Bearer " + token + ", Bearer " + token));
        boolean inQuery = making.random().nextInt(6) == 0;
        String target = making.any(List.of(
                "/api/events", "/api/audit", "/api/dead-letters/replay", "/api/kafka/status", "/docs/", "/nothing"));
        String text = "GET " + target + (inQuery ? "?access_token=" + token : "") + " HTTP/1.1\r\nHost: a\r\n"
                + (inQuery ? "" : "Authorization: " + bad + "\r\n") + "\r\n";
        return new Input(making.kind(), text.getBytes(ISO_8859_1), true, List.of());
    }

    private Input batches(Making making) {
        int size = 1 + making.random().nextInt(8);
        boolean lines = making.random().nextBoolean();
        List<String> ids = new ArrayList<>();
        List<String> events = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            String id = making.id() + "-" + i;
            ids.add(id);
            events.add(making.any(List.of(
                    event(id, making.any(TYPES), "", ""),
                    event(id, making.any(TYPES), field(making), quoted(making.any(INJECTIONS))),
                    event(id, making.any(TYPES), "more", "[".repeat(60) + "]".repeat(60)),
                    event(id, making.any(TYPES), "more", "1e999999999"),
                    "null",
                    "[]",
                    "{}",
                    lines ? "{\"id\":" : "7")));
        }
        String body = lines
                ? String.join(making.any(List.of("\n", "\r\n")), events)
                : making.any(List.of("[", "[", "[", "[[", "{"))
                        + String.join(",", events)
                        + making.any(List.of("]", "]", "]", "", "]]"));
        String type = lines ? "application/x-ndjson" : "application/json";
        return new Input(
                making.kind(), request(making, "POST", "/api/events/batch", type, body.getBytes(UTF_8)), false, ids);
    }

    private Input heavyEvents(Making making) {
        int most = making.random().nextInt(20) == 0 ? 1_000_000 : 30_000;
        return publish(making, event(making.id(), making.any(TYPES), making.any(HEAVY_FIELDS), heavy(making, most)));
    }

    /** Returns a few large events, or many with almost only faults. */
    private Input heavyBatches(Making making) {
        boolean many = making.random().nextInt(3) == 0;
        int size =
                many ? 1 + making.random().nextInt(2000) : 1 + making.random().nextInt(4);
        int most = making.random().nextInt(20) == 0 ? 1_500_000 : 30_000;
        String faults = many ? members(making.random().nextInt(40), "f") : "";
        List<String> ids = new ArrayList<>();
        List<String> events = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            String id = making.id() + "-" + i;
            ids.add(id);
            String value = many ? "{" + faults + "}" : heavy(making, most);
            events.add(event(id, making.any(TYPES), making.any(HEAVY_FIELDS), value));
        }
        boolean lines = making.random().nextBoolean();
        String body = lines ? String.join("\n", events) : "[" + String.join(",", events) + "]";
        String type = lines ? "application/x-ndjson" : "application/json";
        return new Input(
                making.kind(), request(making, "POST", "/api/events/batch", type, body.getBytes(UTF_8)), false, ids);
    }

    /** Returns JSON of at most about this length that is expensive to read, validate or refuse. */
    private static String heavy(Making making, int most) {
        int length = 1 + making.random().nextInt(most);
        return switch (making.random().nextInt(6)) {
            case 0 -> "[" + "{},".repeat(length / 3) + "{}]";
            case 1 -> "[" + "[],".repeat(length / 3) + "0]";
            case 2 -> "{" + members(length / 12, "n") + "}";
            case 3 -> "{" + members(1 + length / 1100, "n".repeat(1015)) + "}";
            case 4 -> quoted("a.".repeat(length / 2));
            default -> "[" + "0,".repeat(length / 2) + "1e5]";
        };
    }

    private static String members(int count, String prefix) {
        StringBuilder members = new StringBuilder();
        for (int i = 0; i < count; i++) {
            members.append(i == 0 ? "" : ",")
                    .append('"')
                    .append(prefix)
                    .append(i)
                    .append("\":")
                    .append(i);
        }
        return members.toString();
    }

    private Input triage(Making making) {
        String injected = quoted(making.any(INJECTIONS));
        String hostileId = making.any(List.of(
                "x",
                "00000000-0000-0000-0000-000000000000",
                "..",
                "%27",
                "%00",
                "a%2fb",
                "replay",
                "%24%7Bbody%7D",
                "'OR'1'='1"));
        String body = making.any(List.of(
                "{\"filter\":{\"topic\":" + injected + "}}",
                "{\"filter\":{\"status\":" + injected + "},\"dry_run\":true}",
                "{\"filter\":{\"reason\":" + injected + "},\"max\":1e99}",
                "{\"filter\":{},\"max\":-1}",
                "{\"filter\":{},\"dry_run\":\"true\"}",
                "{\"filter\":[],\"max\":1}",
                "{\"filter\":{\"x\":1}}",
                "{\"dry_run\":true,\"dry_run\":false,\"filter\":{}}",
                "{\"event\":" + event(SMUGGLED + making.number(), "user_login", "", "") + "}",
                "{\"reason\":" + injected + "}",
                "{\"reason\":{\"a\":1}}",
                injected,
                "",
                "[".repeat(100)));
        String path = making.any(List.of(
                "/api/dead-letters/replay",
                "/api/dead-letters/" + hostileId + "/replay",
                "/api/dead-letters/" + hostileId + "/discard"));
        return post(making, path, body.getBytes(UTF_8), List.of());
    }

    private Input mediaTypes(Making making) {
        String type = making.any(List.of(
                "text/plain",
                "application/xml",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "multipart/form-data",
                "multipart/mixed; boundary=" + MARKER,
                "application/json; charset=utf-16",
                "application/json; charset=" + MARKER,
                "application/json;;;=",
                "application/json, text/xml",
                "APPLICATION/JSON",
                "*/*",
                "application/x-java-serialized-object",
                "application/json/" + MARKER,
                MARKER));
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(
                "Accept-Language",
                making.any(List.of(
                        "*", "en;q=x", "a".repeat(300), "zh-" + "a-".repeat(100), ",,,", "en;q=1e99", "\u00e9")));
        headers.put("Accept", making.any(List.of("*/*", "text/html", "application/xml;q=9", MARKER)));
        headers.put("X-Request-Id", making.any(List.of("ok-1", "a b", "<b>", "x".repeat(65), "${body}")));
        byte[] body = event(making.id(), making.any(TYPES), "", "").getBytes(UTF_8);
        return new Input(
                making.kind(), request("POST", "/api/events", type, body, headers, token), false, List.of(making.id()));
    }

    // --- On the wire
    // ------------------------------------------------------------------------------------------------------

    private Input ending(Making making, String text, List<String> ids) {
        return new Input(making.kind(), text.getBytes(ISO_8859_1), true, ids);
    }

    private String head(String method, String target) {
        return method + " " + target + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + token + "\r\n";
    }

    private byte[] request(Making making, String method, String target, String type, byte[] body) {
        return request(method, target, type, body, Map.of(), token);
    }

    private static byte[] request(
            String method, String target, String type, byte[] body, Map<String, String> headers, String token) {
        StringBuilder head = new StringBuilder(
                method + " " + target + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + token + "\r\n");
        if (type != null) {
            head.append("Content-Type: ").append(type).append("\r\n");
        }
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (body.length > 0 || type != null) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        byte[] start = head.append("\r\n").toString().getBytes(ISO_8859_1);
        byte[] whole = Arrays.copyOf(start, start.length + body.length);
        System.arraycopy(body, 0, whole, start.length, body.length);
        return whole;
    }
}
