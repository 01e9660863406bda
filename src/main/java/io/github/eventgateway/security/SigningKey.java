package io.github.eventgateway.security;

import io.github.eventgateway.startup.StartupException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of HS256.
 *
 * @param secret the key
 * @param isDevelopment whether the gateway made it up itself
 */
record SigningKey(SecretKey secret, boolean isDevelopment) {

    private static final int BYTES = 32;

    /**
     * The configured secret, or the development key where nothing but the embedded defaults is in use.
     *
     * @throws StartupException when there is no key, or a weak one; the message says which variables to set
     */
    static SigningKey of(SecuritySettings settings, boolean developmentKeyAllowed) {
        if (!settings.jwtSecret().isEmpty()) {
            return new SigningKey(hs256(secret("JWT_SECRET", settings.jwtSecret())), false);
        }
        if (!developmentKeyAllowed) {
            throw new StartupException("No key for access tokens is set: with KAFKA_BROKERS or DATABASE_URL, set"
                    + " JWT_SECRET (HS256, 32 bytes or more), or JWT_ISSUER_URI or JWT_JWK_SET_URI (RS256, ES256)");
        }
        return new SigningKey(hs256(developmentKey(settings.developmentKeyFile())), true);
    }

    /**
     * The keys by which tokens are verified: the current one, and the one before it where it is configured.
     *
     * @throws StartupException as {@link #of}
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

    private static byte[] developmentKey(Path file) {
        try {
            if (!Files.exists(file)) {
                create(file.toAbsolutePath());
            }
            byte[] key = Base64.getDecoder().decode(Files.readString(file).trim());
            if (key.length < BYTES) {
                throw new StartupException("The development key " + file + " is too short: remove the file, and a new"
                        + " one is made; or set JWT_SECRET");
            }
            return key;
        } catch (IOException | IllegalArgumentException e) {
            throw new StartupException(
                    "The development key " + file + " cannot be read or made (" + e
                            + "): remove the file, and a new one is made; or set JWT_SECRET",
                    e);
        }
    }

    /** Whole or not at all, and never readable by others: written aside, then given its name unless another was faster. */
    private static void create(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        byte[] key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        Path aside = Files.createTempFile(file.getParent(), "signing", ".new", ownerOnly());
        try {
            Files.writeString(aside, Base64.getEncoder().encodeToString(key) + "\n");
            Files.createLink(file, aside);
        } catch (FileAlreadyExistsException e) {
            // The other process's key is as good.
        } catch (UnsupportedOperationException e) {
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    private static FileAttribute<?>[] ownerOnly() {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static SecretKey hs256(byte[] bytes) {
        return new SecretKeySpec(bytes, "HmacSHA256");
    }
}
