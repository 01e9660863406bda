package io.github.eventgateway.tools.check;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Finds the name that was probably meant. */
public final class Nearest {

    private Nearest() {}

    /** Returns the name with the fewest changes from the wrong one; empty if none is similar. */
    public static String to(String wrong, Collection<String> names) {
        int limit = Math.max(2, wrong.length() / 3);
        return names.stream()
                .filter(name -> !name.isBlank() && !name.equals(wrong))
                .filter(name -> Math.abs(name.length() - wrong.length()) <= limit || isBeginning(name, wrong))
                .map(name -> new Candidate(name, nearness(name, wrong, limit)))
                .filter(candidate -> candidate.distance() <= limit)
                .min(Comparator.comparing(Candidate::distance).thenComparing(Candidate::name))
                .map(Candidate::name)
                .orElse("");
    }

    private static int nearness(String name, String wrong, int limit) {
        int distance = distance(wrong, name);
        return isBeginning(name, wrong) ? Math.min(limit, distance) : distance;
    }

    /** Returns whether one is the beginning of the other. */
    private static boolean isBeginning(String one, String other) {
        return Math.min(one.length(), other.length()) >= 4 && (one.startsWith(other) || other.startsWith(one));
    }

    private record Candidate(String name, int distance) {}

    /** Returns the number of inserted, deleted, changed or swapped letters. Upper and lower case count as similar. */
    static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                d[i][j] = i == 0 || j == 0 ? i + j : step(a, b, i, j, d);
            }
        }
        return d[a.length()][b.length()];
    }

    private static int step(String a, String b, int i, int j, int[][] d) {
        int change = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int least = Math.min(change, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, d[i - 2][j - 2] + 1) : least;
    }
}
