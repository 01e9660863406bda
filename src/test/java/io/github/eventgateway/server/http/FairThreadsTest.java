package io.github.eventgateway.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FairThreadsTest {

    private final FairThreads threads = new FairThreads("fair", 4, 3, () -> {});
    private final CountDownLatch slow = new CountDownLatch(1);
    private final List<String> begun = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        slow.countDown();
        threads.stop();
    }

    private void slowly(String caller) {
        threads.execute(caller, () -> {
            begun.add(caller);
            try {
                slow.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Test
    void theSlowWorkOfOneCallerLeavesAThreadToTheOthers() {
        for (int i = 0; i < 10; i++) {
            slowly("greedy");
        }
        slowly("modest");

        await().until(() -> begun.contains("modest"));
        assertThat(begun).filteredOn("greedy"::equals).hasSize(3);
    }

    @Test
    void thoseWhoWaitTakeTurns() {
        for (int i = 0; i < 10; i++) {
            slowly("greedy");
        }
        slowly("modest");
        await().until(() -> begun.size() == 4);
        List<String> order = new CopyOnWriteArrayList<>();
        for (String caller : List.of("b", "b", "b", "c", "c", "c")) {
            threads.execute(caller, () -> order.add(caller));
        }
        slow.countDown();

        await().until(() -> order.size() == 6);
        assertThat(order).startsWith("b").contains("c");
        await().until(() -> begun.size() == 11);
    }

    @Test
    void failedWorkReleasesItsThread() {
        for (int i = 0; i < 20; i++) {
            threads.execute("a", () -> {
                throw new StackOverflowError("for the test");
            });
        }
        slowly("a");

        await().dontCatchUncaughtExceptions().until(() -> begun.contains("a"));
    }
}
