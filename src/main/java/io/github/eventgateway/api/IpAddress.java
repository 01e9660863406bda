package io.github.eventgateway.api;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.tomcat.util.net.IPv6Utils;

/**
 * An IP address. An IPv4-mapped IPv6 address counts as the IPv4 address (RFC 4291, section 2.5.5.2). A zone id is
 * removed, because it is only valid on its own host (RFC 4007, section 6). It never resolves a name. Any thread.
 */
public record IpAddress(InetAddress address) {

    private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern V4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
    /** The JDK treats a text with a colon as an address, and asks no name server. */
    private static final Pattern V6 = Pattern.compile("(?=.{2,45}$)[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");

    private static final Pattern ZONE = Pattern.compile("%[\\w.-]{1,32}$");
    /** RFC 7239, section 6: IPv6 in brackets, followed by a port. */
    private static final Pattern NODE =
            Pattern.compile("(?:\\[(?<v6>[^\\[\\]]*)]|(?<v4>[0-9.]+))(?<port>:\\d{1,5})?", Pattern.DOTALL);

    /** Providers give a customer up to this many bits (RFC 6177, section 2). */
    private static final int NETWORK_BYTES = 7;

    private static final int BITS = 8;

    /** Parses an address; null if the text is not an address. */
    public static IpAddress parse(String text) {
        String literal = text.indexOf(':') < 0 ? text : ZONE.matcher(text).replaceFirst("");
        if (!V4.matcher(literal).matches() && !V6.matcher(literal).matches()) {
            return null;
        }
        try {
            return new IpAddress(InetAddress.getByName(literal));
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** Parses a forwarded node, which may have a port; null if the text has no address. */
    public static IpAddress ofNode(String text) {
        Matcher node = NODE.matcher(text);
        if (!node.matches()) {
            return parse(text);
        }
        String v6 = node.group("v6");
        return v6 == null ? parse(node.group("v4")) : v6.indexOf(':') < 0 ? null : parse(v6);
    }

    /**
     * Returns the part that identifies one caller: an IPv4 address, or the first 56 bits of an IPv6 address, because a
     * caller can choose the others.
     */
    public String network() {
        return address instanceof Inet4Address
                ? address.getHostAddress()
                : HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), NETWORK_BYTES));
    }

    /** Returns the {@link #network} of an address. A text that is not an address is returned unchanged. */
    public static String networkOf(String address) {
        IpAddress parsed = parse(address);
        return parsed == null ? address : parsed.network();
    }

    /** Writes the network as an address and a length, for people. */
    public String writtenNetwork() {
        if (address instanceof Inet4Address) {
            return toString();
        }
        byte[] network = address.getAddress();
        Arrays.fill(network, NETWORK_BYTES, network.length, (byte) 0);
        try {
            return new IpAddress(InetAddress.getByAddress(network)) + "/" + BITS * NETWORK_BYTES;
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes the address in canonical form (RFC 5952). */
    @Override
    public String toString() {
        return IPv6Utils.canonize(address.getHostAddress());
    }
}
