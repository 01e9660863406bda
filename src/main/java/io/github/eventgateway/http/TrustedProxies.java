package io.github.eventgateway.http;

import io.github.eventgateway.startup.StartupException;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.springframework.security.web.util.matcher.IpAddressMatcher;

/**
 * Replaces a proxy's address by its caller's, for everything that asks for it: an event's {@code ip}, limits, records.
 * Anyone can send {@code X-Forwarded-For}; what counts is the last address in it that no trusted proxy has.
 */
final class TrustedProxies extends ValveBase {

    private static final Pattern NETWORK = Pattern.compile("(?<address>[^/%]+)(?:/\\d{1,3})?");

    private final List<IpAddressMatcher> networks;

    /** @throws StartupException if a proxy is not an address or a network */
    TrustedProxies(List<String> proxies) {
        super(true);
        this.networks = proxies.stream().map(TrustedProxies::network).toList();
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        IpAddress peer = IpAddress.parse(request.getRemoteAddr());
        if (peer != null && isTrusted(peer)) {
            String caller = caller(request.getHeaders("X-Forwarded-For"));
            if (caller != null) {
                request.setRemoteAddr(caller);
                request.setRemoteHost(caller);
            }
            if ("https".equalsIgnoreCase(request.getHeader("X-Forwarded-Proto"))) {
                request.setSecure(true);
                request.getCoyoteRequest().scheme().setString("https");
            }
        }
        getNext().invoke(request, response);
    }

    /** Returns the last address that is not a trusted proxy's; null if there is none, or if it is not an address. */
    String caller(Enumeration<String> headers) {
        List<String> nodes = new ArrayList<>();
        while (headers.hasMoreElements()) {
            for (String node : headers.nextElement().split(",")) {
                nodes.add(node.trim());
            }
        }
        String caller = null;
        for (int i = nodes.size() - 1; i >= 0; i--) {
            IpAddress address = IpAddress.ofNode(nodes.get(i));
            if (address == null) {
                return caller;
            }
            caller = address.toString();
            if (!isTrusted(address)) {
                return caller;
            }
        }
        return caller;
    }

    private boolean isTrusted(IpAddress address) {
        return networks.stream().anyMatch(network -> network.matches(address.toString()));
    }

    private static IpAddressMatcher network(String text) {
        Matcher network = NETWORK.matcher(text);
        // the matcher would look a host name up
        if (network.matches() && IpAddress.parse(network.group("address")) != null) {
            try {
                return new IpAddressMatcher(text);
            } catch (IllegalArgumentException e) {
                throw refused(text, e);
            }
        }
        throw refused(text, null);
    }

    private static StartupException refused(String text, Exception cause) {
        return new StartupException(
                "HTTP_TRUSTED_PROXIES names '" + text
                        + "': write IP addresses or networks such as 10.0.0.5,192.168.0.0/16",
                cause);
    }
}
