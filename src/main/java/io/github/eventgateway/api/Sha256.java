package io.github.eventgateway.api;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The hash SHA-256, which every JVM has. Any thread. */
public final class Sha256 {

    private Sha256() {}

    /** Returns an empty digest for content in several parts. One thread at a time. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256", e);
        }
    }

    /** Returns the 32 bytes of the hash. */
    public static byte[] of(byte[] content) {
        return digest().digest(content);
    }

    /** Returns the hash as 64 hexadecimal digits. */
    public static String hex(byte[] content) {
        return HexFormat.of().formatHex(of(content));
    }
}
