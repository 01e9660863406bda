package io.github.eventgateway.faults;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The kinds of records that no gateway can store. Each must become a dead letter, byte for byte. */
enum Poison {
    UNDECODABLE,
    WRONG_SCHEMA,
    WRONG_TOPIC,
    VIOLATING_A_CONSTRAINT,
    REFUSED_BY_A_TRIGGER,
    TOO_LARGE_FOR_AN_INDEX,
    LONG,
    NULL_VALUE,
    EMPTY_VALUE,
    DUPLICATE_HEADERS,
    KEY_NOT_UTF_8;

    /** The user name that a constraint of {@link Site} rejects. */
    static final String REFUSED_NAME = "refused-by-the-database";

    /** The user name that a trigger of {@link Site} rejects. */
    static final String RAISED_NAME = "refused-by-a-trigger";

    /** The header by which the checker recognises a poison record. */
    static final String MARK = "fault-suite-poison";

    private static final int LONG_BYTES = 1_000_000;
    private static final int INDEX_BYTES = 8000;

    /** Returns whether only the database rejects it. */
    boolean isRefusedByTheDatabase() {
        return this == VIOLATING_A_CONSTRAINT || this == REFUSED_BY_A_TRIGGER || this == TOO_LARGE_FOR_AN_INDEX;
    }

    /** Returns whether the database rejects it for a reason other than a constraint. */
    boolean isNoConstraint() {
        return isRefusedByTheDatabase() && this != VIOLATING_A_CONSTRAINT;
    }

    byte[] key(Random random) {
        return switch (this) {
            case KEY_NOT_UTF_8 -> new byte[] {(byte) 0xFF, (byte) 0xC0, 0, (byte) random.nextInt(256)};
            case NULL_VALUE -> null;
            default -> ("poison-" + random.nextInt(8)).getBytes(StandardCharsets.UTF_8);
        };
    }

    byte[] value(Random random) {
        return switch (this) {
            case UNDECODABLE -> new byte[] {(byte) 0xFF, (byte) 0xFE, 0, (byte) random.nextInt(256)};
            case WRONG_SCHEMA -> event(random, "user_login", "\"user_id\":0,\"username\":\"\"");
            case WRONG_TOPIC -> event(random, "nothing_that_anyone_knows", "\"service\":\"s\"");
            case VIOLATING_A_CONSTRAINT -> login(random, REFUSED_NAME, "");
            case REFUSED_BY_A_TRIGGER -> login(random, RAISED_NAME, "");
            case TOO_LARGE_FOR_AN_INDEX -> {
                byte[] noise = new byte[INDEX_BYTES];
                random.nextBytes(noise);
                yield login(random, "someone", HexFormat.of().formatHex(noise));
            }
            case LONG -> {
                byte[] value = new byte[LONG_BYTES];
                Arrays.fill(value, (byte) 'x');
                yield value;
            }
            case NULL_VALUE -> null;
            case EMPTY_VALUE -> new byte[0];
            case DUPLICATE_HEADERS, KEY_NOT_UTF_8 -> "{\"type\":".getBytes(StandardCharsets.UTF_8);
        };
    }

    Headers headers(String mark, Random random) {
        Headers headers = new RecordHeaders().add(MARK, mark.getBytes(StandardCharsets.UTF_8));
        if (this == DUPLICATE_HEADERS || random.nextInt(4) == 0) {
            headers.add("twice", new byte[] {1})
                    .add("Twice", null)
                    .add("CamelKafkaTopic", "elsewhere".getBytes(StandardCharsets.UTF_8))
                    .add("kafka.OVERRIDE_TOPIC", "elsewhere".getBytes(StandardCharsets.UTF_8))
                    .add("twice", new byte[0])
                    .add("dlq-topic", "its own".getBytes(StandardCharsets.UTF_8))
                    .add("twice", new byte[] {1});
        }
        return headers;
    }

    private static byte[] login(Random random, String username, String more) {
        return event(
                random,
                "user_login",
                "\"user_id\":1,\"username\":\"%s\",\"ip\":\"::1\",\"action\":\"login\",\"more\":\"%s\""
                        .formatted(username, more));
    }

    private static byte[] event(Random random, String type, String data) {
        return ("{\"id\":\"poison-" + Long.toHexString(random.nextLong()) + "\",\"type\":\"" + type + "\",\"data\":{"
                        + data + "}}")
                .getBytes(StandardCharsets.UTF_8);
    }
}
