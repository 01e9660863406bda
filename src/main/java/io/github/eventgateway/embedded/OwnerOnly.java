package io.github.eventgateway.embedded;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Restricts files of the gateway to its own user. A file system without POSIX permissions keeps its defaults. */
public final class OwnerOnly {

    private static final Logger LOG = LoggerFactory.getLogger(OwnerOnly.class);
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");

    private OwnerOnly() {}

    /** Returns the attributes of a new file that only its owner can read and write. */
    public static FileAttribute<?>[] file() {
        return permissions("rw-------");
    }

    /** Returns the attributes of a new folder that only its owner can enter. */
    public static FileAttribute<?>[] folder() {
        return permissions("rwx------");
    }

    /**
     * Withdraws the permissions of others for an existing file or folder. If the file belongs to another user, it logs a
     * warning and changes nothing.
     */
    public static void restrict(Path path) {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view == null || !Files.exists(path)) {
            return;
        }
        try {
            Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
            permissions.addAll(view.readAttributes().permissions());
            if (permissions.retainAll(OWNER)) {
                view.setPermissions(permissions);
                LOG.info("The gateway withdrew the permissions of other users for {}", path);
            }
        } catch (IOException e) {
            LOG.warn(
                    "Other users may be able to read {}, because its permissions cannot be changed: {}",
                    path,
                    e.toString());
        }
    }

    private static FileAttribute<?>[] permissions(String text) {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text))}
                : new FileAttribute<?>[0];
    }
}
