package io.github.eventgateway.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Tests when an export ends before its last event. */
class EventExportTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private static EventExport export(CallerToken token, Duration longest) {
        return new EventExport(null, ExportFormat.NDJSON, new ObjectMapper(), token, longest);
    }

    @Test
    void whenTheKeyOfItsTokenIsWithdrawn_anExportEnds() {
        EventExport export = export(new CallerToken(null, () -> true, Duration.ZERO), HOUR);

        assertThatThrownBy(export::next)
                .isInstanceOfSatisfying(GatewayException.class, failure -> assertThat(failure.reason())
                        .isEqualTo(Reason.UNAUTHENTICATED));
    }

    @Test
    void afterItsTime_anExportEnds() {
        EventExport export =
                export(new CallerToken(Instant.now().minus(HOUR), () -> false, Duration.ZERO), Duration.ZERO);

        assertThatThrownBy(export::next)
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("continue with the last cursor");
    }
}
