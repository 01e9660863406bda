package io.github.eventgateway.api;

/** Finds the root cause of a failure. */
public final class RootCause {

    private RootCause() {}

    /** Returns the root cause, or the failure itself if it has no cause. */
    public static Throwable of(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root;
    }

    /** Returns the message of the root cause on one line, or the name of its class if it has no message. */
    public static String text(Throwable failure) {
        Throwable root = of(failure);
        String message =
                root.getMessage() == null ? "" : root.getMessage().strip().replaceAll("\\s*+\\R\\s*+", " ");
        return message.isEmpty() ? root.getClass().getSimpleName() : message;
    }
}
