package io.github.eventgateway.tools.reload;

import io.github.eventgateway.tools.check.Finding;
import io.github.eventgateway.tools.check.RouteCheck;
import io.github.eventgateway.tools.check.Severity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.stereotype.Component;

/** Finds mistakes in an edit before Camel reads it. For one thread. */
@Component
@Profile("dev")
class EditCheck {

    private final RouteCheck check;

    EditCheck(ConfigurableEnvironment environment) {
        check = RouteCheck.of(environment);
    }

    /** Returns the mistakes in this folder as sentences; empty without mistakes. */
    String problems(Path folder) {
        try {
            List<Finding> errors = check.check(folder).stream()
                    .filter(finding -> finding.severity() == Severity.ERROR)
                    .toList();
            return RouteCheck.text(errors);
        } catch (IOException e) {
            return "The routes in " + folder + " cannot be read: " + e.getMessage();
        }
    }

    /** Returns the problems of this file. */
    String problems(Path file, String problems) {
        return problems.contains(file.getFileName().toString()) ? problems : "";
    }
}
