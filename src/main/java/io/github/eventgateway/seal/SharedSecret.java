package io.github.eventgateway.seal;

import java.nio.charset.StandardCharsets;

/**
 * A secret that all gateways of one database share, and nobody else has. It is used through a {@link MacKey} for each
 * purpose, so that what one purpose proves proves nothing for another. Immutable; any thread.
 */
public final class SharedSecret {

    private final MacKey root;

    public SharedSecret(byte[] secret) {
        this.root = new MacKey(secret);
    }

    /** The key of this purpose; it is the same in every gateway that has the secret. */
    public MacKey key(String purpose) {
        return new MacKey(root.of(purpose.getBytes(StandardCharsets.UTF_8)));
    }
}
