package io.github.eventgateway.server.http;

import io.github.eventgateway.api.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.ssl.pem.PemContent;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Converts {@code gateway.http.tls} to an SSL bundle of Spring Boot, which reloads changed files. Spring Boot would
 * answer a missing or wrong file with a stack trace, and does not accept an empty name for "no HTTPS".
 */
class HttpsSettings implements EnvironmentPostProcessor, Ordered {

    private static final String SETTINGS = "gateway.http.tls.";
    private static final String CERTIFICATE = "HTTP_TLS_CERTIFICATE_FILE";
    private static final String KEY = "HTTP_TLS_KEY_FILE";
    private static final String BUNDLE = "spring.ssl.bundle.pem.http.";

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        String certificate = environment.getProperty(SETTINGS + "certificate-file", "");
        String key = environment.getProperty(SETTINGS + "key-file", "");
        if (certificate.isBlank() && key.isBlank()) {
            return;
        }
        if (certificate.isBlank() || key.isBlank()) {
            throw new StartupException((certificate.isBlank() ? KEY : CERTIFICATE) + " is set and "
                    + (certificate.isBlank() ? CERTIFICATE : KEY) + " is not: set both for HTTPS");
        }
        String password = environment.getProperty(SETTINGS + "key-password", "");
        requireMatch(certificate(certificate), key(key, password), certificate, key);
        environment
                .getPropertySources()
                .addLast(new MapPropertySource("https", properties(environment, certificate, key, password)));
    }

    private static Map<String, Object> properties(
            ConfigurableEnvironment environment, String certificate, String key, String password) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(BUNDLE + "reload-on-update", true);
        properties.put(
                BUNDLE + "keystore.certificate", Path.of(certificate).toUri().toString());
        properties.put(BUNDLE + "keystore.private-key", Path.of(key).toUri().toString());
        if (!password.isEmpty()) {
            properties.put(BUNDLE + "keystore.private-key-password", password);
        }
        // A partial change, such as a new certificate with the old key, does not take effect.
        properties.put(BUNDLE + "keystore.verify-keys", true);
        properties.put("server.ssl.bundle", "http");
        properties.put("server.ssl.enabled-protocols", List.of("TLSv1.3", "TLSv1.2"));
        boolean management = environment.getProperty(SETTINGS + "management", Boolean.class, false);
        properties.put("management.server.ssl.enabled", management);
        if (management) {
            properties.put("management.server.ssl.bundle", "http");
        }
        return properties;
    }

    private static X509Certificate certificate(String file) {
        try {
            return load(CERTIFICATE, file).getCertificates().get(0);
        } catch (RuntimeException e) {
            throw wrong(CERTIFICATE, file, "has no readable certificate", "CERTIFICATE", e);
        }
    }

    private static PrivateKey key(String file, String password) {
        try {
            PrivateKey key = load(KEY, file).getPrivateKey(password.isEmpty() ? null : password);
            if (key != null) {
                return key;
            }
        } catch (StartupException e) {
            throw e;
        } catch (RuntimeException e) {
            throw wrong(KEY, file, "has no readable key, or HTTP_TLS_KEY_PASSWORD is wrong", "PRIVATE KEY", e);
        }
        throw wrong(KEY, file, "has no private key", "PRIVATE KEY", null);
    }

    private static PemContent load(String variable, String file) {
        try {
            return PemContent.load(Path.of(file));
        } catch (IOException e) {
            throw new StartupException(
                    variable + " names " + file + ", which "
                            + (Files.exists(Path.of(file)) ? "cannot be read" : "does not exist")
                            + ": set it to a PEM file that the user of the gateway can read",
                    e);
        }
    }

    private static StartupException wrong(String variable, String file, String what, String label, Throwable cause) {
        if (cause instanceof StartupException known) {
            return known;
        }
        return new StartupException(
                variable + " names " + file + ", which " + what + ": set it to a PEM file that begins "
                        + "with -----BEGIN "
                        + label + "-----",
                cause);
    }

    private static void requireMatch(X509Certificate certificate, PrivateKey key, String file, String keyFile) {
        if (!isOf(certificate.getPublicKey(), key)) {
            throw new StartupException("The certificate in " + file + " does not match the key in " + keyFile
                    + ": set HTTP_TLS_CERTIFICATE_FILE and HTTP_TLS_KEY_FILE to a matching pair. The "
                    + "certificate of the server must be the first in its file");
        }
    }

    private static boolean isOf(PublicKey publicKey, PrivateKey privateKey) {
        if (!publicKey.getAlgorithm().equals(privateKey.getAlgorithm())) {
            return false;
        }
        String algorithm =
                switch (publicKey.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> publicKey.getAlgorithm();
                };
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(privateKey);
            signature.update((byte) 1);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update((byte) 1);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER + 1;
    }
}
