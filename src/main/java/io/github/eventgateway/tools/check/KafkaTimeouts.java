package io.github.eventgateway.tools.check;

import java.util.Optional;

/** Checks relations of options without which Kafka refuses to create a consumer or producer. */
final class KafkaTimeouts implements Rule {

    private static final String SESSION = "sessionTimeoutMs";
    private static final String DELIVERY = "deliveryTimeoutMs";
    private static final String IN_FLIGHT = "maxInFlightRequest";
    private static final String RETRIES = "retries";
    private static final long DEFAULT_SESSION = 45_000;
    private static final long DEFAULT_HEARTBEAT = 3_000;
    private static final long DEFAULT_LINGER = 5;
    private static final long DEFAULT_REQUEST = 30_000;
    private static final long MOST_IN_FLIGHT = 5;

    private final RouteSettings settings;

    KafkaTimeouts(RouteSettings settings) {
        this.settings = settings;
    }

    @Override
    public void check(Routes routes, Report report) {
        for (Routes.Endpoint endpoint : routes.endpoints()) {
            if (endpoint.scheme().equals("kafka")) {
                if (endpoint.consumer()) {
                    checkConsumer(endpoint, report);
                } else {
                    checkProducer(endpoint, report);
                }
            }
        }
    }

    private void checkConsumer(Routes.Endpoint endpoint, Report report) {
        long session = number(endpoint, SESSION).orElse(DEFAULT_SESSION);
        long heartbeat = number(endpoint, "heartbeatIntervalMs").orElse(DEFAULT_HEARTBEAT);
        if (heartbeat >= session) {
            report.add(
                    place(endpoint, SESSION),
                    SESSION + " is " + session + ", not longer than heartbeatIntervalMs (" + heartbeat
                            + "): Kafka creates no such consumer; set " + SESSION
                            + " to three times the heartbeat or more",
                    "");
        }
    }

    private void checkProducer(Routes.Endpoint endpoint, Report report) {
        long least = number(endpoint, "lingerMs").orElse(DEFAULT_LINGER)
                + number(endpoint, "requestTimeoutMs").orElse(DEFAULT_REQUEST);
        number(endpoint, DELIVERY)
                .filter(delivery -> delivery < least)
                .ifPresent(delivery -> report.add(
                        place(endpoint, DELIVERY),
                        DELIVERY + " is " + delivery + ", less than lingerMs and requestTimeoutMs together (" + least
                                + "): Kafka creates no such producer; set it to " + least + " or more",
                        ""));
        number(endpoint, IN_FLIGHT)
                .filter(most -> most > MOST_IN_FLIGHT)
                .ifPresent(most -> report.add(
                        place(endpoint, IN_FLIGHT),
                        IN_FLIGHT + " is " + most + ": Kafka creates no idempotent producer with more than "
                                + MOST_IN_FLIGHT,
                        ""));
        number(endpoint, RETRIES)
                .filter(retries -> retries < 1)
                .ifPresent(retries -> report.add(
                        place(endpoint, RETRIES),
                        "retries is 0: Kafka creates no idempotent producer without retries; remove it",
                        ""));
    }

    /** Returns where the option is set: in the route, or in the settings for all endpoints. */
    private Place place(Routes.Endpoint endpoint, String option) {
        String setting = RouteSettings.ofComponent("kafka", option);
        return endpoint.parameter(option).isEmpty() && settings.has(setting)
                ? settings.place(setting)
                : endpoint.option(option).place();
    }

    /** Returns the value of an option; empty without a value that is a number here. */
    private Optional<Long> number(Routes.Endpoint endpoint, String option) {
        String value = settings.resolve(settings.option(endpoint, option)).strip();
        return value.matches("\\d{1,18}") ? Optional.of(Long.parseLong(value)) : Optional.empty();
    }
}
