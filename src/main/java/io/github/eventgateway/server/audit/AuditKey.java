package io.github.eventgateway.server.audit;

import io.github.eventgateway.seal.MacKey;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/** A key of the chain. Without it nobody can write a valid record. Any thread. */
final class AuditKey {

    /** The link of the first record. */
    static final String GENESIS = "0".repeat(64);

    /** The version of records that do not name their key. */
    private static final int FORMER_VERSION = 1;

    private static final int VERSION = 2;
    private static final int ID_LENGTH = 16;
    private static final byte RECORD = 'R';
    private static final char ANCHOR = 'A';
    private static final char ENDORSEMENT = 'E';
    private static final char ID = 'K';
    private static final char PERSONAL = 'P';
    private static final char SHARED = 'S';
    private static final HexFormat HEX = HexFormat.of();

    private final MacKey key;
    private final String id;

    AuditKey(byte[] secret) {
        this.key = new MacKey(secret);
        this.id = sign(ID, "").substring(0, ID_LENGTH);
    }

    /** Returns a short name of this key, from which the key cannot be derived. */
    String id() {
        return id;
    }

    /**
     * Returns the MAC of a record at its position in the chain.
     *
     * @param personalMac the commitment of its personal details; null without any
     */
    String mac(String previous, long sequence, AuditRecord record, String personalMac) {
        return sign(out -> {
            out.writeByte(RECORD);
            out.writeByte(VERSION);
            write(out, id);
            write(out, personalMac);
            write(out, previous, sequence, record);
        });
    }

    /** Returns the MAC of an earlier version. */
    String formerMac(String previous, long sequence, AuditRecord record) {
        return sign(out -> {
            out.writeByte(RECORD);
            out.writeByte(FORMER_VERSION);
            write(out, previous, sequence, record);
        });
    }

    private static void write(DataOutputStream out, String previous, long sequence, AuditRecord record)
            throws IOException {
        write(out, previous);
        out.writeLong(sequence);
        out.writeLong(micros(record.at()));
        write(out, record.outcome());
        write(out, record.subject());
        write(out, record.action());
        write(out, record.target());
        write(out, record.address());
        write(out, record.requestId());
        write(out, record.status() == null ? null : record.status().toString());
        write(out, record.reason());
        out.writeLong(record.calls());
        write(out, record.detail());
    }

    /** Exact for all years that {@link AuditRecord#hasValidTime} accepts, unlike ChronoUnit before JDK 19. */
    private static long micros(Instant time) {
        return TimeUnit.SECONDS.toMicros(time.getEpochSecond()) + TimeUnit.NANOSECONDS.toMicros(time.getNano());
    }

    /** Returns the MAC of an anchor. It distinguishes the file of another key from the file of this key. */
    String mac(Head anchor) {
        return sign(ANCHOR, anchor.toString());
    }

    /**
     * Commits to personal details. Guessing the details needs both the nonce and the key.
     */
    String commitment(String nonce, String details) {
        return sign(PERSONAL, nonce + " " + details);
    }

    /** Returns the proof that the key with this id replaces this one. */
    String endorsement(String next) {
        return sign(ENDORSEMENT, next);
    }

    /** Returns the secret for seals, from which this key cannot be derived. */
    byte[] shared() {
        return HEX.parseHex(sign(SHARED, ""));
    }

    /** The length precedes the text, so that two different records cannot have the same bytes. */
    private static void write(DataOutputStream out, String text) throws IOException {
        if (text == null) {
            out.writeInt(-1);
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private String sign(char purpose, String text) {
        return HEX.formatHex(key.ofBytes((purpose + text).getBytes(StandardCharsets.UTF_8)));
    }

    private String sign(Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            content.write(out);
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory cannot fail", e);
        }
        return HEX.formatHex(key.ofBytes(bytes.toByteArray()));
    }

    private interface Content {

        void write(DataOutputStream out) throws IOException;
    }
}
