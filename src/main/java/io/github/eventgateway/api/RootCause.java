package io.github.eventgateway.api;

/** Finds the last cause of a failure. */
public final class RootCause {

    private RootCause() {}

    /** The last cause; the failure itself where it has none. */
    public static Throwable of(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root;
    }

    /** What the last cause says, on one line; the name of its class where it says nothing. */
    public static String text(Throwable failure) {
        Throwable root = of(failure);
        String message =
                root.getMessage() == null ? "" : root.getMessage().strip().replaceAll("\\s*+\\R\\s*+", " ");
        return message.isEmpty() ? root.getClass().getSimpleName() : message;
    }
}
