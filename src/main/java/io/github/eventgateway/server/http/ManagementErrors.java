package io.github.eventgateway.server.http;

import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;

/** The same door for the management port: its server has a context of its own, which sees no customizer of the other's. */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
class ManagementErrors {

    /** The other context scans this class too, and would have two of them. */
    @Bean
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
    ServerErrors managementServerErrors(AnswerWriter answers, HttpSettings settings) {
        return new ServerErrors(answers, settings, new Connections(settings), RateLimits.none(answers));
    }
}
