package io.github.eventgateway.tools.check;

import io.github.eventgateway.tools.check.SchemaConjunction.Fault;
import io.github.eventgateway.tools.check.SchemaConjunction.Kind;
import io.github.eventgateway.tools.check.SchemaDocument.Part;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Checks whether the minimum and the maximum of several schemas leave any value. */
final class SchemaBounds {

    /** A longer number costs too much to calculate with. */
    private static final int LARGEST_SCALE = 1000;

    private static final Map<String, Integer> SHORTEST =
            Map.of("date-time", 17, "date", 10, "time", 6, "uuid", 36, "ipv4", 7, "ipv6", 2, "email", 3);
    private static final Map<String, Integer> LONGEST = Map.of("date", 10, "uuid", 36, "ipv4", 15, "ipv6", 45);

    private final List<Part> parts;
    private final Set<Kind> kinds;

    SchemaBounds(List<Part> parts, Set<Kind> kinds) {
        this.parts = parts;
        this.kinds = kinds;
    }

    private record Bound(String keyword, String pointer, BigDecimal value, boolean isExcluded) {

        @Override
        public String toString() {
            return keyword + " is " + value.toString();
        }
    }

    void check(List<Fault> faults) {
        checkNumbers(faults);
        check("minLength", "maxLength", EnumSet.of(Kind.STRING), faults);
        check("minItems", "maxItems", EnumSet.of(Kind.ARRAY), faults);
        check("minProperties", "maxProperties", EnumSet.of(Kind.OBJECT), faults);
        if (parts.stream().anyMatch(part -> part.node().has("contains"))) {
            check("minContains", "maxContains", EnumSet.of(Kind.ARRAY), faults);
        }
    }

    private void check(String least, String most, Set<Kind> of, List<Fault> faults) {
        boolean ofTexts = least.equals("minLength");
        Stream<Bound> shortest = ofTexts ? lengths(SHORTEST, "the shortest length of format ") : Stream.empty();
        Stream<Bound> longest = ofTexts ? lengths(LONGEST, "the longest length of format ") : Stream.empty();
        Optional<Bound> low = Stream.of(bounds(least, false), negated(most, true), shortest)
                .flatMap(some -> some)
                .reduce(SchemaBounds::higher);
        Optional<Bound> high = Stream.of(bounds(most, false), negated(least, true), longest)
                .flatMap(some -> some)
                .reduce(SchemaBounds::lower);
        if (low.isPresent() && high.isPresent() && isCrossed(low.get(), high.get())) {
            faults.add(crossed(of, low.get(), high.get()));
        }
    }

    private static Fault crossed(Set<Kind> of, Bound low, Bound high) {
        return Fault.of(of, low.pointer(), low + " and " + high + ": no value satisfies both");
    }

    private void checkNumbers(List<Fault> faults) {
        Optional<Bound> low = Stream.of(
                        bounds("minimum", false),
                        bounds("exclusiveMinimum", true),
                        negated("maximum", true),
                        negated("exclusiveMaximum", false))
                .flatMap(some -> some)
                .reduce(SchemaBounds::higher);
        Optional<Bound> high = Stream.of(
                        bounds("maximum", false),
                        bounds("exclusiveMaximum", true),
                        negated("minimum", true),
                        negated("exclusiveMinimum", false))
                .flatMap(some -> some)
                .reduce(SchemaBounds::lower);
        if (low.isEmpty() || high.isEmpty()) {
            return;
        }
        if (isCrossed(low.get(), high.get())) {
            faults.add(crossed(Kind.NUMBERS, low.get(), high.get()));
        } else {
            checkSteps(low.get(), high.get(), faults);
        }
    }

    private void checkSteps(Bound low, Bound high, List<Fault> faults) {
        boolean whole = kinds.contains(Kind.INTEGER) && !kinds.contains(Kind.FRACTION);
        List<Bound> multiples = bounds("multipleOf", false)
                .filter(multiple -> multiple.value().signum() > 0)
                .toList();
        if (!whole && multiples.isEmpty()) {
            return;
        }
        BigDecimal step = multiples.stream()
                .map(Bound::value)
                .reduce(SchemaBounds::common)
                .orElse(BigDecimal.ONE);
        step = whole ? common(step, BigDecimal.ONE) : step;
        BigDecimal first = low.value().divide(step, 0, RoundingMode.CEILING).multiply(step);
        if (low.isExcluded() && first.compareTo(low.value()) == 0) {
            first = first.add(step);
        }
        int order = first.compareTo(high.value());
        if (order > 0 || order == 0 && high.isExcluded()) {
            String what = multiples.isEmpty()
                    ? "there is no integer between them"
                    : "no " + (whole ? "whole " : "") + "multiple of "
                            + multiples.get(0).value() + " lies between";
            String at = multiples.isEmpty() ? low.pointer() : multiples.get(0).pointer();
            faults.add(Fault.of(Kind.NUMBERS, at, low + " and " + high + ": " + what));
        }
    }

    /** Returns the least common multiple. */
    private static BigDecimal common(BigDecimal one, BigDecimal other) {
        int scale = Math.max(0, Math.max(one.scale(), other.scale()));
        BigInteger a = one.setScale(scale).unscaledValue();
        BigInteger b = other.setScale(scale).unscaledValue();
        return new BigDecimal(a.multiply(b).divide(a.gcd(b)), scale);
    }

    private Stream<Bound> bounds(String keyword, boolean excluded) {
        return bounds(parts.stream(), keyword, keyword, excluded);
    }

    /** Returns the opposite bounds: {@code not} with a minimum is a maximum. */
    private Stream<Bound> negated(String keyword, boolean excluded) {
        Stream<Part> negated =
                parts.stream().filter(part -> part.get("not").size() == 1).map(part -> part.below("not"));
        return bounds(negated, keyword, "the forbidden " + keyword, excluded);
    }

    private static Stream<Bound> bounds(Stream<Part> of, String keyword, String name, boolean excluded) {
        return of.filter(part -> part.get(keyword).isNumber())
                .map(part -> new Bound(name, part.at(keyword), part.get(keyword).decimalValue(), excluded))
                .filter(bound -> Math.abs(bound.value().scale()) <= LARGEST_SCALE);
    }

    private Stream<Bound> lengths(Map<String, Integer> lengths, String name) {
        return parts.stream()
                .filter(part -> lengths.containsKey(part.get("format").asText()))
                .map(part -> new Bound(
                        name + part.get("format").asText(),
                        part.at("format"),
                        BigDecimal.valueOf(lengths.get(part.get("format").asText())),
                        false));
    }

    private static Bound higher(Bound one, Bound other) {
        int order = one.value().compareTo(other.value());
        return order > 0 || order == 0 && one.isExcluded() ? one : other;
    }

    private static Bound lower(Bound one, Bound other) {
        int order = one.value().compareTo(other.value());
        return order < 0 || order == 0 && one.isExcluded() ? one : other;
    }

    private static boolean isCrossed(Bound low, Bound high) {
        int order = low.value().compareTo(high.value());
        return order > 0 || order == 0 && (low.isExcluded() || high.isExcluded());
    }
}
