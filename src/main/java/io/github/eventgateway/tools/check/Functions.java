package io.github.eventgateway.tools.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The functions of the simple language in a text. */
final class Functions {

    private Functions() {}

    /** Returns all functions with their braces, the inner ones before the outer ones. */
    static List<String> all(String text) {
        return find(text, true);
    }

    /** Returns the functions inside other functions, with their braces. */
    static List<String> within(String text) {
        return find(text, false);
    }

    private static List<String> find(String text, boolean outer) {
        List<String> found = new ArrayList<>();
        Deque<Integer> open = new ArrayDeque<>();
        for (int at = 0; at < text.length(); at++) {
            if (text.startsWith("${", at)) {
                open.push(at);
            } else if (text.charAt(at) == '}' && !open.isEmpty()) {
                int begin = open.pop();
                if (outer || !open.isEmpty()) {
                    found.add(text.substring(begin, at + 1));
                }
            }
        }
        return found;
    }
}
