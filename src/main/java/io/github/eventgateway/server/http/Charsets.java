package io.github.eventgateway.server.http;

import java.util.Locale;
import java.util.Set;

/** Reads the character encoding from {@code Content-Type}. */
final class Charsets {

    private static final String PARAMETER = "charset";
    private static final Set<String> UTF_8 = Set.of("utf-8", "utf8");

    private Charsets() {}

    /** Returns whether every named charset is UTF-8, the only one for bodies. Null names none. */
    static boolean isUtf8(String contentType) {
        int next = contentType == null ? -1 : contentType.indexOf(';');
        while (next >= 0) {
            int start = next + 1;
            next = contentType.indexOf(';', start);
            String parameter = contentType.substring(start, next < 0 ? contentType.length() : next);
            int equals = parameter.indexOf('=');
            String name = parameter.substring(0, Math.max(equals, 0)).strip();
            if (name.equalsIgnoreCase(PARAMETER) && !UTF_8.contains(value(parameter.substring(equals + 1)))) {
                return false;
            }
        }
        return true;
    }

    private static String value(String text) {
        String value = text.strip().toLowerCase(Locale.ROOT);
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}
