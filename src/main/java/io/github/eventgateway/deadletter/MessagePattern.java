package io.github.eventgateway.deadletter;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Converts messages that differ only in their values to the same pattern: numbers become {@code #}, ids and addresses
 * {@code <id>}, and quoted values {@code '…'}. The name of a required property stays, because it comes from the schema
 * and not from the record. Any thread.
 */
final class MessagePattern {

    /** No alternative can begin inside another one, so that each character is examined only a few times. */
    private static final Pattern VALUES = Pattern.compile("""
            (?<name>(?<=required\\ property\\ )'[A-Za-z_][A-Za-z_0-9-]{0,63}+')
            |(?<quoted>(?<![\\p{L}\\p{N}])(?:'[^']*+(?:'(?![\\p{L}\\p{N}])|$)|"[^"]*+(?:"|$)|`[^`]*+(?:`|$))
              |“[^”]*+(?:”|$)|‘[^’]*+(?:’|$)|「[^」]*+(?:」|$)|«[^»]*+(?:»|$))
            |(?<id>
              (?<![\\p{L}\\p{N}])[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![\\p{L}\\p{N}])
              |(?<![\\p{L}\\p{N}._%+-])[\\p{L}\\p{N}._%+-]{1,64}+@[\\p{L}\\p{N}-]++(?:\\.[\\p{L}\\p{N}-]++)++
              |(?<=@)[0-9a-f]{1,16}+(?![\\p{L}\\p{N}])
              |(?<![\\p{L}\\p{N}])(?=[A-Fa-f]*+[0-9])[0-9A-Fa-f]{8,}+(?![\\p{L}\\p{N}_])
              |(?<![\\p{L}\\p{N}])(?=[A-Za-z_-]*+[0-9])[A-Za-z0-9_-]{20,}+(?![\\p{L}\\p{N}])
              |(?<![\\p{L}\\p{N}:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{1,4}(?![\\p{L}\\p{N}:])
              |\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}
            )
            |(?<number>\\d{4}-\\d{2}-\\d{2}(?:[T ]\\d{2}:\\d{2}(?::\\d{2}(?:[.,]\\d++)?)?)?(?:Z|[+-]\\d{2}:?\\d{2})?
              |(?:(?<![\\p{L}\\p{N}])[+-])?\\p{Nd}++(?:[.,]\\p{Nd}++)*+)
            """, Pattern.COMMENTS);

    private MessagePattern() {}

    /** Returns the message with placeholders for its values. */
    static String of(String message) {
        Matcher values = VALUES.matcher(message);
        StringBuilder pattern = new StringBuilder();
        while (values.find()) {
            values.appendReplacement(pattern, Matcher.quoteReplacement(sign(values)));
        }
        return values.appendTail(pattern).toString();
    }

    private static String sign(Matcher found) {
        if (found.group("name") != null) {
            return found.group();
        }
        if (found.group("quoted") != null) {
            return "'…'";
        }
        return found.group("id") != null ? "<id>" : "#";
    }
}
