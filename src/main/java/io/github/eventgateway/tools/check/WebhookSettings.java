package io.github.eventgateway.tools.check;

import io.github.eventgateway.handle.Webhooks;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.util.StringHelper;

/**
 * Checks that each webhook in a route has its settings. A webhook without the setting of its URL counts as switched off:
 * the handler would do nothing, and report nothing.
 */
final class WebhookSettings implements Rule {

    private final Beans beans;
    private final RouteSettings settings;

    WebhookSettings(Beans beans, RouteSettings settings) {
        this.beans = beans;
        this.settings = settings;
    }

    @Override
    public void check(Routes routes, Report report) {
        KnownBeans known = new KnownBeans(beans, routes);
        BeanCall.of(routes, settings)
                .filter(BeanCall::hasArguments)
                .filter(call -> known.type(call).filter(Webhooks.class::equals).isPresent())
                .forEach(call -> check(call, report));
    }

    private void check(BeanCall call, Report report) {
        List<String> arguments = call.arguments();
        if (call.methods(Webhooks.class).stream().noneMatch(method -> method.getParameterCount() == arguments.size())) {
            return;
        }
        String webhook = StringHelper.removeLeadingAndEndingQuotes(arguments.get(arguments.size() - 1));
        if (webhook.contains("${") || webhook.contains("{{")) {
            return;
        }
        Place at = call.at().text().contains(webhook)
                ? call.at().place(webhook)
                : call.at().place();
        Webhooks.SETTINGS.stream()
                .map(setting -> webhook + setting)
                .filter(setting -> !settings.has(setting))
                .findFirst()
                .ifPresent(
                        setting -> report.add(at, "there is no setting " + setting, Nearest.to(webhook, webhooks())));
    }

    private Set<String> webhooks() {
        String url = Webhooks.SETTINGS.get(0);
        return settings.names().stream()
                .filter(name -> name.endsWith(url))
                .map(name -> name.substring(0, name.length() - url.length()))
                .collect(Collectors.toSet());
    }
}
