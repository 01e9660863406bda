package io.github.eventgateway.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.eventgateway.api.GatewayException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/**
 * Measures the CPU time per MiB of the most expensive events, from bytes to a validated event. {@code bench/costs} runs
 * it.
 */
class InputCosts {

    private static final int EVENT_BYTES = 500_000;
    private static final int BATCH_BYTES = 8 << 20;
    private static final int WARM_UP = 20;
    private static final int ROUNDS = 20;
    private static final double MIB = 1 << 20;

    private final EventSettings settings = new EventSettings(
            Path.of("routes/schemas"),
            524_288,
            Map.of("logs", new EventSettings.TopicSettings("system_logs", "/service", List.of("system_info"))),
            new EventSettings.RedactionSettings("", Map.of(), Map.of()));
    private final EventReader reader = new EventReader(new EventCatalogue(settings), settings);

    @Test
    void print() {
        Map<String, String> worst = new LinkedHashMap<>();
        worst.put("small events, 200 bytes each, in a batch", "");
        worst.put("one long text", "\"context\":{\"a\":\"" + "t".repeat(EVENT_BYTES) + "\"}");
        worst.put("wide object, names of 1,000 characters", object(i -> "\"" + i + "n".repeat(1000) + "\":1"));
        worst.put("wide object, short names", object(i -> "\"" + Integer.toString(i, 36) + "\":1"));
        worst.put("many empty objects", array(i -> "{}"));
        worst.put("many empty arrays", array(i -> "[]"));
        worst.put("nested 45 levels deep, again and again", array(i -> "[".repeat(45) + "]".repeat(45)));
        worst.put("numbers of 100 digits", array(i -> "9".repeat(100)));
        worst.put("numbers with exponents", array(i -> "1.5e" + (900 - i % 1800)));
        worst.put("escapes", "\"context\":{\"a\":\"" + "\\u4e2d".repeat(EVENT_BYTES / 6) + "\"}");
        worst.put("escaped quotes", "\"context\":{\"a\":\"" + "\\\"".repeat(EVENT_BYTES / 2) + "\"}");
        worst.put("Chinese text", "\"context\":{\"a\":\"" + "磁".repeat(EVENT_BYTES / 3) + "\"}");
        worst.put("texts with U+0000, each a violation", array(i -> "\"\\u0000\""));
        worst.put("names with U+0000, each a violation", object(i -> "\"\\u0000" + i + "\":1"));
        StringBuilder table = new StringBuilder("| input | CPU, ms per MiB | outcome |\n|---|---|---|\n");
        worst.forEach((name, context) -> table.append(context.isEmpty() ? batch(name) : single(name, context)));
        System.out.println(table);
    }

    private static String object(IntFunction<String> member) {
        return "\"context\":{" + repeated(member) + "}";
    }

    private static String array(IntFunction<String> element) {
        return "\"context\":{\"a\":[" + repeated(element) + "]}";
    }

    /** Repeats the text up to the maximum number of bytes or tokens of an event. */
    private static String repeated(IntFunction<String> each) {
        StringBuilder all = new StringBuilder();
        int tokens = 0;
        for (int i = 0; all.length() < EVENT_BYTES; i++) {
            String one = each.apply(i);
            tokens += one.startsWith("\"") ? 2 : one.startsWith("[[") ? 90 : 2;
            if (tokens > 99_000) {
                break;
            }
            all.append(i == 0 ? "" : ",").append(one);
        }
        return all.toString();
    }

    private String single(String name, String context) {
        byte[] event = event(context).getBytes(UTF_8);
        return measured(name, event.length, () -> {
            try {
                reader.read(event);
                return "accepted";
            } catch (GatewayException e) {
                return e.reason().name();
            }
        });
    }

    private String batch(String name) {
        StringBuilder lines = new StringBuilder();
        while (lines.length() < BATCH_BYTES) {
            lines.append(event("\"context\":{\"order\":\"" + "7".repeat(90) + "\",\"amount\":12.50}"))
                    .append('\n');
        }
        byte[] body = lines.toString().getBytes(UTF_8);
        return measured(name, body.length, () -> {
            reader.readLines(body, PublishPermission.ALL, (outcome, index) -> {});
            return "accepted";
        });
    }

    private static String event(String context) {
        return "{\"type\":\"system_info\",\"data\":{\"service\":\"a\",\"message\":\"m\"," + context + "}}";
    }

    private interface Work {
        String run();
    }

    private static String measured(String name, int bytes, Work work) {
        String outcome = "";
        for (int i = 0; i < WARM_UP; i++) {
            outcome = work.run();
        }
        var threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < ROUNDS; i++) {
            work.run();
        }
        double millis = (threads.getCurrentThreadCpuTime() - before) / 1e6 / ROUNDS;
        return "| %s | %.1f | %s |%n".formatted(name, millis / (bytes / MIB), outcome);
    }
}
