package io.github.eventgateway.server.security;

import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.embedded.EmbeddedDefaults;
import io.github.eventgateway.startup.StartFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code event-gateway.jar token}: prints a signed token and nothing else. It reads the settings of the gateway but
 * starts nothing, so it can run beside the gateway.
 */
@Command(
        name = "token",
        description = {
            "Prints an access token, signed with JWT_SECRET or with the development key of the data folder.",
            ""
        })
public final class TokenCommand implements Callable<Integer> {

    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final Pattern TTL = Pattern.compile("([1-9]\\d{0,5})([smhd])");
    /** RFC 6749: any visible ASCII characters but quotation mark and backslash. */
    private static final String SCOPE = "[!-~&&[^\"\\\\]]+";

    private static final Pattern SCOPES = Pattern.compile(SCOPE + "( " + SCOPE + ")*");

    private final ConfigurableEnvironment environment;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--scope",
            required = true,
            paramLabel = "\"<scope> ...\"",
            description = {
                "Scopes of the token, separated by spaces: " + Scopes.LIST + ", and the scopes of your own routes.",
                "events:write allows every event type, events:write:user_login one type, "
                        + "\"events:write:user_*\" all types with this prefix."
            })
    private String scope;

    @Option(
            names = "--ttl",
            paramLabel = "<n>s|m|h|d",
            defaultValue = "1h",
            converter = Ttl.class,
            description = "Validity of the token, such as 30d, 12h, 15m or 60s. Default: ${DEFAULT-VALUE}.")
    private Duration ttl;

    @Option(
            names = "--subject",
            paramLabel = "<name>",
            defaultValue = "client",
            description = "Subject of the token, the publisher of its events. Default: ${DEFAULT-VALUE}.")
    private String subject;

    public TokenCommand() {
        this(new StandardEnvironment());
    }

    TokenCommand(ConfigurableEnvironment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        requireForm();
        try {
            spec.commandLine().getOut().println(token());
            return OK;
        } catch (RuntimeException e) {
            spec.commandLine().getErr().println(StartFailure.sentence(e));
            return FAILED;
        }
    }

    private void requireForm() {
        if (!SCOPES.matcher(scope.trim()).matches()) {
            throw new ParameterException(
                    spec.commandLine(), "--scope must be a list of scopes separated by single spaces");
        }
        Set<String> unknown = Scopes.unknown(scope.trim(), Path.of("routes"));
        if (!unknown.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--scope has unknown scopes: " + String.join(", ", unknown) + ". The scopes " + "are "
                            + Scopes.IN_WORDS);
        }
        if (subject.isBlank() || subject.length() > TokenVerification.LONGEST_SUBJECT) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--subject must be a text of 1 to " + TokenVerification.LONGEST_SUBJECT + " characters");
        }
    }

    private String token() {
        ConfigDataEnvironmentPostProcessor.applyTo(environment);
        StartFailure.requireSettings(environment);
        SecuritySettings settings = Binder.get(environment).bindOrCreate("gateway.security", SecuritySettings.class);
        if (settings.hasIssuer()) {
            throw new StartupException("The gateway has no key to sign tokens, because JWT_ISSUER_URI or "
                    + "JWT_JWK_SET_URI is set: get a token from that issuer");
        }
        SigningKey key =
                SigningKey.of(settings, EmbeddedDefaults.of(environment).developmentKey());
        return Tokens.sign(key, subject, scope.trim(), settings.audience(), ttl);
    }

    /** A number and its unit. */
    static final class Ttl implements ITypeConverter<Duration> {

        @Override
        public Duration convert(String text) {
            Matcher matcher = TTL.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException(
                        "'" + text + "' is not a duration: write a number and s, m, h or d, such as 30d");
            }
            long number = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            };
        }
    }
}
