package io.github.eventgateway.embedded;

import io.github.eventgateway.api.StartupException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Base64;

/** A generated key in a file that only its owner can read. */
public final class KeyFile {

    private KeyFile() {}

    /**
     * Returns the key in this file, and generates it if the file is missing.
     *
     * @param bytes the minimum length of the key
     * @param setting the variable that replaces the file, for the message
     * @throws StartupException if the file cannot be read or created, or has no such key
     */
    public static byte[] read(Path file, int bytes, String setting) {
        try {
            if (!Files.exists(file)) {
                create(file.toAbsolutePath(), bytes);
            }
            OwnerOnly.restrict(file);
            byte[] key = Base64.getDecoder().decode(Files.readString(file).trim());
            if (key.length < bytes) {
                throw new StartupException("The development key " + file + " is too short: delete the "
                        + "file to get a new key, or set " + setting);
            }
            return key;
        } catch (IOException | IllegalArgumentException e) {
            throw new StartupException(
                    "The development key " + file + " cannot be read or created (" + e
                            + "): delete the file to get a new key, or set " + setting,
                    e);
        }
    }

    /**
     * Creates the file atomically, and never readable by others: it writes another file and renames it, unless another
     * process was faster.
     */
    private static void create(Path file, int bytes) throws IOException {
        Files.createDirectories(file.getParent(), OwnerOnly.folder());
        byte[] key = new byte[bytes];
        new SecureRandom().nextBytes(key);
        Path aside = Files.createTempFile(file.getParent(), "key", ".new", OwnerOnly.file());
        try {
            Files.writeString(aside, Base64.getEncoder().encodeToString(key) + "\n");
            Files.createLink(file, aside);
        } catch (FileAlreadyExistsException e) {
            // The key of the other process is equally good.
        } catch (UnsupportedOperationException e) {
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(aside);
        }
    }
}
