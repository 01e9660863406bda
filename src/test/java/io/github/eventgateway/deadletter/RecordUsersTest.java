package io.github.eventgateway.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests which records are about a user, for any bytes. */
class RecordUsersTest {

    private static final Set<String> NAMES = Set.of("user_id", "by");
    private static final int DEPTH = 900;
    private static final int VALUES = 6_000_000;

    private static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isAbout(String user, String key, String value, String header, String headerValue) {
        Headers headers = new RecordHeaders();
        if (header != null) {
            headers.add(header, bytes(headerValue));
        }
        return new RecordUsers(bytes(key), bytes(value), NAMES).isAbout(List.of(user), headers);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "42 | {\"data\":{\"user_id\":42}}",
                "42 | {\"data\":{\"user_id\":\"42\"}}",
                "42 | {\"user_id\":42.0}",
                "42 | {\"a\":[{\"by\":[1,42]}]}",
                "42 | {\"user_id\":42,\"user_id\":43}",
                "42 | {\"user_id\":42,\"cut off",
                "王 | {\"user_id\":\"\\u738b\"}",
                "42 | user 42 failed",
                "42 | 42",
                "long-user | {\"note\":\"my-long-user-s\"}",
                "long-user | xlong-userx"
            })
    void aRecordOfTheUserIsFound(String user, String value) {
        assertThat(isAbout(user, null, value, null, null)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "42 | {\"data\":{\"user_id\":142}}",
                "42 | {\"data\":{\"user_id\":43,\"n\":42}}",
                "42 | {\"note\":\"42\"}",
                "42 | 142 or 421 or a42",
                "42 | 王42",
                "long-user | long user"
            })
    void aRecordOfAnotherUserIsNot(String user, String value) {
        assertThat(isAbout(user, null, value, null, null)).isFalse();
    }

    /** The deepest JSON that the parser takes, with as many values in it as a record has room for. */
    @Test
    @Timeout(15)
    void theWorkForAValueDoesNotGrowWithItsDepth() {
        String deep = "{\"user_id\":" + "[".repeat(DEPTH) + "1,".repeat(VALUES) + "2" + "]".repeat(DEPTH) + "}";

        assertThat(isAbout("42", null, deep, null, null)).isFalse();
        assertThat(isAbout("2", null, deep, null, null)).isTrue();
    }

    @Test
    void ofManyUsersTheLastIsFound_andNoneIsKept() {
        List<String> asked = new ArrayList<>();
        RecordUsers users = new RecordUsers(bytes("9"), bytes("{\"user_id\":[1,2,3],\"by\":\"4\",\"n\":5}"), NAMES);

        assertThat(users.nameAny(user -> !asked.add(user))).isFalse();
        assertThat(asked).containsExactly("9", "1", "2", "3", "4");
        assertThat(users.nameAny("4"::equals)).isTrue();
        assertThat(users.nameAny("5"::equals)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "42, 42, , , true",
        "42, u-42, , , true",
        "42, 142, , , false",
        "42, , x-user-id, 42, true",
        "42, , attempts, 42, false",
        "long-user, , source, of long-user, true"
    })
    void theKeyAndHeadersCount(String user, String key, String header, String headerValue, boolean expected) {
        assertThat(isAbout(user, key, "{}", header, headerValue)).isEqualTo(expected);
    }
}
