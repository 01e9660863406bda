package io.github.eventgateway.server.audit;

import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.embedded.KeyFile;
import io.github.eventgateway.seal.SharedSecret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The keys of the chain in this gateway: its own key, and other keys whose records it accepts. It signs with its own
 * key unless the chain already uses a newer one. Immutable; any thread.
 */
final class AuditKeys {

    private static final int BYTES = 32;

    private final AuditKey own;
    private final Map<String, AuditKey> all = new LinkedHashMap<>();
    private final SharedSecret shared;

    /**
     * @param also keys that may sign before or after this one, and whose seals on Kafka records count
     * @param retired keys whose records and anchors can be verified, and whose seals do not count
     */
    AuditKeys(AuditKey own, List<AuditKey> also, List<AuditKey> retired) {
        this.own = own;
        all.put(own.id(), own);
        also.forEach(key -> all.putIfAbsent(key.id(), key));
        retired.forEach(key -> all.putIfAbsent(key.id(), key));
        this.shared = new SharedSecret(
                own.shared(), also.stream().map(AuditKey::shared).toList());
    }

    /**
     * Returns the configured secrets. With only the embedded defaults it returns the key in the data folder.
     *
     * @throws StartupException if there is no key, or if it is weak; the message names the variable to set
     */
    static AuditKeys of(AuditSettings settings, boolean developmentKeyAllowed) {
        return new AuditKeys(
                own(settings, developmentKeyAllowed),
                keys("AUDIT_SECRET_ALSO", settings.secretAlso()),
                keys("AUDIT_SECRET_RETIRED", settings.secretRetired()));
    }

    private static AuditKey own(AuditSettings settings, boolean developmentKeyAllowed) {
        if (!settings.secret().isEmpty()) {
            return key("AUDIT_SECRET", settings.secret());
        }
        if (!developmentKeyAllowed) {
            throw new StartupException("No key for the audit trail is set: with KAFKA_BROKERS or DATABASE_URL, set"
                    + " AUDIT_SECRET (32 bytes or more, the same for all gateways of one database)");
        }
        return new AuditKey(KeyFile.read(Path.of(settings.developmentKeyFile()), BYTES, "AUDIT_SECRET"));
    }

    private static List<AuditKey> keys(String variable, List<String> secrets) {
        return secrets.stream()
                .filter(secret -> !secret.isBlank())
                .map(secret -> key(variable, secret.trim()))
                .toList();
    }

    private static AuditKey key(String variable, String text) {
        byte[] secret = text.getBytes(StandardCharsets.UTF_8);
        if (secret.length < BYTES) {
            throw new StartupException(variable + " is too short (" + secret.length
                    + " bytes): write 32 bytes or more, for instance from `openssl rand -base64 48`");
        }
        return new AuditKey(secret);
    }

    AuditKey own() {
        return own;
    }

    Collection<AuditKey> all() {
        return List.copyOf(all.values());
    }

    Optional<AuditKey> find(String id) {
        return Optional.ofNullable(id == null ? null : all.get(id));
    }

    /** Returns the key that signed this row at its position, if this gateway has it and the row was not changed. */
    Optional<AuditKey> signer(String previous, AuditTable.Row row) {
        if (!row.record().hasValidTime()) {
            return Optional.empty();
        }
        return row.keyId() == null
                ? all.values().stream()
                        .filter(key -> key.formerMac(previous, row.sequence(), row.record())
                                .equals(row.mac()))
                        .findFirst()
                : find(row.keyId()).filter(key -> key.mac(previous, row.sequence(), row.record(), row.personalMac())
                        .equals(row.mac()));
    }

    /** Returns whether one of the keys signed this anchor with this MAC. */
    boolean signed(Head anchor, String mac) {
        return all.values().stream().anyMatch(key -> key.mac(anchor).equals(mac));
    }

    /** Returns the secret that the gateways of one database share. The keys cannot be derived from it. */
    SharedSecret shared() {
        return shared;
    }
}
