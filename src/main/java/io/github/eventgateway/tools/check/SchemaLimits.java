package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.tools.check.SchemaConjunction.Kind;
import io.github.eventgateway.tools.check.SchemaGap.Weight;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Compares known limits of a value with the limits in a schema. */
final class SchemaLimits {

    /** A longer number costs too much to calculate with. */
    private static final int LARGEST_SCALE = 1000;

    private final KnownValue value;
    private final SchemaPart schema;

    SchemaLimits(KnownValue value, SchemaPart schema) {
        this.value = value;
        this.schema = schema;
    }

    /** Explains why a value may exceed a limit. */
    record Wrong(Weight weight, String message) {}

    private record Limit(String keyword, BigDecimal number, boolean isExcluded) {}

    /** Returns the problem of a limiting keyword; empty if the values satisfy it. */
    Optional<Wrong> wrong(String keyword) {
        return switch (keyword) {
            case "minimum", "exclusiveMinimum" -> number(keyword, true);
            case "maximum", "exclusiveMaximum" -> number(keyword, false);
            case "multipleOf" -> multiple();
            case "minLength" -> least(keyword, Kind.STRING, BigDecimal.ZERO);
            case "maxLength" -> most(keyword, Kind.STRING, Optional.empty());
            case "minItems" -> least(keyword, Kind.ARRAY, BigDecimal.ZERO);
            case "maxItems" -> most(keyword, Kind.ARRAY, Optional.empty());
            case "minProperties" ->
                least(keyword, Kind.OBJECT, BigDecimal.valueOf(value.required().size()));
            case "maxProperties" ->
                most(keyword, Kind.OBJECT, value.onlyNames().map(Set::size).map(BigDecimal::valueOf));
            case "uniqueItems" -> unique();
            case "pattern", "format" -> other(keyword);
            default -> Optional.of(new Wrong(Weight.UNPROVEN, keyword + " has changed, and may be breaking"));
        };
    }

    private Optional<Wrong> least(String keyword, Kind kind, BigDecimal atLeast) {
        Optional<BigDecimal> before = value.largest(keyword);
        return !value.mayBe(kind) || before.orElse(atLeast).max(atLeast).compareTo(number(keyword)) >= 0
                ? Optional.empty()
                : Optional.of(tightened(keyword, before, "less"));
    }

    private Optional<Wrong> most(String keyword, Kind kind, Optional<BigDecimal> atMost) {
        Optional<BigDecimal> before = value.smallest(keyword);
        boolean isKept = Stream.of(before, atMost)
                .flatMap(Optional::stream)
                .anyMatch(number -> number.compareTo(number(keyword)) <= 0);
        return !value.mayBe(kind) || isKept ? Optional.empty() : Optional.of(tightened(keyword, before, "more"));
    }

    private BigDecimal number(String keyword) {
        return schema.get(keyword).decimalValue();
    }

    private Wrong tightened(String keyword, Optional<BigDecimal> before, String what) {
        return new Wrong(
                Weight.BREAKING,
                keyword + " is " + schema.get(keyword).asText()
                        + before.map(number -> " and was " + number.toPlainString())
                                .orElse(" and was not there") + ": "
                        + what + " was valid");
    }

    private Optional<Wrong> number(String keyword, boolean isLeast) {
        if (!value.mayBe(Kind.FRACTION) && !value.mayBe(Kind.INTEGER)) {
            return Optional.empty();
        }
        boolean whole = !value.mayBe(Kind.FRACTION);
        Optional<Limit> now = limit(keyword, schema.get(keyword)).map(limit -> whole ? whole(limit, isLeast) : limit);
        if (now.isEmpty()) {
            return Optional.of(new Wrong(Weight.UNPROVEN, keyword + " is too long a number to compare"));
        }
        Stream<Limit> before = Stream.of(
                        isLeast ? "minimum" : "maximum", isLeast ? "exclusiveMinimum" : "exclusiveMaximum")
                .flatMap(word -> value.all(word).flatMap(number -> limit(word, number).stream()))
                .map(limit -> whole ? whole(limit, isLeast) : limit);
        if (before.anyMatch(limit -> isWithin(limit, now.get(), isLeast))) {
            return Optional.empty();
        }
        Optional<BigDecimal> same = isLeast ? value.largest(keyword) : value.smallest(keyword);
        return Optional.of(tightened(keyword, same, isLeast ? "less" : "more"));
    }

    private static boolean isWithin(Limit before, Limit now, boolean isLeast) {
        int order = before.number().compareTo(now.number()) * (isLeast ? 1 : -1);
        return order > 0 || order == 0 && (before.isExcluded() || !now.isExcluded());
    }

    private static Optional<Limit> limit(String keyword, JsonNode number) {
        return Optional.of(number)
                .filter(JsonNode::isNumber)
                .map(node -> new Limit(keyword, node.decimalValue(), keyword.startsWith("exclusive")))
                .filter(limit -> Math.abs((long) limit.number().scale()) <= LARGEST_SCALE);
    }

    /** Returns the same limit for integers, as an integer. */
    private static Limit whole(Limit limit, boolean isLeast) {
        BigDecimal nearest = limit.number().setScale(0, isLeast ? RoundingMode.CEILING : RoundingMode.FLOOR);
        boolean isNext = limit.isExcluded() && nearest.compareTo(limit.number()) == 0;
        BigDecimal step = isLeast ? BigDecimal.ONE : BigDecimal.ONE.negate();
        return new Limit(limit.keyword(), isNext ? nearest.add(step) : nearest, false);
    }

    private Optional<Wrong> multiple() {
        if (!value.mayBe(Kind.FRACTION) && !value.mayBe(Kind.INTEGER)) {
            return Optional.empty();
        }
        BigDecimal now = number("multipleOf");
        Function<BigDecimal, Boolean> isMultiple = number -> Math.abs((long) number.scale()) <= LARGEST_SCALE
                && Math.abs((long) now.scale()) <= LARGEST_SCALE
                && number.remainder(now).signum() == 0;
        boolean isWhole = !value.mayBe(Kind.FRACTION) && isMultiple.apply(BigDecimal.ONE);
        boolean isKept = value.all("multipleOf").map(JsonNode::decimalValue).anyMatch(isMultiple::apply);
        return isWhole || isKept
                ? Optional.empty()
                : Optional.of(new Wrong(
                        Weight.BREAKING,
                        "multipleOf is " + schema.get("multipleOf").asText() + ": other numbers were valid"));
    }

    /** The validator counts the values of the members of an object too. */
    private Optional<Wrong> unique() {
        boolean isShort = !value.mayBe(Kind.OBJECT)
                && value.smallest("maxItems")
                        .filter(most -> most.compareTo(BigDecimal.ONE) <= 0)
                        .isPresent();
        boolean isContainer = value.mayBe(Kind.ARRAY) || value.mayBe(Kind.OBJECT);
        return !isContainer || isShort || !schema.get("uniqueItems").asBoolean()
                ? Optional.empty()
                : Optional.of(new Wrong(Weight.BREAKING, "uniqueItems is true: repeated elements were valid"));
    }

    private Optional<Wrong> other(String keyword) {
        if (!value.mayBe(Kind.STRING)) {
            return Optional.empty();
        }
        String now = keyword + " is " + schema.get(keyword).asText();
        return value.all(keyword)
                .findFirst()
                .map(before -> new Wrong(
                        Weight.UNPROVEN,
                        now + " and was " + before.asText() + ": texts that were valid may be invalid now"))
                .or(() -> Optional.of(new Wrong(Weight.BREAKING, now + " and was not there: other texts were valid")));
    }
}
