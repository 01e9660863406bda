package io.github.eventgateway.seal;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * A secret that only the gateways of one database share, and other secrets that they accept while it is changed. Each
 * purpose has its own {@link MacKey}, so that a MAC for one purpose is not valid for another. Immutable; any thread.
 */
public final class SharedSecret {

    private final List<MacKey> roots;

    public SharedSecret(byte[] secret) {
        this(secret, List.of());
    }

    /** @param also secrets that the gateway accepts and does not write with */
    public SharedSecret(byte[] secret, List<byte[]> also) {
        this.roots =
                Stream.concat(Stream.of(secret), also.stream()).map(MacKey::new).toList();
    }

    /**
     * Returns the keys for this purpose: first the one that the gateway writes with, then those that it also accepts. They
     * are the same in every gateway with the secrets.
     */
    public List<MacKey> keys(String purpose) {
        byte[] text = purpose.getBytes(StandardCharsets.UTF_8);
        return roots.stream().map(root -> new MacKey(root.of(text))).toList();
    }
}
