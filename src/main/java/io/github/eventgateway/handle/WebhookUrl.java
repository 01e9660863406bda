package io.github.eventgateway.handle;

import io.github.eventgateway.api.StartupException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.HttpHost;
import org.springframework.web.util.UriUtils;

/**
 * The URL of a webhook. Path and query are sent exactly as configured. The URL is a secret, because many services put
 * their token into it.
 *
 * @param host scheme, host and port
 * @param target path and query as in the request line
 * @param authorization the header for the user and password of the URL; null without them
 */
record WebhookUrl(HttpHost host, String target, String authorization) {

    private static final Pattern FORM = Pattern.compile(
            "(?<scheme>(?i:https?))://(?:(?<user>[^/?#@]*)@)?(?<host>\\[[0-9A-Fa-f:.]+]|[^/?#:@\\[\\]]+)(?::(?<port>\\d{0,5}))?"
                    + "(?<target>[/?][^#]*)?(?:#.*)?");
    private static final Pattern VISIBLE = Pattern.compile("[!-~]+");
    private static final int MOST_PORTS = 65535;

    /**
     * @param setting the name of the setting, for the message
     * @throws StartupException if the text is not an http or https URL; the message does not contain it
     */
    static WebhookUrl parse(String setting, String text) {
        Matcher url = FORM.matcher(text);
        if (!VISIBLE.matcher(text).matches() || !url.matches()) {
            throw invalid(setting);
        }
        String port = url.group("port");
        int number = port == null || port.isEmpty() ? -1 : Integer.parseInt(port);
        if (number > MOST_PORTS || number == 0) {
            throw invalid(setting);
        }
        String target = url.group("target") == null ? "/" : url.group("target");
        return new WebhookUrl(
                new HttpHost(url.group("scheme"), url.group("host").replaceAll("[\\[\\]]", ""), number),
                target.startsWith("/") ? target : "/" + target,
                authorization(setting, url.group("user")));
    }

    /** Basic authentication has a colon even without a password (RFC 7617). */
    private static String authorization(String setting, String user) {
        if (user == null || user.isEmpty()) {
            return null;
        }
        try {
            String account = UriUtils.decode(user.contains(":") ? user : user + ":", StandardCharsets.UTF_8);
            return "Basic " + Base64.getEncoder().encodeToString(account.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            // The message of the exception contains a part of the password, so it must not become the cause.
            throw invalid(setting);
        }
    }

    private static StartupException invalid(String setting) {
        return new StartupException("The setting " + setting + " is not an http or https URL: write a "
                + "URL such as https://host/path?key=value, with percent-encoding for characters outside ASCII");
    }

    /** Returns the URL without path and query. */
    @Override
    public String toString() {
        return host.toString();
    }
}
