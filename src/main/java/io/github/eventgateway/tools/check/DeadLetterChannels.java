package io.github.eventgateway.tools.check;

/** No dead-letter channel: it answers a REST caller as if all went well, and a dead letter that fails is lost. */
final class DeadLetterChannels implements Rule {

    @Override
    public void check(Routes routes, Report report) {
        routes.files().stream()
                .flatMap(YamlNode::all)
                .flatMap(Routes::elements)
                .filter(element -> element.kind().equals("deadLetterChannel"))
                .forEach(element -> report.add(
                        element.key(),
                        "a deadLetterChannel answers the caller as if all went well; use onException in a"
                                + " routeConfiguration, and send to direct:dead-letter-records"));
    }
}
