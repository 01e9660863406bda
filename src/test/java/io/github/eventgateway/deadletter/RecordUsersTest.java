package io.github.eventgateway.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests which records are about a user, for any bytes. */
class RecordUsersTest {

    private static final Set<String> NAMES = Set.of("user_id", "by");

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
