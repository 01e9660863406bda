package io.github.eventgateway.server.http;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Collects a body as it arrives. It reserves and allocates memory for received bytes, not for announced ones. */
final class BodyBuffer {

    private static final int FIRST = 16384;

    private static final long MOST_OF_ONE_EVENT = (long) StrictJson.MAX_TOKENS * BodyMemory.BYTES_A_TOKEN;

    private final RequestPermit permit;
    private final int limit;
    private final int announced;
    private byte[] bytes = new byte[0];
    private int size;

    /**
     * @param limit the maximum number of bytes
     * @param announced the number of bytes that the caller announced; negative if unknown
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
     * @throws GatewayException with {@code TOO_LARGE}, with {@code OVERLOADED} if the gateway holds too many bytes of
     *     all callers, or with {@code TOO_MANY_REQUESTS} if it holds too many of this caller
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
            // The server reports too many trailers in this way.
            throw new GatewayException(Reason.MALFORMED_REQUEST);
        }
    }

    /** Adds this number of bytes that have arrived already. */
    void allocate(int count) {
        reserve(count);
        bytes = new byte[count];
    }

    int size() {
        return size;
    }

    /** Returns the complete body. */
    byte[] toBytes() throws IOException {
        if (announced >= 0 && size < announced) {
            throw new IOException("The body ended after " + size + " of " + announced + " bytes");
        }
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }

    /**
     * Reserves the memory for parsing the complete body in addition to its bytes. Unread parts of a single dense event
     * need none.
     *
     * @throws GatewayException as {@link #readFrom} does; with {@code TOO_LARGE} if the events together are too dense
     */
    void reserveParsing(byte[] whole, boolean areEvents) {
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
        // One byte more than the limit, to detect a body that is too large.
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
