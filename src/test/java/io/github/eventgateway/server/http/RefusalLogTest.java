package io.github.eventgateway.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.eventgateway.api.Reason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RefusalLogTest {

    private static final String POST = "POST /api/events";
    private static final String STEP = "publish-events.camel.yaml:60";

    private final Logger logger = (Logger) LoggerFactory.getLogger(RefusalLog.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private long now = Long.MAX_VALUE - 5;
    private final RefusalLog log = new RefusalLog(() -> now);

    @BeforeEach
    void listen() {
        lines.start();
        // A gateway of another test may have set a higher level.
        logger.setLevel(Level.WARN);
        logger.addAppender(lines);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(lines);
        logger.setLevel(null);
    }

    @Test
    void theFirstRefusalOfAKind_isLoggedAtOnce() {
        log.refused(POST, Reason.KAFKA_UNAVAILABLE, STEP);

        assertThat(told()).containsExactly("A request " + POST + " failed with KAFKA_UNAVAILABLE at " + STEP);
    }

    @Test
    void aFlood_isOneLineEveryTenSeconds_withItsCount() {
        for (int second = 0; second < 20; second++) {
            for (int i = 0; i < 100; i++) {
                log.refused(POST, Reason.KAFKA_UNAVAILABLE, STEP);
            }
            now += Duration.ofSeconds(1).toNanos();
        }

        assertThat(told())
                .containsExactly(
                        "A request " + POST + " failed with KAFKA_UNAVAILABLE at " + STEP,
                        "1000 requests " + POST + " failed with KAFKA_UNAVAILABLE at " + STEP
                                + " since the last log entry");
    }

    @Test
    void anotherReason_isLoggedSeparately() {
        log.refused(POST, Reason.KAFKA_UNAVAILABLE, STEP);
        log.refused(POST, Reason.OVERLOADED, STEP);

        assertThat(told()).hasSize(2);
    }

    private List<String> told() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
