package io.github.eventgateway.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The bodies to send: user_login events of 180 bytes, of many users. */
final class Bodies {

    private static final int SIZE = 180;
    private static final String START =
            "{\"type\":\"user_login\",\"data\":{\"user_id\":%d,\"username\":\"user-%06d\",\"ip\":\"10.%d.%d.%d\","
                    + "\"action\":\"login\",\"user_agent\":\"";
    private static final String END = "\"}}";

    private Bodies() {}

    /** Returns the event with this number, always the same. */
    static String event(int number) {
        int user = 100_000 + Math.floorMod(number * 7919, 800_000);
        String start = START.formatted(user, user, number & 127, number >> 7 & 127, number >> 14 & 127);
        return start + "x".repeat(SIZE - start.length() - END.length()) + END;
    }

    /** Returns the value of the record of an event, as the gateway writes it. */
    static byte[] record(int number) {
        String id = new UUID(0x0199_0000_0000_7000L + ((long) number << 16), 0x8000_0000_0000_0000L | number * 31L)
                .toString();
        String event = event(number).substring(1);
        return ("{\"id\":\"" + id
                        + "\",\"type\":\"user_login\",\"timestamp\":\"2026-01-31T12:00:00.%06dZ\","
                                .formatted(number % 1_000_000)
                        + event.substring(event.indexOf("\"data\"")))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Writes one event on each line. */
    static Path lines(int count) {
        return file(IntStream.range(0, count).mapToObj(Bodies::event).collect(Collectors.joining("\n")));
    }

    static Path array(int count) {
        return file(IntStream.range(0, count).mapToObj(Bodies::event).collect(Collectors.joining(",", "[", "]")));
    }

    static Path file(List<String> lines) {
        return file(String.join("\n", lines));
    }

    private static Path file(String text) {
        try {
            Path file = Files.createTempFile("speed", ".txt");
            file.toFile().deleteOnExit();
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
