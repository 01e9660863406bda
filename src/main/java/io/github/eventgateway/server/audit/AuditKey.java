package io.github.eventgateway.server.audit;

import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.embedded.KeyFile;
import io.github.eventgateway.seal.SharedSecret;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The key of the chain: without it nobody can write a record that fits. Any thread. */
final class AuditKey {

    /** What stands before the first record. */
    static final String GENESIS = "0".repeat(64);

    private static final int BYTES = 32;
    private static final int VERSION = 1;
    private static final byte RECORD = 'R';
    private static final byte ANCHOR = 'A';
    private static final byte[] SHARED = "S".getBytes(StandardCharsets.US_ASCII);
    private static final String ALGORITHM = "HmacSHA256";
    private static final HexFormat HEX = HexFormat.of();

    private final SecretKey key;

    AuditKey(byte[] secret) {
        this.key = new SecretKeySpec(secret, ALGORITHM);
    }

    /**
     * The configured secret, or a key of the data folder where nothing but the embedded defaults is in use.
     *
     * @throws StartupException when there is no key, or a weak one; the message says which variable to set
     */
    static AuditKey of(AuditSettings settings, boolean developmentKeyAllowed) {
        byte[] secret = settings.secret().getBytes(StandardCharsets.UTF_8);
        if (secret.length == 0 && !developmentKeyAllowed) {
            throw new StartupException("No key for the audit trail is set: with KAFKA_BROKERS or DATABASE_URL, set"
                    + " AUDIT_SECRET (32 bytes or more, the same for all gateways of one database)");
        }
        if (secret.length == 0) {
            return new AuditKey(KeyFile.read(Path.of(settings.developmentKeyFile()), BYTES, "AUDIT_SECRET"));
        }
        if (secret.length < BYTES) {
            throw new StartupException("AUDIT_SECRET is too short (" + secret.length
                    + " bytes): write 32 bytes or more, for instance from `openssl rand -base64 48`");
        }
        return new AuditKey(secret);
    }

    /** The mac of a record at its place in the chain. */
    String mac(String previous, long sequence, AuditRecord record) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(RECORD);
            out.writeByte(VERSION);
            write(out, previous);
            out.writeLong(sequence);
            out.writeLong(ChronoUnit.MICROS.between(Instant.EPOCH, record.at()));
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
        } catch (IOException e) {
            throw new IllegalStateException("A byte array takes every byte", e);
        }
        return sign(bytes.toByteArray());
    }

    /** The mac of an anchor, so that a file of another key is told from this one's. */
    String mac(Head anchor) {
        byte[] text = anchor.toString().getBytes(StandardCharsets.US_ASCII);
        byte[] bytes = new byte[text.length + 1];
        bytes[0] = ANCHOR;
        System.arraycopy(text, 0, bytes, 1, text.length);
        return sign(bytes);
    }

    /** What else the gateways of one database share; it tells nothing of this key. */
    SharedSecret shared() {
        return new SharedSecret(HEX.parseHex(sign(SHARED)));
    }

    /** The length goes first, so that no two records have one form. */
    private static void write(DataOutputStream out, String text) throws IOException {
        if (text == null) {
            out.writeInt(-1);
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private String sign(byte[] bytes) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return HEX.formatHex(mac.doFinal(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JVM has " + ALGORITHM, e);
        }
    }
}
