package io.github.eventgateway.server.http;

import io.github.eventgateway.api.IpAddress;
import io.github.eventgateway.api.StartupException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.security.web.util.matcher.IpAddressMatcher;

/** The addresses and networks of the trusted proxies. Immutable; any thread. */
final class Networks {

    private static final Pattern NETWORK = Pattern.compile("(?<address>[^/%]+)(?:/\\d{1,3})?");

    private final List<IpAddressMatcher> networks;

    /**
     * @throws StartupException if an entry is not an address or a network
     */
    Networks(List<String> texts) {
        this.networks = texts.stream().map(Networks::network).toList();
    }

    boolean contain(IpAddress address) {
        return networks.stream().anyMatch(network -> network.matches(address.toString()));
    }

    private static IpAddressMatcher network(String text) {
        Matcher network = NETWORK.matcher(text);
        // The matcher would resolve a host name.
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
