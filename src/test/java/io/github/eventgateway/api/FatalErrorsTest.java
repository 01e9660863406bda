package io.github.eventgateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A JVM that runs out of memory ends with a message. Any other error does not end the process. */
class FatalErrorsTest {

    @ParameterizedTest
    @CsvSource({"thread, 3, true", "caught, 3, true", "scheduled, 3, true", "stack, 0, false", "other, 0, false"})
    void whereMemoryHasRunOutTheProcessEnds(String how, int code, boolean isTold) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx24m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FatalErrorsTest.class.getName(),
                        how)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isEqualTo(code);
        assertThat(output.contains("Memory has run out (")).as(output).isEqualTo(isTold);
    }

    /** Raises the error that the argument names, in a process with another running thread. */
    public static void main(String[] arguments) throws Exception {
        FatalErrors.watchThreads();
        Thread other = new Thread(() -> attempt(arguments[0]));
        other.start();
        other.join();
        System.exit(0);
    }

    private static void attempt(String how) {
        switch (how) {
            case "thread" -> fill();
            case "caught" -> {
                try {
                    fill();
                } catch (Error e) {
                    FatalErrors.endOn(new CompletionException(e));
                }
            }
            case "scheduled" -> schedule();
            case "stack" -> attempt(how);
            default -> throw new AssertionError();
        }
    }

    private static void schedule() {
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
        try {
            executor.scheduleWithFixedDelay(FatalErrors.watched(FatalErrorsTest::fill), 0, 1, TimeUnit.SECONDS)
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            // The executor keeps the error.
        }
    }

    private static void fill() {
        List<byte[]> all = new ArrayList<>();
        while (true) {
            all.add(new byte[1 << 20]);
        }
    }
}
