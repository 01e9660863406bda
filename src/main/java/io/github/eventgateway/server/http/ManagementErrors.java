package io.github.eventgateway.server.http;

import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;

/**
 * Handles errors on the management port in the same way. Its server has its own context, which ignores the customizers
 * of the main one.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
class ManagementErrors {

    /** The other context scans this class too, and would create it twice. */
    @Bean
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
    ServerErrors managementServerErrors(AnswerWriter answers, HttpSettings settings) {
        return new ServerErrors(answers, settings, new Connections(settings), RateLimits.none(answers));
    }
}
