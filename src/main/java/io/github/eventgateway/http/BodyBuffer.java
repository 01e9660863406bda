package io.github.eventgateway.http;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** A body as it arrives. It takes memory, and reserves it, for what is there and not for what was announced. */
final class BodyBuffer {

    private static final int FIRST = 16384;

    private final Place place;
    private final int limit;
    private final int announced;
    private byte[] bytes = new byte[0];
    private int size;

    /**
     * @param limit the bytes that it may have
     * @param announced the bytes that the caller says it has; negative where it does not say
     */
    BodyBuffer(Place place, int limit, int announced) {
        this.place = place;
        this.limit = limit;
        this.announced = announced;
    }

    /**
     * Reads once.
     *
     * @return whether there may be more
     * @throws GatewayException with {@code TOO_LARGE}, or {@code OVERLOADED} or {@code TOO_MANY_REQUESTS} where the gateway
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
        Reason refusal = place.reserve(count);
        if (refusal != null) {
            throw new GatewayException(refusal);
        }
    }
}
