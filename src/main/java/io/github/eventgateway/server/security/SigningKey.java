package io.github.eventgateway.server.security;

import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.embedded.KeyFile;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of HS256.
 *
 * @param secret the key
 * @param isDevelopment whether the gateway generated it
 */
record SigningKey(SecretKey secret, boolean isDevelopment) {

    private static final int BYTES = 32;

    /**
     * Returns the configured secret, or the development key if only embedded defaults are used.
     *
     * @throws StartupException if the key is missing or weak; the message names the variables to set
     */
    static SigningKey of(SecuritySettings settings, boolean developmentKeyAllowed) {
        if (!settings.jwtSecret().isEmpty()) {
            return new SigningKey(hs256(secret("JWT_SECRET", settings.jwtSecret())), false);
        }
        if (!developmentKeyAllowed) {
            throw new StartupException("No key for access tokens is set: with KAFKA_BROKERS or DATABASE_URL, set"
                    + " JWT_SECRET (HS256, 32 bytes or more), or JWT_ISSUER_URI or JWT_JWK_SET_URI (RS256, ES256)");
        }
        return new SigningKey(hs256(KeyFile.read(settings.developmentKeyFile(), BYTES, "JWT_SECRET")), true);
    }

    /**
     * Returns the keys that verify tokens: the current one, and the previous one if it is configured.
     *
     * @throws StartupException as {@link #of} does
     */
    static List<SecretKey> toVerify(SecuritySettings settings, boolean developmentKeyAllowed) {
        SecretKey current = of(settings, developmentKeyAllowed).secret();
        return settings.jwtSecretPrevious().isEmpty()
                ? List.of(current)
                : List.of(current, hs256(secret("JWT_SECRET_PREVIOUS", settings.jwtSecretPrevious())));
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "SigningKey[isDevelopment=" + isDevelopment + "]";
    }

    private static byte[] secret(String variable, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < BYTES) {
            throw new StartupException(variable + " is too short for HS256 (" + bytes.length
                    + " bytes): write 32 bytes or more, for instance from `openssl rand -base64 48`");
        }
        return bytes;
    }

    private static SecretKey hs256(byte[] bytes) {
        return new SecretKeySpec(bytes, "HmacSHA256");
    }
}
