package io.github.eventgateway.http;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Chooses between the languages that the gateway speaks: Chinese unless the caller prefers English (RFC 4647, 3.4). */
final class Languages {

    private static final List<Locale> SPOKEN = List.of(Locale.CHINESE, Locale.ENGLISH);
    private static final int LONGEST_HEADER = 256;

    private static final int MOST_KNOWN = 1000;
    private static final Map<String, Locale> KNOWN = new ConcurrentHashMap<>();

    private Languages() {}

    static Locale of(String acceptLanguage) {
        if (acceptLanguage == null || acceptLanguage.isBlank() || acceptLanguage.length() > LONGEST_HEADER) {
            return Locale.CHINESE;
        }
        Locale known = KNOWN.get(acceptLanguage);
        if (known != null) {
            return known;
        }
        Locale best = best(acceptLanguage);
        if (KNOWN.size() < MOST_KNOWN) {
            KNOWN.put(acceptLanguage, best);
        }
        return best;
    }

    private static Locale best(String acceptLanguage) {
        try {
            Locale best = Locale.lookup(Locale.LanguageRange.parse(acceptLanguage), SPOKEN);
            return best == null ? Locale.CHINESE : best;
        } catch (IllegalArgumentException e) {
            return Locale.CHINESE;
        }
    }
}
