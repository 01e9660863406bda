package io.github.eventgateway.server.console;

import io.github.eventgateway.api.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/**
 * A file of the console for browsers.
 *
 * @param type its media type
 * @param plain its bytes
 * @param gzipped the same bytes, compressed
 * @param hash the beginning of its SHA-256, with which a browser checks for changes
 */
record ConsoleFile(String type, byte[] plain, byte[] gzipped, String hash) {

    private static final int HASH_DIGITS = 24;

    static ConsoleFile of(String type, byte[] bytes) {
        return new ConsoleFile(type, bytes, gzip(bytes), Sha256.hex(bytes).substring(0, HASH_DIGITS));
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }
}
