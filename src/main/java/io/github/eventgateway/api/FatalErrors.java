package io.github.eventgateway.api;

import java.nio.charset.StandardCharsets;

/**
 * Ends the process when memory has run out. Otherwise the failed part of the gateway would hang, and other parts after it. No
 * acknowledged event is lost, since Kafka has it; the supervisor of the process starts it again. Any thread.
 */
public final class FatalErrors {

    /** The exit code, as that of a JVM with {@code -XX:+ExitOnOutOfMemoryError}. */
    public static final int EXIT_CODE = 3;

    /** Made in advance, since there is no memory for it later. */
    private static final byte[] SENTENCE =
            ("Memory has run out (%d MiB, option -Xmx); the gateway ends with exit code %d%n"
                            .formatted(Runtime.getRuntime().maxMemory() >> 20, EXIT_CODE))
                    .getBytes(StandardCharsets.UTF_8);

    private FatalErrors() {}

    /** Ends the process where a thread dies of such an error. For the start. */
    public static void watchThreads() {
        Thread.UncaughtExceptionHandler others = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            endOn(failure);
            if (others == null) {
                failure.printStackTrace();
            } else {
                others.uncaughtException(thread, failure);
            }
        });
    }

    /** Does not return where the failure is, or comes of, an {@link OutOfMemoryError}. */
    public static void endOn(Throwable failure) {
        Throwable before = null;
        for (Throwable cause = failure; cause != null && cause != before; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError) {
                System.err.write(SENTENCE, 0, SENTENCE.length);
                System.err.flush();
                Runtime.getRuntime().halt(EXIT_CODE);
            }
            before = cause;
        }
    }
}
