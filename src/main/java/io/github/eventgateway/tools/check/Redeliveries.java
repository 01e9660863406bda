package io.github.eventgateway.tools.check;

import java.util.Optional;
import org.apache.camel.util.TimeUtils;

/** Calculates the total wait of a redelivery policy. */
final class Redeliveries {

    private static final long MOST_TRIES = 10_000;
    /** Longer than anything. */
    static final double FOR_EVER = 1e15;

    private final RouteSettings settings;

    Redeliveries(RouteSettings settings) {
        this.settings = settings;
    }

    /** Returns the sum of the delays in milliseconds; {@link #FOR_EVER} if it retries without end. */
    double waits(YamlNode policy) {
        double tries = of(policy, "maximumRedeliveries").orElse(0.0);
        if (tries < 0) {
            return FOR_EVER;
        }
        String pattern = settings.resolve(policy.text("delayPattern"));
        double delay = of(policy, "redeliveryDelay").orElse(1000.0);
        double most = of(policy, "maximumRedeliveryDelay").orElse(60_000.0);
        double factor = settings.resolve(policy.text("useExponentialBackOff")).equals("true")
                ? of(policy, "backOffMultiplier").orElse(2.0)
                : 1;
        double sum = 0;
        for (int i = 1; i <= Math.min(tries, MOST_TRIES); i++) {
            sum += pattern.isBlank() ? Math.min(delay, most) : patterned(pattern, i);
            delay *= factor;
        }
        return sum;
    }

    /** Returns the delay of an attempt by a pattern such as {@code 1:1000;5:10000}. */
    private static double patterned(String pattern, int attempt) {
        double delay = 0;
        for (String group : pattern.split(";")) {
            String[] parts = group.split(":");
            if (parts.length == 2
                    && number(parts[0]).filter(from -> from <= attempt).isPresent()) {
                delay = number(parts[1]).orElse(delay);
            }
        }
        return delay;
    }

    private Optional<Double> of(YamlNode policy, String field) {
        return number(settings.resolve(policy.text(field)));
    }

    /** Returns a number, or a duration such as {@code 5s} in milliseconds; empty if it is neither. */
    static Optional<Double> number(String text) {
        String value = text.strip();
        if (value.matches("-?\\d{1,15}(\\.\\d{1,9})?")) {
            return Optional.of(Double.parseDouble(value));
        }
        if (value.matches("\\d.*[a-z]")) {
            try {
                return Optional.of((double) TimeUtils.toMilliSeconds(value));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }
}
