package io.github.eventgateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Tests the limits of JSON from outside: the maximum is accepted, and one more is not. */
class StrictJsonTest {

    @Test
    void nestingNumbersStringsAndNamesAreLimited() {
        assertBound(52, depth -> "[".repeat(depth) + "]".repeat(depth));
        assertBound(100, "9"::repeat);
        assertBound(1024 * 1024, length -> "\"" + "x".repeat(length) + "\"");
        assertBound(1024, length -> "{\"" + "x".repeat(length) + "\":1}");
    }

    private interface Json {
        String of(int size);
    }

    private static void assertBound(int bound, Json json) {
        assertThat(parse(json.of(bound))).isNotNull();
        // Jackson checks some limits only when its buffer is full.
        assertThatThrownBy(() -> parse(json.of(bound * 2)))
                .isInstanceOfSatisfying(GatewayException.class, refusal -> assertThat(refusal.reason())
                        .isEqualTo(Reason.MALFORMED_JSON));
    }

    private static Object parse(String json) {
        return StrictJson.parse(json.getBytes(StandardCharsets.UTF_8));
    }
}
