package io.github.eventgateway.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;

/** Converts plain JSON values to text, equal values to equal text: 7, 7.0 and "7" are the same user id. */
public final class Scalars {

    /** A longer number, such as 1e999999999, would not fit into memory as text. */
    private static final int LONGEST_WRITTEN_OUT = 40;

    private Scalars() {}

    /** Returns the value as text; null for null, a missing value, an object or an array. */
    public static String text(JsonNode node) {
        if (node == null || !node.isValueNode() || node.isNull()) {
            return null;
        }
        if (!node.isNumber() || node.isInt() || node.isLong()) {
            return node.asText();
        }
        BigDecimal number = node.decimalValue().stripTrailingZeros();
        return Math.abs(number.scale()) <= LONGEST_WRITTEN_OUT ? number.toPlainString() : number.toString();
    }
}
