package io.github.eventgateway.api;

import java.nio.charset.StandardCharsets;

/**
 * Ends the process after an {@link OutOfMemoryError}. Otherwise the failed part of the gateway would hang, and other
 * parts would follow. No acknowledged event is lost, because Kafka has it. The supervisor of the process starts the
 * gateway again. Any thread.
 */
public final class FatalErrors {

    /** The exit code of a JVM with {@code -XX:+ExitOnOutOfMemoryError}. */
    public static final int EXIT_CODE = 3;

    /** Allocated in advance, because no memory is left when it is needed. */
    private static final byte[] SENTENCE =
            ("Memory has run out (%d MiB, option -Xmx); the gateway ends with exit code %d%n"
                            .formatted(Runtime.getRuntime().maxMemory() >> 20, EXIT_CODE))
                    .getBytes(StandardCharsets.UTF_8);

    private FatalErrors() {}

    /** Ends the process if any thread dies of such an error. The start calls this. */
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

    /**
     * Returns the same work for a scheduled executor. Such an executor keeps an error to itself, and does not repeat the
     * work again.
     */
    public static Runnable watched(Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (Error e) {
                endOn(e);
                throw e;
            }
        };
    }

    /** Ends the process if the failure is, or was caused by, an {@link OutOfMemoryError}; otherwise returns. */
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
