package io.github.eventgateway.event;

/** Recognises usual IP addresses faster than the validator does. A true result is always right. */
final class IpFormats {

    private IpFormats() {}

    /** Matches four numbers up to 255 without leading zeros. */
    static boolean isIpv4(String text) {
        int parts = 0;
        int value = -1;
        for (int i = 0; i <= text.length(); i++) {
            char c = i == text.length() ? '.' : text.charAt(i);
            if (c == '.') {
                if (value < 0) {
                    return false;
                }
                parts++;
                value = -1;
            } else if (c >= '0' && c <= '9' && value != 0) {
                value = Math.max(value, 0) * 10 + c - '0';
                if (value > 255) {
                    return false;
                }
            } else {
                return false;
            }
        }
        return parts == 4;
    }

    /** Matches eight groups of one to four digits, or fewer with one "::". The validator decides about other forms. */
    static boolean isIpv6(String text) {
        int groups = 0;
        int digits = 0;
        boolean gap = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ':') {
                boolean twice = i + 1 < text.length() && text.charAt(i + 1) == ':';
                if (twice && gap || !twice && (digits == 0 || i + 1 == text.length())) {
                    return false;
                }
                gap |= twice;
                groups += digits > 0 ? 1 : 0;
                digits = 0;
                i += twice ? 1 : 0;
            } else if (Character.digit(c, 16) < 0 || c > 'f' || ++digits > 4) {
                return false;
            }
        }
        groups += digits > 0 ? 1 : 0;
        return gap ? groups < 8 : groups == 8;
    }
}
