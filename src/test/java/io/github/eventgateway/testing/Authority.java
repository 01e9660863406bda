package io.github.eventgateway.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A certificate authority that creates certificates on demand as PEM files. It encodes X.509 itself, because the JDK
 * has no public API for creating certificates.
 */
public final class Authority {

    private static final AtomicLong SERIAL = new AtomicLong(1);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private static final byte[] ECDSA_WITH_SHA256 = oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02);
    private static final byte[] COMMON_NAME = oid(0x55, 0x04, 0x03);
    private static final byte[] BASIC_CONSTRAINTS = oid(0x55, 0x1d, 0x13);
    private static final byte[] ALTERNATIVE_NAME = oid(0x55, 0x1d, 0x11);

    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int UTF8_STRING = 0x0c;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;

    private final Path folder;
    private final String name;
    private final KeyPair keys = keys();

    /**
     * PEM files of a certificate and its key.
     *
     * @param certificate the certificate
     * @param key its key, as PKCS #8
     * @param both key and certificate in one file, as a broker needs them
     */
    public record Identity(Path certificate, Path key, Path both) {}

    /** Creates an authority that keeps its files in this folder. */
    public Authority(Path folder, String name) {
        this.folder = folder;
        this.name = name;
        Instant now = Instant.now();
        write(
                name + ".pem",
                pem("CERTIFICATE", certificate(name, keys, new byte[0], true, days(now, -1), days(now, 1))));
    }

    /** Returns the PEM file of its own certificate, for clients that trust it. */
    public Path certificate() {
        return folder.resolve(name + ".pem");
    }

    /** Creates a valid certificate with this common name for the address 127.0.0.1 and the name localhost. */
    public Identity identity(String commonName) {
        Instant now = Instant.now();
        return identity(commonName, loopback(), days(now, -1), days(now, 1));
    }

    /** Creates a certificate that expired yesterday. */
    public Identity expired(String commonName) {
        Instant now = Instant.now();
        return identity(commonName, loopback(), days(now, -10), days(now, -1));
    }

    /** Creates a certificate for another host. */
    public Identity misnamed(String commonName) {
        Instant now = Instant.now();
        byte[] elsewhere = der(0x82, "elsewhere.example".getBytes(StandardCharsets.US_ASCII));
        return identity(commonName, elsewhere, days(now, -1), days(now, 1));
    }

    private static byte[] loopback() {
        return join(der(0x87, new byte[] {127, 0, 0, 1}), der(0x82, "localhost".getBytes(StandardCharsets.US_ASCII)));
    }

    private Identity identity(String commonName, byte[] names, Instant from, Instant to) {
        KeyPair own = keys();
        String certificate = pem("CERTIFICATE", certificate(commonName, own, names, false, from, to));
        String key = pem("PRIVATE KEY", own.getPrivate().getEncoded());
        String file = name + "-" + SERIAL.get();
        return new Identity(
                write(file + "-certificate.pem", certificate),
                write(file + "-key.pem", key),
                write(file + "-both.pem", key + certificate));
    }

    private byte[] certificate(
            String commonName, KeyPair subject, byte[] names, boolean authority, Instant from, Instant to) {
        byte[] algorithm = der(SEQUENCE, ECDSA_WITH_SHA256);
        byte[] constraints = der(SEQUENCE, authority ? new byte[] {0x01, 0x01, (byte) 0xff} : new byte[0]);
        byte[] extensions = extension(BASIC_CONSTRAINTS, constraints);
        if (names.length > 0) {
            extensions = join(extensions, extension(ALTERNATIVE_NAME, der(SEQUENCE, names)));
        }
        byte[] content = der(
                SEQUENCE,
                der(0xa0, der(INTEGER, new byte[] {2})),
                der(INTEGER, BigInteger.valueOf(SERIAL.incrementAndGet()).toByteArray()),
                algorithm,
                distinguished(name),
                der(SEQUENCE, time(from), time(to)),
                distinguished(commonName),
                subject.getPublic().getEncoded(),
                der(0xa3, der(SEQUENCE, extensions)));
        return der(SEQUENCE, content, algorithm, der(BIT_STRING, new byte[] {0}, sign(keys.getPrivate(), content)));
    }

    private static byte[] extension(byte[] oid, byte[] value) {
        return der(SEQUENCE, oid, der(OCTET_STRING, value));
    }

    private static byte[] distinguished(String commonName) {
        byte[] value = der(UTF8_STRING, commonName.getBytes(StandardCharsets.UTF_8));
        return der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, value)));
    }

    private static byte[] time(Instant at) {
        return der(GENERALIZED_TIME, TIME.format(at).getBytes(StandardCharsets.US_ASCII));
    }

    private static Instant days(Instant from, int days) {
        return from.plus(days, ChronoUnit.DAYS);
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] sign(PrivateKey key, byte[] content) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key);
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] oid(int... bytes) {
        byte[] value = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            value[i] = (byte) bytes[i];
        }
        return der(0x06, value);
    }

    private static byte[] der(int tag, byte[]... parts) {
        byte[] value = join(parts);
        byte[] length = BigInteger.valueOf(value.length).toByteArray();
        if (value.length < 0x80) {
            return join(new byte[] {(byte) tag, (byte) value.length}, value);
        }
        int skipped = length[0] == 0 ? 1 : 0;
        byte[] digits = new byte[length.length - skipped];
        System.arraycopy(length, skipped, digits, 0, digits.length);
        return join(new byte[] {(byte) tag, (byte) (0x80 | digits.length)}, digits, value);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    private static String pem(String kind, byte[] der) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
    }

    private Path write(String file, String text) {
        try {
            return Files.writeString(folder.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
