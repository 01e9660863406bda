package io.github.eventgateway.tools.check;

import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.camel.support.PatternHelper;

/** Checks that no setting of Camel leaves the routes stopped. Callers would get 202, but nothing would be consumed. */
final class AutoStartup implements Rule {

    private static final String STARTS = "camel.main.auto-startup";
    private static final String READS = "camel.main.routes-collector-enabled";
    private static final String EXCEPT = "camel.main.auto-startup-exclude-pattern";

    private final RouteSettings settings;

    AutoStartup(RouteSettings settings) {
        this.settings = settings;
    }

    @Override
    public boolean isAcrossFiles() {
        return true;
    }

    @Override
    public void check(Routes routes, Report report) {
        checkFlag(STARTS, "starts no route", report);
        checkFlag(READS, "reads no route file", report);
        String patterns = value(EXCEPT);
        if (!patterns.isEmpty()) {
            routes.routes().stream()
                    .flatMap(route -> excluded(route, patterns, routes))
                    .findFirst()
                    .ifPresent(name -> report.add(
                            settings.place(EXCEPT),
                            EXCEPT + " is " + patterns + ", so Camel does not start " + name
                                    + ": remove it, or set autoStartup in the route",
                            ""));
        }
    }

    private void checkFlag(String setting, String effect, Report report) {
        if (value(setting).equalsIgnoreCase("false")) {
            report.add(
                    settings.place(setting),
                    setting + " is false: Camel " + effect + ", and no event is consumed; set it to true",
                    "");
        }
    }

    private String value(String setting) {
        return settings.resolve(settings.value(setting).orElse("")).strip();
    }

    private static Stream<String> excluded(Routes.Element route, String patterns, Routes routes) {
        String from = routes.consumer(route).map(Routes.Endpoint::uri).orElse("");
        return Stream.of(route.id(), from).filter(name -> !name.isBlank()).filter(name -> Arrays.stream(
                        patterns.split(","))
                .anyMatch(pattern -> PatternHelper.matchPattern(name, pattern.strip())));
    }
}
