package io.github.eventgateway.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;

/** Plain JSON values as text, one text for one value: a user is the same be the id written as 7, 7.0 or "7". */
public final class Scalars {

    /** A longer number, such as 1e999999999, would not fit into memory when it is written out. */
    private static final int LONGEST_WRITTEN_OUT = 40;

    private Scalars() {}

    /** The value as text; null for null, a missing value, an object or an array. */
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
