package io.github.eventgateway.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.github.eventgateway.api.StreamedAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;

class AnswerStreamsTest {

    private final AnswerStreams streams = new AnswerStreams("streams", 2);
    private final ConnectionOutput outgoing = mock(ConnectionOutput.class);
    private final CountDownLatch slow = new CountDownLatch(1);
    private final List<String> ended = new CopyOnWriteArrayList<>();

    @BeforeEach
    void takeEverything() throws Exception {
        when(outgoing.flush()).thenReturn(true);
    }

    @AfterEach
    void stop() {
        slow.countDown();
        streams.stop();
        streams.destroy();
    }

    private AnswerStream stream(String name, Supplier<byte[]> pieces) {
        StreamedAnswer answer = mock(StreamedAnswer.class);
        when(answer.next()).thenAnswer(call -> pieces.get());
        when(answer.end(any())).thenReturn(new byte[0]);
        return new AnswerStream(
                answer,
                new MockHttpServletResponse(),
                outgoing,
                failure -> new byte[0],
                (reason, isConnected) -> ended.add(name + " " + reason));
    }

    private byte[] slowly() {
        try {
            slow.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    @Test
    void theSlowStreamsOfOneCallerLeaveAThreadToTheOthers() {
        for (int i = 0; i < 4; i++) {
            streams.start("greedy", stream("greedy", this::slowly));
        }
        streams.start("modest", stream("modest", () -> null));

        await().until(() -> ended.contains("modest null"));
        assertThat(ended).hasSize(1);
        slow.countDown();
        await().until(() -> ended.size() == 5);
    }

    @Test
    void theStreamsOfOneCallerTakeTurns() {
        List<Integer> turns = new CopyOnWriteArrayList<>();
        for (int stream = 0; stream < 2; stream++) {
            int number = stream;
            AtomicInteger pieces = new AtomicInteger();
            streams.start("one", stream("one", () -> {
                turns.add(number);
                return pieces.incrementAndGet() > 50 ? null : new byte[1];
            }));
        }

        await().until(() -> ended.size() == 2);
        assertThat(turns).hasSize(102);
        assertThat(turns.lastIndexOf(0)).isGreaterThan(turns.indexOf(1) + 20);
    }

    @Test
    void aStopEndsStreams_alsoThoseThatWait() {
        List<AnswerStream> idle = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            idle.add(stream("idle", () -> new byte[0]));
        }
        idle.forEach(stream -> streams.start("one", stream));

        streams.stop();

        await().until(() -> ended.size() == 20);
        assertThat(ended).containsOnly("idle STOPPING");
    }
}
