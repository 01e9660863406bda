package io.github.eventgateway.tools.check;

import io.github.eventgateway.api.StartupException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.ConfigurableEnvironment;

/** Checks the files at the start, before Camel reads them. */
public final class StartCheck {

    private static final Logger LOG = LoggerFactory.getLogger(StartCheck.class);

    private StartCheck() {}

    /**
     * Checks the routes of the settings, and logs departures from the usual form.
     *
     * @throws StartupException with all findings if a route file, a schema or an event type is wrong
     */
    public static void require(ConfigurableEnvironment environment) {
        Optional<Path> folder = RoutesFolder.of(environment);
        if (folder.isEmpty()) {
            return;
        }
        List<Finding> findings = findings(environment, folder.get());
        List<Finding> errors = findings.stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .toList();
        boolean refuses = environment.getProperty("gateway.check-routes", Boolean.class, true);
        if (refuses && !errors.isEmpty()) {
            throw new StartupException(RouteCheck.count(findings) + "\n" + RouteCheck.text(findings));
        }
        findings.forEach(finding -> LOG.warn("{}", finding));
    }

    private static List<Finding> findings(ConfigurableEnvironment environment, Path folder) {
        try {
            return RouteCheck.of(environment).check(folder);
        } catch (IOException e) {
            throw new StartupException("The routes in " + folder + " cannot be read: " + e.getMessage(), e);
        }
    }
}
