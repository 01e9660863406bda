package io.github.eventgateway.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagePatternTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            not valid JSON at line 1, column 17 | not valid JSON at line #, column #
            /data/username required property 'username' not found | /data/username required property 'username' not found
            /data/level must be one of 'a', 'b' | /data/level must be one of '…', '…'
            it can't be 'that' | it can't be '…'
            no event type "order_paid" | no event type '…'
            cut in the middle of 'alice and bo | cut in the middle of '…'
            没有类型“订单”和「付款」 | 没有类型'…'和'…'
            no user 6f1d2a4e-8c3b-3f5a-9d7e-2b1c0a9f8e7d here | no user <id> here
            java.lang.Object@1f32e575 | java.lang.Object@<id>
            alice@example.org is unknown | <id> is unknown
            192.168.0.17:5432 refused | <id>:# refused
            fe80::1 refused | <id> refused
            digest 9f86d081884c7d65 differs | digest <id> differs
            event derived:FcsAR6EK-RsgsJVGyYdAH8ytugcIhPurcc9fY8cqSXE | event derived:<id>
            at 2026-01-31T12:00:01.250Z for 1,000.5 s | at # for # s
            user-42 and user_43 | user-# and user_#
            a decade is acceded | a decade is acceded
            HTTP 503 Service Unavailable | HTTP # Service Unavailable
            """)
    void valuesAreReplaced(String message, String pattern) {
        assertThat(MessagePattern.of(message)).isEqualTo(pattern);
    }

    @Test
    void hostileMessagesTakeNoLongerThanOthers() {
        List<String> parts =
                List.of("'", "\"", "a", "1", "f:", "a@", "-", "_a-", "1.", "deadbeef-", "“", "required property '");
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            for (String part : parts) {
                String message = part.repeat(RejectedRecord.MAX_MESSAGE);
                for (int i = 0; i < 20; i++) {
                    assertThat(MessagePattern.of(message)).isNotNull();
                }
            }
        });
    }
}
