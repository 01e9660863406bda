package io.github.eventgateway.security;

import io.github.eventgateway.embedded.EmbeddedDefaults;
import io.github.eventgateway.startup.StartFailure;
import io.github.eventgateway.startup.StartupException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;

/**
 * {@code event-gateway.jar token}: prints a signed token and nothing else. It reads the settings of the gateway but starts
 * nothing, so it works beside a gateway that runs.
 */
public final class TokenCommand {

    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int WRONG_ARGUMENTS = 2;
    private static final Pattern TTL = Pattern.compile("([1-9]\\d{0,5})([smhd])");
    private static final Pattern SCOPES =
            Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+( [\\x21\\x23-\\x5B\\x5D-\\x7E]+)*");
    private static final String USAGE = """
            Usage: java -jar event-gateway.jar token --scope "<scope> ..." [--ttl <n>s|m|h|d] [--subject <name>]

            Prints an access token, signed with JWT_SECRET or with the development key of the data folder.

              --scope    what the token allows, separated by spaces: events:write, events:read,
                         dead-letters:write, kafka:test, audit:read
              --ttl      how long it is valid: 30d, 12h, 15m, 60s; 1h where it is left out
              --subject  whom it is for; client where it is left out
            """;

    private final PrintStream out;
    private final PrintStream err;

    TokenCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    private record Wanted(String scope, Duration ttl, String subject) {}

    /** Runs the command with the arguments after {@code token}; returns the exit code. */
    public static int run(String[] arguments) {
        LoggingSystem.get(TokenCommand.class.getClassLoader()).beforeInitialize();
        return new TokenCommand(System.out, System.err).run(arguments, new StandardEnvironment());
    }

    int run(String[] arguments, ConfigurableEnvironment environment) {
        for (String argument : arguments) {
            if (argument.equals("--help") || argument.equals("-h")) {
                out.print(USAGE);
                return OK;
            }
        }
        Wanted wanted;
        try {
            wanted = parse(arguments);
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            err.print(USAGE);
            return WRONG_ARGUMENTS;
        }
        try {
            out.println(token(wanted, environment));
            return OK;
        } catch (RuntimeException e) {
            err.println(StartFailure.sentence(e));
            return FAILED;
        }
    }

    private static String token(Wanted wanted, ConfigurableEnvironment environment) {
        ConfigDataEnvironmentPostProcessor.applyTo(environment);
        StartFailure.requireSettings(environment);
        SecuritySettings settings = Binder.get(environment).bindOrCreate("gateway.security", SecuritySettings.class);
        if (settings.hasIssuer()) {
            throw new StartupException("Tokens come from the issuer that JWT_ISSUER_URI or JWT_JWK_SET_URI names: ask"
                    + " it for one, the gateway has no key to sign with");
        }
        SigningKey key =
                SigningKey.of(settings, EmbeddedDefaults.of(environment).developmentKey());
        return Tokens.sign(key, wanted.subject(), wanted.scope(), settings.audience(), wanted.ttl());
    }

    private static Wanted parse(String[] arguments) {
        Map<String, String> options = new HashMap<>(Map.of("--ttl", "1h", "--subject", "client"));
        for (int i = 0; i < arguments.length; i += 2) {
            String name = arguments[i];
            if (!name.equals("--scope") && !options.containsKey(name)) {
                throw new IllegalArgumentException("There is no option " + name);
            }
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(name + " has no value");
            }
            options.put(name, arguments[i + 1]);
        }
        String scope = options.getOrDefault("--scope", "").trim();
        if (!SCOPES.matcher(scope).matches()) {
            throw new IllegalArgumentException("--scope is missing or not a list of scopes separated by single spaces");
        }
        if (options.get("--subject").isBlank()) {
            throw new IllegalArgumentException("--subject is empty");
        }
        return new Wanted(scope, ttl(options.get("--ttl")), options.get("--subject"));
    }

    private static Duration ttl(String text) {
        Matcher matcher = TTL.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("--ttl is '" + text + "': write a number and s, m, h or d, such as 30d");
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
