package io.github.eventgateway.seal;

import java.nio.charset.StandardCharsets;

/**
 * A secret that only the gateways of one database share. Each purpose has its own {@link MacKey}, so that a MAC for one
 * purpose is not valid for another. Immutable; any thread.
 */
public final class SharedSecret {

    private final MacKey root;

    public SharedSecret(byte[] secret) {
        this.root = new MacKey(secret);
    }

    /** Returns the key for this purpose. It is the same in every gateway with the secret. */
    public MacKey key(String purpose) {
        return new MacKey(root.of(purpose.getBytes(StandardCharsets.UTF_8)));
    }
}
