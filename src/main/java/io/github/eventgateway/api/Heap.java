package io.github.eventgateway.api;

/** The maximum heap of this process, which bounds what many requests may hold together. */
public final class Heap {

    private Heap() {}

    /** Returns the number of bytes, but at most this part of the heap: 128 means 1/128. Any thread. */
    public static int atMost(long bytes, int part) {
        return (int) Math.min(
                Math.min(bytes, Integer.MAX_VALUE), Runtime.getRuntime().maxMemory() / part);
    }
}
