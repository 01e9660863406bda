package io.github.eventgateway.server.audit;

import io.github.eventgateway.embedded.EmbeddedDefaults;
import io.github.eventgateway.seal.SharedSecret;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.core.env.Environment;

@Configuration(proxyBeanMethods = false)
class AuditConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(AuditConfiguration.class);

    /** Runs after the key of tokens, so that a start without both keys names that one first. */
    @Bean
    @DependsOn("jwtDecoder")
    AuditKeys auditKeys(AuditSettings settings, Environment environment) {
        AuditKeys keys = AuditKeys.of(settings, EmbeddedDefaults.of(environment).developmentKey());
        LOG.info(
                "The gateway signs the audit trail with the key {}; it accepts the keys {}",
                keys.own().id(),
                keys.all().stream().map(AuditKey::id).toList());
        return keys;
    }

    /** Gateways with a common audit trail also share their topics, so they use one secret. */
    @Bean
    SharedSecret sharedSecret(AuditKeys keys) {
        return keys.shared();
    }
}
