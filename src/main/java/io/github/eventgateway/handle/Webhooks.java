package io.github.eventgateway.handle;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.stereotype.Component;

/**
 * Calls webhooks by the names of their settings. It is a bean because a URL can contain any character and a secret: an
 * endpoint of a route would change the characters and log the secret. Any thread.
 */
@Component("webhooks")
public class Webhooks implements DisposableBean {

    private static final String URL = ".webhook-url";
    private static final String CONNECT_TIMEOUT = ".connect-timeout-ms";
    private static final String RESPONSE_TIMEOUT = ".response-timeout-ms";
    private static final String RETRY_AFTER_MAX = ".retry-after-max-ms";

    /** The ends of the names of the settings that each webhook needs. The name of the webhook is before them. */
    public static final List<String> SETTINGS = List.of(URL, CONNECT_TIMEOUT, RESPONSE_TIMEOUT, RETRY_AFTER_MAX);

    private static final Pattern URL_SETTING = Pattern.compile("gateway\\.[a-z0-9-]+\\.webhook-url");
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;

    private final Environment settings;
    private final Map<String, Webhook> webhooks = new ConcurrentHashMap<>();
    private final Map<String, Instant> closedUntil = new ConcurrentHashMap<>();

    /**
     * @throws io.github.eventgateway.api.StartupException if a setting {@code gateway.….webhook-url} is not a URL
     */
    Webhooks(ConfigurableEnvironment settings) {
        this.settings = settings;
        for (String name : urlSettings(settings)) {
            check(name);
        }
    }

    private static Set<String> urlSettings(ConfigurableEnvironment settings) {
        Set<String> names = new TreeSet<>();
        for (PropertySource<?> source : settings.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> known) {
                names.addAll(List.of(known.getPropertyNames()));
            }
        }
        names.removeIf(name -> !URL_SETTING.matcher(name).matches());
        return names;
    }

    private void check(String setting) {
        String url = settings.getProperty(setting, "");
        if (!url.isBlank()) {
            WebhookUrl.parse(setting, url);
        }
    }

    /**
     * Returns whether the webhook has a URL.
     *
     * @param name the prefix of the settings, such as {@code gateway.alert}
     */
    public boolean isSet(String name) {
        return !settings.getProperty(name + URL, "").isBlank();
    }

    /**
     * Posts the body as bytes with the headers of the message, except for Camel's. If the answer is 429 or 503 with
     * {@code Retry-After}, the next attempt waits for that time, up to {@code retry-after-max-ms}.
     *
     * @param name the prefix of the settings {@code webhook-url}, {@code connect-timeout-ms},
     *     {@code response-timeout-ms} and {@code retry-after-max-ms}
     * @throws HttpOperationFailedException if the status is not 2xx
     * @throws WebhookException without an answer in time
     */
    public void post(Exchange exchange, String name) throws Exception {
        Instant open = closedUntil.get(name);
        Instant now = Instant.now();
        if (open != null && now.isBefore(open)) {
            delayNextAttempt(exchange, Duration.between(now, open));
            throw new WebhookException(
                    "The webhook of " + name + URL + " was not called, because its Retry-After has not passed");
        }
        byte[] body = exchange.getMessage().getMandatoryBody(byte[].class);
        Webhook.WebhookAnswer answer =
                webhooks.computeIfAbsent(name, this::webhook).post(body, headers(exchange));
        if (answer.status() >= 200 && answer.status() < 300) {
            return;
        }
        if (answer.status() == TOO_MANY_REQUESTS || answer.status() == UNAVAILABLE) {
            Duration bound = millis(name, RETRY_AFTER_MAX);
            Duration wait = RetryAfter.parse(answer.retryAfter(), Instant.now(), bound);
            if (!wait.isZero()) {
                closedUntil.put(name, Instant.now().plus(wait));
                delayNextAttempt(exchange, wait);
            }
        }
        throw new HttpOperationFailedException(name + URL, answer.status(), "", null, Map.of(), null);
    }

    private static void delayNextAttempt(Exchange exchange, Duration wait) {
        exchange.getMessage().setHeader(Exchange.REDELIVERY_DELAY, wait.toMillis() + 1);
    }

    private static Map<String, String> headers(Exchange exchange) {
        Map<String, String> headers = new HashMap<>();
        exchange.getMessage().getHeaders().forEach((name, value) -> {
            if (!name.regionMatches(true, 0, "Camel", 0, 5)) {
                headers.put(name, String.valueOf(value));
            }
        });
        return headers;
    }

    private Webhook webhook(String name) {
        String setting = name + URL;
        return new Webhook(
                setting,
                WebhookUrl.parse(setting, settings.getRequiredProperty(setting)),
                millis(name, CONNECT_TIMEOUT),
                millis(name, RESPONSE_TIMEOUT));
    }

    private Duration millis(String name, String setting) {
        return Duration.ofMillis(settings.getRequiredProperty(name + setting, Long.class));
    }

    @Override
    public void destroy() {
        webhooks.values().forEach(Webhook::close);
    }
}
