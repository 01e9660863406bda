package io.github.eventgateway.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class RecordSealTest {

    private static final byte[] KEY = bytes("key");
    private static final byte[] VALUE = bytes("value");
    private static final List<String> NAMES = List.of("group", "id");

    private final SharedSecret secret = new SharedSecret(bytes("a secret"));
    private final RecordSeal seal = new RecordSeal(secret.keys("replay"), "seal", NAMES);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Headers sealed() {
        Headers headers = headers();
        seal.put("topic", KEY, VALUE, headers);
        return headers;
    }

    private static Headers headers() {
        return new RecordHeaders().add("group", bytes("g")).add("other", bytes("o"));
    }

    @Test
    void itIsValidForItsRecord() {
        assertThat(seal.holds("topic", KEY, VALUE, sealed())).isTrue();
    }

    @Test
    void aMissingKeyOrValueDiffersFromAnEmptyOne() {
        Headers headers = headers();
        seal.put("topic", null, null, headers);

        assertThat(seal.holds("topic", null, null, headers)).isTrue();
        assertThat(seal.holds("topic", new byte[0], null, headers)).isFalse();
        assertThat(seal.holds("topic", null, new byte[0], headers)).isFalse();
    }

    @Test
    void itIsInvalidForAnotherTopicKeyOrValue() {
        assertThat(seal.holds("another", KEY, VALUE, sealed())).isFalse();
        assertThat(seal.holds("topic", bytes("another"), VALUE, sealed())).isFalse();
        assertThat(seal.holds("topic", null, VALUE, sealed())).isFalse();
        assertThat(seal.holds("topic", KEY, bytes("another"), sealed())).isFalse();
        assertThat(seal.holds("topic", bytes("keyv"), bytes("alue"), sealed())).isFalse();
    }

    @Test
    void itIsInvalidForOtherHeaders() {
        Headers added = sealed().add("id", bytes("1"));
        Headers changed = sealed().add("group", bytes("h"));
        Headers taken = sealed().remove("group");

        assertThat(seal.holds("topic", KEY, VALUE, added)).isFalse();
        assertThat(seal.holds("topic", KEY, VALUE, changed)).isFalse();
        assertThat(seal.holds("topic", KEY, VALUE, taken)).isFalse();
    }

    @Test
    void unsealedHeadersMayChange() {
        Headers headers = sealed().remove("other").add("traceparent", bytes("t"));

        assertThat(seal.holds("topic", KEY, VALUE, headers)).isTrue();
    }

    @Test
    void aNameThatALaterVersionSealsToo_changesNothingForARecordWithoutIt() {
        RecordSeal later = new RecordSeal(secret.keys("replay"), "seal", List.of("group", "id", "publisher"));

        assertThat(later.holds("topic", KEY, VALUE, sealed())).isTrue();
        assertThat(later.holds("topic", KEY, VALUE, sealed().add("publisher", bytes("p"))))
                .isFalse();
    }

    @Test
    void itIsInvalidWithAnotherSecretOrPurpose() {
        RecordSeal stranger = new RecordSeal(new SharedSecret(bytes("another")).keys("replay"), "seal", NAMES);
        RecordSeal forAnother = new RecordSeal(secret.keys("publisher"), "seal", NAMES);

        assertThat(stranger.holds("topic", KEY, VALUE, sealed())).isFalse();
        assertThat(forAnother.holds("topic", KEY, VALUE, sealed())).isFalse();
    }

    @Test
    void aMalformedProofIsInvalid() {
        Header proof = sealed().lastHeader("seal");

        assertThat(seal.holds("topic", KEY, VALUE, headers())).isFalse();
        assertThat(seal.holds("topic", KEY, VALUE, headers().add("seal", null))).isFalse();
        assertThat(seal.holds("topic", KEY, VALUE, headers().add("seal", new byte[0])))
                .isFalse();
        assertThat(seal.holds("topic", KEY, VALUE, headers().add("seal", bytes("x".repeat(43)))))
                .isFalse();
        assertThat(seal.holds("topic", KEY, VALUE, headers().add(proof).add("seal", bytes("x"))))
                .as("the last one counts")
                .isFalse();
    }

    @Test
    void duringASecretChange_gatewaysAcceptEachOthersSeals_exceptOneWithoutTheNewSecret() {
        SharedSecret next = new SharedSecret(bytes("the next"), List.of(bytes("a secret")));
        SharedSecret prepared = new SharedSecret(bytes("a secret"), List.of(bytes("the next")));
        RecordSeal changed = new RecordSeal(next.keys("replay"), "seal", NAMES);
        RecordSeal stillOld = new RecordSeal(prepared.keys("replay"), "seal", NAMES);
        Headers byTheNext = headers();
        changed.put("topic", KEY, VALUE, byTheNext);

        assertThat(changed.holds("topic", KEY, VALUE, sealed())).isTrue();
        assertThat(stillOld.holds("topic", KEY, VALUE, byTheNext)).isTrue();
        assertThat(seal.holds("topic", KEY, VALUE, byTheNext)).isFalse();
    }
}
