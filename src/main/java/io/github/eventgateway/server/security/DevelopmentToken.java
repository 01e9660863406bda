package io.github.eventgateway.server.security;

import io.github.eventgateway.embedded.EmbeddedDefaults;
import java.time.Duration;
import java.util.Optional;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** A token for trying the gateway, if the gateway generated its key. */
@Component
class DevelopmentToken {

    private static final String ALL_SCOPES = String.join(" ", Scopes.KNOWN);
    private static final Duration TTL = Duration.ofHours(24);

    private final SecuritySettings settings;
    private final boolean allowed;

    DevelopmentToken(SecuritySettings settings, Environment environment) {
        this.settings = settings;
        this.allowed = EmbeddedDefaults.of(environment).developmentKey();
    }

    /** Returns a token with all scopes for 24 hours; empty if a key is configured. */
    Optional<String> make() {
        if (!allowed || settings.hasIssuer() || !settings.jwtSecret().isEmpty()) {
            return Optional.empty();
        }
        SigningKey key = SigningKey.of(settings, true);
        return Optional.of(Tokens.sign(key, "developer", ALL_SCOPES, settings.audience(), TTL));
    }
}
