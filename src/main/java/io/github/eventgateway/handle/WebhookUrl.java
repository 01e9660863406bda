package io.github.eventgateway.handle;

import io.github.eventgateway.api.StartupException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.HttpHost;
import org.springframework.web.util.UriUtils;

/**
 * Where a webhook is. Its path and query are sent byte for byte as they were written. It is a secret, since many services put
 * their token into it.
 *
 * @param host scheme, host and port
 * @param target path and query as they stand in the request line
 * @param authorization the header for a user and a password in the URL; null if it has none
 */
record WebhookUrl(HttpHost host, String target, String authorization) {

    private static final Pattern FORM = Pattern.compile(
            "(?<scheme>(?i:https?))://(?:(?<user>[^/?#@]*)@)?(?<host>\\[[0-9A-Fa-f:.]+]|[^/?#:@\\[\\]]+)(?::(?<port>\\d{0,5}))?"
                    + "(?<target>[/?][^#]*)?(?:#.*)?");
    private static final Pattern VISIBLE = Pattern.compile("[!-~]+");
    private static final int MOST_PORTS = 65535;

    /**
     * @param setting the name of the setting, for the message
     * @throws StartupException if the text is no URL of http or https; the message does not hold it
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
                authorization(url.group("user")));
    }

    private static String authorization(String user) {
        if (user == null) {
            return null;
        }
        byte[] bytes = UriUtils.decode(user, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(bytes);
    }

    private static StartupException invalid(String setting) {
        return new StartupException("The setting " + setting + " is not a URL of http or https: write one such as"
                + " https://host/path?key=value, with everything else than ASCII percent-encoded");
    }

    /** Without the path and the query. */
    @Override
    public String toString() {
        return host.toString();
    }
}
