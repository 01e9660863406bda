package io.github.eventgateway.tools.check;

/**
 * Forbids dead-letter channels: they answer a REST caller as if the call had succeeded, and lose a dead letter that
 * fails.
 */
final class DeadLetterChannels implements Rule {

    @Override
    public void check(Routes routes, Report report) {
        routes.files().stream()
                .flatMap(YamlNode::all)
                .flatMap(Routes::elements)
                .filter(element -> element.kind().equals("deadLetterChannel"))
                .forEach(element -> report.add(
                        element.key(),
                        "a deadLetterChannel answers the caller as if the call had succeeded; use "
                                + "onException in a routeConfiguration, and send to direct:dead-letter-records"));
    }
}
