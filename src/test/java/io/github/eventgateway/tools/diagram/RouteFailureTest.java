package io.github.eventgateway.tools.diagram;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteFailureTest {

    /** Half of a character has no UTF-8, so GET /api/routes could not be answered. */
    @ParameterizedTest
    @ValueSource(strings = {"", "x"})
    void aMessageIsNotCutWithinACharacter(String start) {
        String message = RouteCounts.Failure.safe(start + "\uD83D\uDE00".repeat(5000));

        assertThat(message).startsWith(start).endsWith("…");
        assertThat(UTF_8.newEncoder().canEncode(message)).isTrue();
        assertThat(UTF_8.newEncoder().canEncode(RouteCounts.Failure.safe("cut \uD83D")))
                .isTrue();
    }
}
