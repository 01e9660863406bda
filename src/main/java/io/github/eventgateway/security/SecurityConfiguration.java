package io.github.eventgateway.security;

import io.github.eventgateway.http.AnswerWriter;
import io.github.eventgateway.http.HttpSettings;
import io.github.eventgateway.http.VerbTable;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.AuthenticationCredentialsNotFoundException;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.ExceptionTranslationFilter;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.StrictHttpFirewall;

/**
 * Lets a request in by the scopes that its REST verb declares in the YAML. Routes answer on other threads after this
 * chain has returned, so nothing here wraps the response or writes to it later.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

    @Bean
    SecurityFilterChain gatewaySecurity(
            HttpSecurity http,
            JwtDecoder tokens,
            VerbTable verbs,
            Refusals refusals,
            HttpSettings settings,
            AnswerWriter answers)
            throws Exception {
        if (!settings.corsOrigins().isEmpty()) {
            http.addFilterBefore(Cors.filter(settings.corsOrigins(), answers), BearerTokenAuthenticationFilter.class);
        }
        BearerTokenAuthenticationFilter bearer =
                new BearerTokenAuthenticationFilter(new ProviderManager(new JwtAuthenticationProvider(tokens)));
        bearer.setAuthenticationEntryPoint(refusals);
        bearer.setAuthenticationFailureHandler(refusals);
        return http.csrf(AbstractHttpConfigurer::disable)
                .cors(AbstractHttpConfigurer::disable)
                .headers(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .servletApi(AbstractHttpConfigurer::disable)
                .anonymous(AbstractHttpConfigurer::disable)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .exceptionHandling(
                        failures -> failures.authenticationEntryPoint(refusals).accessDeniedHandler(refusals))
                .addFilterBefore(bearer, ExceptionTranslationFilter.class)
                .authorizeHttpRequests(requests -> requests.anyRequest()
                        .access((caller, context) ->
                                decide(verbs.requiredScopes(context.getRequest()), caller, context.getRequest())))
                .build();
    }

    /** The container has checked the characters of headers; the engine takes those parameters alone that a verb declares. */
    @Bean
    HttpFirewall firewall() {
        StrictHttpFirewall firewall = new StrictHttpFirewall();
        firewall.setAllowedHeaderNames(name -> true);
        firewall.setAllowedHeaderValues(value -> true);
        firewall.setAllowedParameterNames(name -> true);
        firewall.setAllowedParameterValues(value -> true);
        return firewall;
    }

    @Bean
    SecurityObservationSettings noObservationOfFilters() {
        return SecurityObservationSettings.noObservations();
    }

    private static AuthorizationDecision decide(
            Set<String> scopes, Supplier<Authentication> caller, HttpServletRequest request) {
        if (scopes == null || request.getDispatcherType() != DispatcherType.REQUEST) {
            return new AuthorizationDecision(true);
        }
        Authentication known = caller.get();
        if (known == null) {
            throw new AuthenticationCredentialsNotFoundException("No token");
        }
        return new AuthorizationDecision(scopes.stream().allMatch(scope -> holds(known, scope)));
    }

    private static boolean holds(Authentication caller, String scope) {
        String authority = "SCOPE_" + scope;
        for (GrantedAuthority granted : caller.getAuthorities()) {
            if (authority.equals(granted.getAuthority())) {
                return true;
            }
        }
        return false;
    }
}
