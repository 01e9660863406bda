package io.github.eventgateway.server.audit;

import io.github.eventgateway.embedded.EmbeddedDefaults;
import io.github.eventgateway.seal.SharedSecret;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.core.env.Environment;

/** Where the key of the audit trail comes from. */
@Configuration(proxyBeanMethods = false)
class AuditConfiguration {

    /** After the key of tokens: where neither is set, that one is the first to ask for. */
    @Bean
    @DependsOn("jwtDecoder")
    AuditKey auditKey(AuditSettings settings, Environment environment) {
        return AuditKey.of(settings, EmbeddedDefaults.of(environment).developmentKey());
    }

    /** What records are sealed with: the gateways that share an audit trail share their topics. */
    @Bean
    SharedSecret sharedSecret(AuditKey key) {
        return key.shared();
    }
}
