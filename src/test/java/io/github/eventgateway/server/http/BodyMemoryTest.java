package io.github.eventgateway.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.eventgateway.api.GatewayException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reservation of bodies is sufficient for parsing them, with any size of heap. */
class BodyMemoryTest {

    private static final int MIB = 1 << 20;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"user_id\":\"123456789\",\"name\":\"somebody\"} | 41",
                "{\"text\":\",:{}[]\\\",,,,,,,,\"} | 27",
                "[{},{},{},{}] | 84",
                "[1,2,3,4,5,6] | 48"
            })
    void denseJsonReservesMoreThanItsBytes_withAnyTexts(String json, long weight) {
        assertThat(weight(json)).isEqualTo(weight);
    }

    /** A JSON text cannot contain a line end, so only this line is malformed, and the next lines are not hidden. */
    @Test
    void anUnclosedTextHidesNoLaterLine() {
        String line = "{\"a\":[{},{},{},{},{},{},{},{}]}";

        assertThat(weight("\"\n" + line)).isEqualTo(weight("0\n" + line));
    }

    private static long weight(String json) {
        return BodyMemory.weight(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void onASmallHeapBodiesAreSmaller() {
        HttpSettings settings = Bounds.of(1000, 64 * MIB, 16 * MIB);

        assertThat(BodyMemory.of(settings, 4096L * MIB))
                .isEqualTo(new BodyMemory(64 * MIB, 64 * MIB, 16 * MIB, 16 * MIB));
        assertThat(BodyMemory.of(settings, 640L * MIB))
                .isEqualTo(new BodyMemory(32 * MIB, 24 * MIB, 16 * MIB, 16 * MIB));
        assertThat(BodyMemory.of(settings, 160L * MIB)).isEqualTo(new BodyMemory(8 * MIB, 6 * MIB, 4 * MIB, 4 * MIB));
    }

    @Test
    void aTooDenseBatchIsRefusedBeforeItIsRead_andASingleEventIsLeftToTheReader() throws Exception {
        byte[] dense = ("[" + "{},".repeat(20) + "{}]").getBytes(StandardCharsets.UTF_8);
        Shares shares = new Shares(1000, 1000);
        RequestPermit place = new RequestPermit(null, null, "somebody", new Shares(1, 1), "", shares);
        BodyBuffer body = new BodyBuffer(place, 100, dense.length);
        body.allocate(dense.length);
        body.readFrom(new ByteArrayInputStream(dense));

        assertThatThrownBy(() -> body.reserveParsing(dense, true))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("names, values and brackets");
        body.reserveParsing(dense, false);

        assertThat(shares.total()).isEqualTo((int) BodyMemory.weight(dense));
    }
}
