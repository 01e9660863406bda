package io.github.eventgateway.tools.check;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.camel.util.TimeUtils;

/** Checks the constant numbers of loops, throttles and delays, which Camel only reads when a message arrives. */
final class StepNumbers implements Rule {

    private static final Map<String, Pattern> NUMBERS = Map.of(
            "loop", Pattern.compile("0*[1-9]\\d*"),
            "throttle", Pattern.compile("0*[1-9]\\d*"));
    private static final Map<String, String> DURATIONS =
            Map.of("throttle", "timePeriodMillis", "pollEnrich", "timeout", "poll", "timeout");
    private static final Pattern DELAYS = Pattern.compile("\\d+:\\d+(;\\d+:\\d+)*");

    private final RouteSettings settings;

    StepNumbers(RouteSettings settings) {
        this.settings = settings;
    }

    @Override
    public void check(Routes routes, Report report) {
        routes.steps().forEach(step -> constant(step).ifPresent(written -> check(step.kind(), written, report)));
        routes.steps().forEach(step -> checkDuration(step, report));
        routes.files().stream()
                .flatMap(YamlNode::all)
                .flatMap(node -> node.get("delayPattern").stream())
                .forEach(pattern -> {
                    String text = settings.resolve(pattern.text());
                    if (!text.contains("{{") && !DELAYS.matcher(text).matches()) {
                        report.add(
                                pattern,
                                "delayPattern is '" + text
                                        + "': write attempts and milliseconds, such as 5:1000;10:5000");
                    }
                });
    }

    /** Checks the periods of throttles and the timeouts of polls, which Camel reads as constants. */
    private void checkDuration(Routes.Element step, Report report) {
        String field = DURATIONS.getOrDefault(step.kind(), "");
        step.node().get(field).map(node -> node.get("expression").orElse(node)).ifPresent(written -> {
            String text = settings.resolve(written.text()).strip();
            if (!text.contains("{{") && !text.equals("-1") && !isDuration(text)) {
                report.add(written, field + " is '" + text + "': write milliseconds, or such as 5s");
            }
        });
    }

    private Optional<Written> constant(Routes.Element step) {
        boolean counts = step.kind().equals("delay") || NUMBERS.containsKey(step.kind());
        return counts && !step.node().text("doWhile").equals("true")
                ? Written.of(step.node()).filter(written -> !text(written).contains("{"))
                : Optional.empty();
    }

    private String text(Written written) {
        return settings.resolveFunctions(written.text()).strip();
    }

    private void check(String step, Written written, Report report) {
        boolean computes =
                !written.language().equals("constant") && !written.language().equals("simple");
        if (computes || !written.at().isScalar()) {
            return;
        }
        String text = text(written);
        if (step.equals("delay") && !isDuration(text)) {
            report.add(written.at(), "the delay is '" + text + "': write milliseconds, or such as 5s");
        } else if (!step.equals("delay") && !NUMBERS.get(step).matcher(text).matches()) {
            report.add(written.at(), "the number of this " + step + " is '" + text + "': write a whole number from 1");
        }
    }

    private static boolean isDuration(String text) {
        try {
            return text.matches(".*\\d.*") && TimeUtils.toMilliSeconds(text) >= 0;
        } catch (RuntimeException e) {
            return false;
        }
    }
}
