package io.github.eventgateway.server.http;

import io.github.eventgateway.api.IpAddress;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Replaces the address of a proxy by the address of its caller, for the {@code ip} of events, for limits and for
 * records. Anyone can send {@code X-Forwarded-For}, so only the last address that is not a trusted proxy counts.
 */
final class TrustedProxies extends ValveBase {

    private static final Pattern QUOTED = Pattern.compile("^\"(.*)\"$");

    private final Networks proxies;

    TrustedProxies(Networks proxies) {
        super(true);
        this.proxies = proxies;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        IpAddress peer = IpAddress.parse(request.getRemoteAddr());
        if (peer != null && proxies.contain(peer)) {
            String caller = caller(request.getHeaders("X-Forwarded-For"));
            if (caller != null) {
                request.setRemoteAddr(caller);
                request.setRemoteHost(caller);
            }
            if (isHttps(request.getHeaders("X-Forwarded-Proto"))) {
                request.setSecure(true);
                request.getCoyoteRequest().scheme().setString("https");
            }
        }
        getNext().invoke(request, response);
    }

    /**
     * Returns whether the caller uses HTTPS: each proxy may add its own protocol after that of the caller. A caller who
     * sends the header gains nothing from it.
     */
    static boolean isHttps(Enumeration<String> headers) {
        return elements(headers).stream()
                .findFirst()
                .filter("https"::equalsIgnoreCase)
                .isPresent();
    }

    /** Returns the elements of a list, which may have empty ones (RFC 9110, section 5.6.1), without quotes. */
    private static List<String> elements(Enumeration<String> headers) {
        return Collections.list(headers).stream()
                .flatMap(header -> Stream.of(header.split(",")))
                .map(element -> QUOTED.matcher(element.trim()).replaceFirst("$1"))
                .filter(element -> !element.isEmpty())
                .toList();
    }

    /** Returns the last address that is not a trusted proxy; null if all are trusted, or if it is not an address. */
    String caller(Enumeration<String> headers) {
        List<String> nodes = elements(headers);
        String caller = null;
        for (int i = nodes.size() - 1; i >= 0; i--) {
            IpAddress address = IpAddress.ofNode(nodes.get(i));
            if (address == null) {
                return caller;
            }
            caller = address.toString();
            if (!proxies.contain(address)) {
                return caller;
            }
        }
        return caller;
    }
}
