package io.github.eventgateway.http;

import io.github.eventgateway.startup.StartupException;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Puts the caller's address in the place of the proxy's, for everything that asks for it: an event's {@code ip}, limits,
 * records. Anyone can send {@code X-Forwarded-For}; what counts is the last address in it that no trusted proxy has.
 */
final class TrustedProxies extends ValveBase {

    private final List<Network> networks;

    private record Network(IpAddress address, int prefix) {}

    /** @throws StartupException where a proxy is no address */
    TrustedProxies(List<String> proxies) {
        super(true);
        this.networks = proxies.stream().map(TrustedProxies::network).toList();
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        if (isTrusted(IpAddress.parse(request.getRemoteAddr()))) {
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

    /** The last address that is not a trusted proxy's; null where there is none, or where it is no address. */
    String caller(Enumeration<String> headers) {
        List<String> addresses = new ArrayList<>();
        while (headers.hasMoreElements()) {
            for (String address : headers.nextElement().split(",")) {
                addresses.add(address.trim());
            }
        }
        String caller = null;
        for (int i = addresses.size() - 1; i >= 0; i--) {
            IpAddress address = IpAddress.parse(addresses.get(i));
            if (address == null) {
                return caller;
            }
            caller = addresses.get(i);
            if (!isTrusted(address)) {
                return caller;
            }
        }
        return caller;
    }

    private boolean isTrusted(IpAddress address) {
        if (address != null) {
            for (Network network : networks) {
                if (address.isIn(network.address(), network.prefix())) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Network network(String text) {
        int slash = text.indexOf('/');
        IpAddress address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
        try {
            if (address != null) {
                int bits = address.bytes().length * 8;
                int prefix = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
                if (prefix >= 0 && prefix <= bits) {
                    return new Network(address, prefix);
                }
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new StartupException("HTTP_TRUSTED_PROXIES names '" + text
                + "': write IP addresses or networks such as 10.0.0.5,192.168.0.0/16");
    }
}
