package io.github.eventgateway.server.security;

import io.github.eventgateway.event.PublishPermission;
import io.github.eventgateway.server.http.AnswerWriter;
import io.github.eventgateway.server.http.HttpSettings;
import io.github.eventgateway.server.http.RateLimits;
import io.github.eventgateway.server.http.VerbTable;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.AuthenticationCredentialsNotFoundException;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.config.BeanIds;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationConverter;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.FilterChainProxy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.ExceptionTranslationFilter;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.security.web.savedrequest.NullRequestCache;
import org.springframework.security.web.util.matcher.AnyRequestMatcher;
import org.springframework.web.filter.RequestContextFilter;

/**
 * Checks the scopes that the REST verb of a request declares in YAML. Routes answer on other threads after this chain
 * has returned, so nothing here wraps the response or writes to it later.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

    private static final String SCOPE = "SCOPE_";

    /** Returns a chain with only the needed filters, because each filter costs time at every request. */
    @Bean
    SecurityFilterChain gatewaySecurity(
            JwtDecoder tokens,
            VerbTable verbs,
            Refusals refusals,
            HttpSettings settings,
            AnswerWriter answers,
            RateLimits limits) {
        List<Filter> filters = new ArrayList<>();
        if (!settings.corsOrigins().isEmpty()) {
            filters.add(Cors.filter(settings.corsOrigins(), answers, limits));
        }
        BearerTokenAuthenticationConverter converter = new BearerTokenAuthenticationConverter();
        converter.setBearerTokenResolver(new BearerTokens());
        BearerTokenAuthenticationFilter bearer = new BearerTokenAuthenticationFilter(
                new ProviderManager(new JwtAuthenticationProvider(tokens)), converter);
        bearer.setAuthenticationEntryPoint(refusals);
        bearer.setAuthenticationFailureHandler(refusals);
        filters.add(bearer);
        filters.add((request, response, chain) -> {
            HttpServletRequest http = (HttpServletRequest) request;
            Authentication caller = SecurityContextHolder.getContext().getAuthentication();
            if (http.getDispatcherType() != DispatcherType.REQUEST
                    || limits.admits(caller, http, (HttpServletResponse) response)) {
                chain.doFilter(request, response);
            }
        });
        ExceptionTranslationFilter translation = new ExceptionTranslationFilter(refusals, new NullRequestCache());
        translation.setAccessDeniedHandler(refusals);
        filters.add(translation);
        filters.add(
                new AuthorizationFilter((caller, request) -> decide(verbs.requiredScopes(request), caller, request)));
        return new DefaultSecurityFilterChain(AnyRequestMatcher.INSTANCE, filters);
    }

    /** Spring Boot finds it by this name and adds no filter registration of its own. */
    @Bean(BeanIds.SPRING_SECURITY_FILTER_CHAIN)
    FilterChainProxy filterChain(SecurityFilterChain gatewaySecurity, Refusals refusals) {
        FilterChainProxy proxy = new FilterChainProxy(gatewaySecurity);
        proxy.setFirewall(firewall());
        proxy.setRequestRejectedHandler(refusals);
        return proxy;
    }

    /** Disables a filter, because the dispatcher servlet does the same work. */
    @Bean
    FilterRegistrationBean<RequestContextFilter> noRequestContextFilter() {
        FilterRegistrationBean<RequestContextFilter> registration =
                new FilterRegistrationBean<>(new RequestContextFilter());
        registration.setEnabled(false);
        return registration;
    }

    /**
     * The container has checked the characters of headers. The engine accepts only the parameters that a verb declares.
     */
    private static HttpFirewall firewall() {
        StrictHttpFirewall firewall = new StrictHttpFirewall();
        firewall.setAllowedHeaderNames(name -> true);
        firewall.setAllowedHeaderValues(value -> true);
        firewall.setAllowedParameterNames(name -> true);
        firewall.setAllowedParameterValues(value -> true);
        return firewall;
    }

    private static AuthorizationDecision decide(
            Set<String> scopes, Supplier<? extends Authentication> caller, HttpServletRequest request) {
        if (scopes == null || request.getDispatcherType() != DispatcherType.REQUEST) {
            return new AuthorizationDecision(true);
        }
        Authentication known = caller.get();
        if (known == null) {
            throw new AuthenticationCredentialsNotFoundException("No token");
        }
        return new AuthorizationDecision(scopes.stream().allMatch(scope -> holds(known, scope)));
    }

    /** For a scope that allows only some types, the route checks the type of each event. */
    private static boolean holds(Authentication caller, String scope) {
        boolean toPublish = scope.equals(PublishPermission.SCOPE);
        for (GrantedAuthority granted : caller.getAuthorities()) {
            String authority = granted.getAuthority();
            if (authority != null && authority.startsWith(SCOPE)) {
                String held = authority.substring(SCOPE.length());
                if (held.equals(scope) || toPublish && PublishPermission.isGrantedBy(held)) {
                    return true;
                }
            }
        }
        return false;
    }
}
