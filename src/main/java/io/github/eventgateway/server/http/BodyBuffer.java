package io.github.eventgateway.server.http;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** A body as it arrives. It takes memory, and reserves it, for what is there and not for what was announced. */
final class BodyBuffer {

    private static final int FIRST = 16384;

    private static final long MOST_OF_ONE_EVENT = (long) StrictJson.MAX_TOKENS * BodyMemory.BYTES_A_TOKEN;

    private final RequestPermit permit;
    private final int limit;
    private final int announced;
    private byte[] bytes = new byte[0];
    private int size;

    /**
     * @param limit the bytes that it may have
     * @param announced the bytes that the caller says it has; negative if it does not say
     */
    BodyBuffer(RequestPermit permit, int limit, int announced) {
        this.permit = permit;
        this.limit = limit;
        this.announced = announced;
    }

    /**
     * Reads once.
     *
     * @return whether there may be more
     * @throws GatewayException with {@code TOO_LARGE}, or {@code OVERLOADED} or {@code TOO_MANY_REQUESTS} if the gateway
     *     holds too much already, of all callers or of this one
     */
    boolean readFrom(InputStream in) throws IOException {
        if (size == announced) {
            return false;
        }
        if (size == bytes.length) {
            grow();
        }
        int read = read(in);
        if (read < 0) {
            return false;
        }
        size += read;
        if (size > limit) {
            throw tooLarge(limit);
        }
        return true;
    }

    private int read(InputStream in) throws IOException {
        try {
            return in.read(bytes, size, bytes.length - size);
        } catch (IllegalStateException e) {
            // the server's way to say that there are too many trailers
            throw new GatewayException(Reason.MALFORMED_REQUEST);
        }
    }

    /** Holds this many bytes at once, which are there already. */
    void expectAll(int count) {
        reserve(count);
        bytes = new byte[count];
    }

    int size() {
        return size;
    }

    /** The whole body. */
    byte[] toBytes() throws IOException {
        if (announced >= 0 && size < announced) {
            throw new IOException("The body ended after " + size + " of " + announced + " bytes");
        }
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }

    /**
     * Reserves what reading the whole body takes beyond its own bytes. What the reader leaves unread of a single event that is too
     * dense takes none.
     *
     * @throws GatewayException as {@link #readFrom}; with {@code TOO_LARGE} if events are too dense together
     */
    void reserveReading(byte[] whole, boolean areEvents) {
        long weight = BodyMemory.weight(whole);
        if (!areEvents) {
            weight = Math.max(whole.length, Math.min(weight, MOST_OF_ONE_EVENT));
        } else if (weight > limit) {
            throw new GatewayException(
                    Reason.TOO_LARGE,
                    "",
                    "must not have more than " + limit / BodyMemory.BYTES_A_TOKEN + " names, values and brackets");
        }
        reserve((int) weight - whole.length);
    }

    static GatewayException tooLarge(int limit) {
        return new GatewayException(Reason.TOO_LARGE, "", "must not be longer than " + limit + " bytes");
    }

    private void grow() {
        // one more than it may have, to see that it has too much
        int most = announced >= 0 ? announced : limit + 1;
        int length = Math.min(most, Math.max(FIRST, bytes.length * 2));
        reserve(length - bytes.length);
        bytes = Arrays.copyOf(bytes, length);
    }

    private void reserve(int count) {
        Reason refusal = permit.reserve(count);
        if (refusal != null) {
            throw new GatewayException(refusal);
        }
    }
}
