package io.github.eventgateway.startup;

import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.event.InvalidCatalogueException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.FailedToCreateRouteException;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.env.PropertyResolver;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Reports why the gateway cannot start in one sentence: the problem, its place and the remedy. The stack trace appears
 * only with {@code --debug}.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
public class StartFailure implements SpringBootExceptionReporter {

    private static final Pattern IN_ROUTES_FILE =
            Pattern.compile("([^\\n]*?)\\s+in (?:file:)?(\\S+\\.ya?ml), line (\\d+), column (\\d+)");
    private static final Pattern PLACEHOLDER =
            Pattern.compile("Property with key \\[([^]]+)]|Could not resolve placeholder '([^']+)'");

    private final boolean debug;

    StartFailure(ConfigurableApplicationContext context) {
        this.debug = context != null && context.getEnvironment().containsProperty("debug");
    }

    @Override
    public boolean reportException(Throwable failure) {
        System.err.println("The gateway cannot start. " + sentence(failure));
        if (debug) {
            failure.printStackTrace();
        }
        return true;
    }

    /** Returns the problem for the person who starts the gateway. */
    public static String sentence(Throwable failure) {
        List<Throwable> chain = chain(failure);
        for (Throwable cause : chain) {
            String known = known(cause, chain);
            if (known != null) {
                return known;
            }
        }
        Throwable root = chain.get(chain.size() - 1);
        // The message of a file error is only the path.
        boolean isPlain = root.getMessage() == null || root instanceof FileSystemException;
        return isPlain ? root.toString() : oneLine(root.getMessage());
    }

    /**
     * @throws StartupException if no application.yaml was read
     */
    public static void requireSettings(PropertyResolver settings) {
        if (settings.getProperty("gateway.data-directory") == null) {
            throw new StartupException("There is no application.yaml in "
                    + Path.of("").toAbsolutePath()
                    + ": start the gateway in the folder with application.yaml and routes/, or set "
                    + "--spring.config.location=file:/path/to/application.yaml");
        }
    }

    /**
     * @throws StartupException if the folder of the routes is missing, empty or unreadable
     */
    public static void requireRoutes(PropertyResolver settings) {
        String pattern = settings.getProperty("camel.main.routes-include-pattern", "");
        if (!pattern.startsWith("file:") || pattern.contains(",")) {
            return;
        }
        Path folder = Path.of(pattern.substring("file:".length()).replaceFirst("/[^/]*\\*.*$", ""))
                .toAbsolutePath();
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> routes = files.filter(file -> file.toString().endsWith(".camel.yaml"))
                    .toList();
            if (routes.isEmpty()) {
                throw new StartupException("The folder " + folder + " has no *.camel.yaml file: put the "
                        + "routes there, or set camel.main.routes-include-pattern in application.yaml to "
                        + "their folder");
            }
            for (Path route : routes) {
                if (!Files.isReadable(route)) {
                    throw new StartupException("The routes file " + route + " cannot be read: allow the "
                            + "user of the gateway to read it");
                }
            }
        } catch (IOException e) {
            throw new StartupException(
                    "The folder " + folder + " with the routes is missing or unreadable: start the "
                            + "gateway in the folder with routes/, and allow its user to read it",
                    e);
        }
    }

    private static String known(Throwable cause, List<Throwable> chain) {
        if (cause instanceof StartupException
                || cause instanceof InvalidCatalogueException
                || cause instanceof UnknownRoleException) {
            return cause.getMessage();
        }
        if (cause instanceof PortInUseException inUse) {
            return port(inUse);
        }
        if (cause instanceof BindException invalid) {
            return setting(invalid, chain);
        }
        if (cause instanceof MarkedYAMLException broken) {
            return yaml(broken);
        }
        if (cause instanceof ConversionFailedException invalid) {
            return value(invalid);
        }
        if (cause instanceof FailedToCreateRouteException || cause.getMessage() == null) {
            // Its cause has the better message.
            return null;
        }
        String inRoutes = routesFile(cause.getMessage());
        return inRoutes == null ? placeholder(cause.getMessage(), chain) : inRoutes;
    }

    private static String port(PortInUseException inUse) {
        return "Port " + inUse.getPort() + " is in use: stop the process that uses it, or set HTTP_PORT "
                + "(the API) or MANAGEMENT_PORT (health and metrics) to another port";
    }

    private static String setting(BindException invalid, List<Throwable> chain) {
        BindException innermost = invalid;
        for (Throwable cause : chain) {
            if (cause instanceof UnboundConfigurationPropertiesException || cause instanceof StartupException) {
                return oneLine(cause.getMessage());
            }
            String unresolved =
                    cause instanceof BindException ? null : placeholder(String.valueOf(cause.getMessage()), chain);
            if (unresolved != null) {
                return unresolved;
            }
            if (cause instanceof BindException inner && inner.getProperty() != null) {
                innermost = inner;
            }
        }
        String name = innermost.getName().toString();
        Object value = valueOf(innermost, chain);
        boolean secret = name.matches(".*(secret|password|key).*");
        Origin origin =
                innermost.getProperty() == null ? null : innermost.getProperty().getOrigin();
        Class<?> type = innermost.getTarget().getType().resolve(Object.class);
        return "The setting " + name + (secret || value == null ? "" : " is '" + value + "', which") + " is invalid"
                + (origin == null ? "" : " (" + origin + ")") + ": write " + expected(type);
    }

    private static Object valueOf(BindException invalid, List<Throwable> chain) {
        return chain.stream()
                .filter(ConversionFailedException.class::isInstance)
                .map(cause -> ((ConversionFailedException) cause).getValue())
                // The first failure may concern the settings of the bean that needs this one.
                .reduce((outer, inner) -> inner)
                .orElse(
                        invalid.getProperty() == null
                                ? null
                                : invalid.getProperty().getValue());
    }

    /** For a value that is read by name. The exception does not have the name, but the environment may. */
    private static String value(ConversionFailedException invalid) {
        String variables = System.getenv().entrySet().stream()
                .filter(variable -> variable.getValue().equals(String.valueOf(invalid.getValue())))
                .map(Map.Entry::getKey)
                .sorted()
                .collect(Collectors.joining(", "));
        return (variables.isEmpty() ? "A setting" : variables) + " is '" + invalid.getValue()
                + "', which is invalid: write "
                + expected(invalid.getTargetType().getType());
    }

    private static String expected(Class<?> type) {
        if (type == int.class || type == Integer.class || type == long.class || type == short.class) {
            return "a whole number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == Duration.class) {
            return "a duration such as 500ms, 30s, 5m, 7d";
        }
        if (type.isEnum()) {
            return "one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(String::valueOf)
                            .collect(Collectors.joining(", "));
        }
        return "a " + type.getSimpleName();
    }

    /** Handles application.yaml. Spring's reader does not name the file, but it reads no other YAML file. */
    private static String yaml(MarkedYAMLException broken) {
        String at = broken.getProblemMark() == null
                ? ""
                : ", line " + (broken.getProblemMark().getLine() + 1) + ", column "
                        + (broken.getProblemMark().getColumn() + 1);
        return "application.yaml" + at + " is not valid YAML: " + oneLine(broken.getProblem());
    }

    /** Handles a route file. Camel's message ends with the place, and the line before names the problem. */
    private static String routesFile(String message) {
        Matcher matcher = IN_ROUTES_FILE.matcher(message);
        String sentence = null;
        while (matcher.find()) {
            sentence = "%s, line %s, column %s: %s"
                    .formatted(matcher.group(2), matcher.group(3), matcher.group(4), oneLine(matcher.group(1)));
        }
        return sentence;
    }

    private static String placeholder(String message, List<Throwable> chain) {
        Matcher matcher = PLACEHOLDER.matcher(message);
        if (!matcher.find()) {
            return null;
        }
        String route = chain.stream()
                .filter(FailedToCreateRouteException.class::isInstance)
                .map(failed -> " of the route " + ((FailedToCreateRouteException) failed).getRouteId())
                .findFirst()
                .orElse("");
        String key = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        return "The placeholder " + key + route + " has no value: correct its name, or set it in application.yaml";
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    private static List<Throwable> chain(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable cause = failure; cause != null && !chain.contains(cause); cause = cause.getCause()) {
            chain.add(cause);
        }
        return chain;
    }
}
