package io.github.eventgateway.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UuidV7Test {

    private static final int TRIES = 10_000;

    @Test
    void itHasVersionAndVariant_andBeginsWithItsMillisecond() {
        for (int i = 0; i < TRIES; i++) {
            long before = System.currentTimeMillis();
            UUID id = UUID.fromString(UuidV7.next());
            assertThat(id.version()).isEqualTo(7);
            assertThat(id.variant()).isEqualTo(2);
            assertThat(id.getMostSignificantBits() >>> 16).isBetween(before, System.currentTimeMillis());
        }
    }

    @Test
    void idsAreUnique_andEveryRandomBitVaries() {
        Set<String> made = new HashSet<>();
        long highs = 0;
        long lows = 0;
        long allHighs = -1;
        long allLows = -1;
        for (int i = 0; i < TRIES; i++) {
            String text = UuidV7.next();
            UUID id = UUID.fromString(text);
            made.add(text);
            highs |= id.getMostSignificantBits();
            lows |= id.getLeastSignificantBits();
            allHighs &= id.getMostSignificantBits();
            allLows &= id.getLeastSignificantBits();
        }
        assertThat(made).hasSize(TRIES);
        assertThat((highs & ~allHighs) & 0xFFFL).isEqualTo(0xFFFL);
        assertThat(lows & ~allLows).isEqualTo(0x3FFF_FFFF_FFFF_FFFFL);
    }
}
