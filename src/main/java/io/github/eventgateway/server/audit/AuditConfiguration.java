package io.github.eventgateway.server.audit;

import io.github.eventgateway.embedded.EmbeddedDefaults;
import io.github.eventgateway.seal.SharedSecret;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.core.env.Environment;

/** Where the key of the audit trail comes from. */
@Configuration(proxyBeanMethods = false)
class AuditConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(AuditConfiguration.class);

    /** After the key of tokens: where neither is set, that one is the first to ask for. */
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

    /** What records are sealed with: the gateways that share an audit trail share their topics. */
    @Bean
    SharedSecret sharedSecret(AuditKeys keys) {
        return keys.shared();
    }
}
