package io.github.eventgateway.server.audit;

import io.github.eventgateway.embedded.EmbeddedDefaults;
import io.github.eventgateway.seal.SharedSecret;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;

/** The secret of the gateways, for a command that uses the same database. */
public final class GatewaySecret {

    private GatewaySecret() {}

    /**
     * Returns the secret of a gateway with these settings.
     *
     * @throws io.github.eventgateway.api.StartupException if the secret is missing or weak; the message names the
     *     variable to set
     */
    public static SharedSecret of(ConfigurableEnvironment environment) {
        AuditSettings settings = Binder.get(environment).bindOrCreate("gateway.audit", AuditSettings.class);
        return AuditKeys.of(settings, EmbeddedDefaults.of(environment).developmentKey())
                .shared();
    }
}
