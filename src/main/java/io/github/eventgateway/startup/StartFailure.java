package io.github.eventgateway.startup;

import io.github.eventgateway.event.InvalidCatalogueException;
import io.github.eventgateway.roles.UnknownRoleException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.camel.FailedToCreateRouteException;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.boot.context.config.ConfigDataNotFoundException;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.WebServerException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.PropertyResolver;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Says why the gateway cannot start in one sentence: what, where, and what to write instead. The stack trace is for
 * {@code --debug}.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
public class StartFailure implements SpringBootExceptionReporter {

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

    /** What is wrong, for the person who starts the gateway. */
    public static String sentence(Throwable failure) {
        List<Throwable> chain = chain(failure);
        for (Throwable cause : chain) {
            String known = known(cause, chain);
            if (known != null) {
                return known;
            }
        }
        Throwable root = chain.get(chain.size() - 1);
        return root.getMessage() == null ? root.toString() : oneLine(root.getMessage());
    }

    /** @throws StartupException when no application.yaml has been read */
    public static void requireSettings(PropertyResolver settings) {
        if (settings.getProperty("gateway.data-directory") == null) {
            throw new StartupException("There is no application.yaml in "
                    + Path.of("").toAbsolutePath()
                    + ": start the gateway in the folder that holds application.yaml and routes/, or name the file with"
                    + " --spring.config.location=file:/path/to/application.yaml");
        }
    }

    private static String known(Throwable cause, List<Throwable> chain) {
        if (cause instanceof StartupException
                || cause instanceof InvalidCatalogueException
                || cause instanceof UnknownRoleException) {
            return cause.getMessage();
        }
        if (cause instanceof PortInUseException taken) {
            return port(taken);
        }
        if (cause instanceof BindException invalid) {
            return setting(invalid, chain);
        }
        if (cause instanceof MarkedYAMLException broken) {
            return yaml(broken, chain);
        }
        if (cause instanceof ConfigDataNotFoundException missing) {
            return missing.getMessage();
        }
        if (cause instanceof IllegalArgumentException && contains(cause, "Could not resolve placeholder")
                || contains(cause, "Property with key [")) {
            return placeholder(cause, chain);
        }
        if (cause instanceof WebServerException && chain.size() == 1) {
            return oneLine(cause.getMessage());
        }
        return null;
    }

    private static String port(PortInUseException taken) {
        return "Port " + taken.getPort() + " is taken: stop what listens there, or set HTTP_PORT (the API) or"
                + " MANAGEMENT_PORT (health and metrics) to another port";
    }

    private static String setting(BindException invalid, List<Throwable> chain) {
        ConfigurationPropertyName name = invalid.getName();
        Object value = null;
        Origin origin = null;
        for (Throwable cause : chain) {
            if (cause instanceof UnboundConfigurationPropertiesException) {
                return oneLine(cause.getMessage());
            }
            if (cause instanceof BindException inner && inner.getProperty() != null) {
                name = inner.getName();
                value = inner.getProperty().getValue();
                origin = inner.getProperty().getOrigin();
            }
        }
        String type = chain.stream()
                .filter(BindException.class::isInstance)
                .map(cause ->
                        expected(((BindException) cause).getTarget().getType().resolve(Object.class)))
                .reduce((outer, inner) -> inner)
                .orElse("another value");
        if (value == null) {
            return placeholderOr(chain, "The setting " + name + " cannot be read: " + rootMessage(chain));
        }
        String shown = String.valueOf(name).matches(".*(secret|password|key).*") ? "" : " is '" + value + "', which";
        return "The setting " + name + shown + " is not valid" + (origin == null ? "" : " (" + origin + ")")
                + ": write " + type;
    }

    private static String placeholderOr(List<Throwable> chain, String otherwise) {
        return chain.stream()
                .filter(cause -> contains(cause, "Could not resolve placeholder"))
                .findFirst()
                .map(cause -> placeholder(cause, chain))
                .orElse(otherwise);
    }

    private static String expected(Class<?> type) {
        if (type == int.class || type == Integer.class || type == long.class || type == short.class) {
            return "a whole number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == java.time.Duration.class) {
            return "a duration such as 500ms, 30s, 5m, 7d";
        }
        if (type.isEnum()) {
            return "one of "
                    + java.util.Arrays.stream(type.getEnumConstants())
                            .map(String::valueOf)
                            .collect(Collectors.joining(", "));
        }
        return "a " + type.getSimpleName();
    }

    private static String yaml(MarkedYAMLException broken, List<Throwable> chain) {
        String file = chain.stream()
                .filter(cause -> cause.getMessage() != null)
                .map(cause -> cause.getMessage().replaceAll("(?s).*?((?:[\\w./-]+/)?[\\w.-]+\\.ya?ml).*", "$1"))
                .filter(name -> name.endsWith(".yaml") || name.endsWith(".yml"))
                .findFirst()
                .orElse("A YAML file");
        String at = broken.getProblemMark() == null
                ? ""
                : ", line " + (broken.getProblemMark().getLine() + 1) + ", column "
                        + (broken.getProblemMark().getColumn() + 1);
        return file + " is not valid YAML" + at + ": " + oneLine(broken.getProblem());
    }

    private static String placeholder(Throwable cause, List<Throwable> chain) {
        String route = chain.stream()
                .filter(FailedToCreateRouteException.class::isInstance)
                .map(failed -> " in the route " + ((FailedToCreateRouteException) failed).getRouteId())
                .findFirst()
                .orElse("");
        return oneLine(cause.getMessage()) + route + ": correct its name, or set it in application.yaml";
    }

    private static boolean contains(Throwable cause, String text) {
        return cause.getMessage() != null && cause.getMessage().contains(text);
    }

    private static String rootMessage(List<Throwable> chain) {
        return oneLine(String.valueOf(chain.get(chain.size() - 1).getMessage()));
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
