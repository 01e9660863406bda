package io.github.eventgateway.event;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.UUID;

/**
 * Makes UUIDs of version 7 (RFC 9562, section 5.7). They sort by millisecond. The other bits come from a secure
 * generator, so that no caller can predict an id. Otherwise a caller could publish an event with that id first, and the
 * later event would count as a repeat.
 */
final class UuidV7 {

    private static final int BYTES = 10;
    private static final int IDS = 100;
    private static final SecureRandom GENERATOR = new SecureRandom();

    /** The generator has a lock, and one call costs more than its bytes. */
    private static final ThreadLocal<ByteBuffer> RANDOM =
            ThreadLocal.withInitial(() -> ByteBuffer.allocate(IDS * BYTES).position(IDS * BYTES));

    private UuidV7() {}

    static String next() {
        ByteBuffer random = RANDOM.get();
        if (!random.hasRemaining()) {
            GENERATOR.nextBytes(random.array());
            random.rewind();
        }
        long high = System.currentTimeMillis() << 16 | 0x7000L | random.getShort() & 0xFFFL;
        long low = 0x8000_0000_0000_0000L | random.getLong() >>> 2;
        return new UUID(high, low).toString();
    }
}
