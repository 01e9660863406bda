package io.github.eventgateway.embedded;

import java.nio.file.FileSystems;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Permissions for what the gateway keeps: its own user alone. A file system without POSIX permissions keeps its defaults. */
public final class OwnerOnly {

    private OwnerOnly() {}

    /** Returns the attributes with which a file is created that only its owner reads and writes. */
    public static FileAttribute<?>[] file() {
        return permissions("rw-------");
    }

    /** Returns the attributes with which a folder is created that only its owner enters. */
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
