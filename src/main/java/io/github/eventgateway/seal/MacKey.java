package io.github.eventgateway.seal;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** A key for HMAC-SHA-256. Immutable; any thread. */
public final class MacKey {

    private static final String ALGORITHM = "HmacSHA256";

    private final ThreadLocal<Mac> mac;

    public MacKey(byte[] key) {
        SecretKey secret = new SecretKeySpec(key, ALGORITHM);
        this.mac = ThreadLocal.withInitial(() -> keyed(secret));
    }

    /**
     * Returns the MAC of these fields, each of which may be null. The length of a field precedes it, so that another
     * split of the same bytes has another MAC.
     */
    public byte[] of(byte[]... fields) {
        Mac own = mac.get();
        for (byte[] field : fields) {
            own.update(ByteBuffer.allocate(Integer.BYTES)
                    .putInt(field == null ? -1 : field.length)
                    .flip());
            if (field != null) {
                own.update(field);
            }
        }
        return own.doFinal();
    }

    /** Returns the MAC of exactly these bytes, 32 bytes. */
    public byte[] ofBytes(byte[] content) {
        return mac.get().doFinal(content);
    }

    private static Mac keyed(SecretKey key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JVM has " + ALGORITHM, e);
        }
    }
}
