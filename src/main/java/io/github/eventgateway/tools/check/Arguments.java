package io.github.eventgateway.tools.check;

import java.util.ArrayList;
import java.util.List;

/** The arguments of a call, parsed from its text. */
final class Arguments {

    private static final char NONE = 0;

    private Arguments() {}

    /** Splits at commas, but not within brackets or quotes, which are single or double. */
    static List<String> of(String text) {
        List<String> arguments = new ArrayList<>();
        if (text.isBlank()) {
            return arguments;
        }
        int depth = 0;
        char quote = NONE;
        int begin = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote == NONE && (c == '\'' || c == '"')) {
                quote = c;
            } else if (c == quote) {
                quote = NONE;
            }
            boolean quoted = quote != NONE;
            depth += quoted ? 0 : c == '{' || c == '(' ? 1 : c == '}' || c == ')' ? -1 : 0;
            if (!quoted && depth == 0 && c == ',') {
                arguments.add(text.substring(begin, i).strip());
                begin = i + 1;
            }
        }
        arguments.add(text.substring(begin).strip());
        return arguments;
    }
}
