package io.github.eventgateway.event;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Makes UUIDs of version 7 (RFC 9562, section 5.7): they sort by the millisecond they were made in. */
final class UuidV7 {

    private UuidV7() {}

    static String next() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = (System.currentTimeMillis() << 16) | 0x7000L | random.nextInt(0x1000);
        long low = 0x8000000000000000L | (random.nextLong() >>> 2);
        return new UUID(high, low).toString();
    }
}
