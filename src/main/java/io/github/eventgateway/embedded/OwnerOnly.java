package io.github.eventgateway.embedded;

import java.nio.file.FileSystems;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Restricts files of the gateway to its own user. A file system without POSIX permissions keeps its defaults. */
public final class OwnerOnly {

    private OwnerOnly() {}

    /** Returns the attributes of a new file that only its owner can read and write. */
    public static FileAttribute<?>[] file() {
        return permissions("rw-------");
    }

    /** Returns the attributes of a new folder that only its owner can enter. */
    public static FileAttribute<?>[] folder() {
        return permissions("rwx------");
    }

    private static FileAttribute<?>[] permissions(String text) {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text))}
                : new FileAttribute<?>[0];
    }
}
