package io.github.eventgateway.event;

import java.util.UUID;

/**
 * Makes UUIDs of version 7 (RFC 9562, section 5.7): they sort by the millisecond they were made in. The rest is of the
 * secure generator: one who could tell the next id could send an event under it first, and the other would be taken for
 * its repetition.
 */
final class UuidV7 {

    private UuidV7() {}

    static String next() {
        UUID random = UUID.randomUUID();
        long high = System.currentTimeMillis() << 16 | 0x7000L | random.getMostSignificantBits() & 0xFFFL;
        return new UUID(high, random.getLeastSignificantBits()).toString();
    }
}
