package io.github.eventgateway.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * IP addresses as they are written. A name is never looked up.
 *
 * @param bytes four of IPv4, or sixteen of IPv6
 */
record IpAddress(byte[] bytes) {

    private static final int LONGEST = 45;

    /** The address; null where the text is none. */
    static IpAddress parse(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            return null;
        }
        return text.indexOf(':') < 0 ? v4(text) : v6(text);
    }

    private static IpAddress v4(String text) {
        byte[] bytes = new byte[4];
        int part = 0;
        int value = 0;
        int digits = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i == text.length() ? '.' : text.charAt(i);
            if (c == '.') {
                if (digits == 0 || part == bytes.length) {
                    return null;
                }
                bytes[part++] = (byte) value;
                value = 0;
                digits = 0;
            } else if (c >= '0' && c <= '9' && digits < 3) {
                value = value * 10 + c - '0';
                digits++;
                if (value > 255) {
                    return null;
                }
            } else {
                return null;
            }
        }
        return part == bytes.length ? new IpAddress(bytes) : null;
    }

    /** With a colon in it the JDK takes the text for an address, and asks no name server. */
    private static IpAddress v6(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != ':' && c != '.' && Character.digit(c, 16) < 0) {
                return null;
            }
        }
        try {
            return new IpAddress(InetAddress.getByName(text).getAddress());
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** Whether the first bits are those of the other address. */
    boolean isIn(IpAddress network, int prefix) {
        if (bytes.length != network.bytes.length) {
            return false;
        }
        int whole = prefix / 8;
        if (!Arrays.equals(bytes, 0, whole, network.bytes, 0, whole)) {
            return false;
        }
        int rest = prefix % 8;
        return rest == 0 || ((bytes[whole] ^ network.bytes[whole]) & 0xff) >> (8 - rest) == 0;
    }
}
