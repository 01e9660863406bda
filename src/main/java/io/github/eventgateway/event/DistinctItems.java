package io.github.eventgateway.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.BaseJsonValidator;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonValidator;
import com.networknt.schema.Keyword;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.ValidationContext;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.ValidatorTypeCode;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;

/**
 * The keyword {@code uniqueItems}. The one of the validator needs quadratic time for numbers or texts of equal hash,
 * because JSON values have no order. This one compares texts.
 */
final class DistinctItems implements Keyword {

    @Override
    public String getValue() {
        return ValidatorTypeCode.UNIQUE_ITEMS.getValue();
    }

    @Override
    public JsonValidator newValidator(
            SchemaLocation location,
            JsonNodePath path,
            JsonNode value,
            JsonSchema parent,
            ValidationContext validation) {
        return new Validator(location, path, value, parent, this, validation);
    }

    private static final class Validator extends BaseJsonValidator {

        private final boolean isOn;

        Validator(
                SchemaLocation location,
                JsonNodePath path,
                JsonNode value,
                JsonSchema parent,
                Keyword keyword,
                ValidationContext validation) {
            super(location, path, value, parent, ValidatorTypeCode.UNIQUE_ITEMS, keyword, validation, false);
            this.isOn = value.asBoolean();
        }

        @Override
        public Set<ValidationMessage> validate(
                ExecutionContext execution, JsonNode node, JsonNode root, JsonNodePath place) {
            if (!isOn || !node.isArray() || isDistinct(node)) {
                return Set.of();
            }
            return Set.of(message()
                    .instanceNode(node)
                    .instanceLocation(place)
                    .locale(execution.getExecutionConfig().getLocale())
                    .failFast(execution.isFailFast())
                    .build());
        }

        private static boolean isDistinct(JsonNode items) {
            Set<String> seen = new HashSet<>();
            for (JsonNode item : items) {
                if (!seen.add(text(item))) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Returns a text that two values share if and only if they are equal. The order of members has no effect. */
    private static String text(JsonNode value) {
        StringBuilder text = new StringBuilder();
        write(value, text);
        return text.toString();
    }

    private static void write(JsonNode value, StringBuilder text) {
        if (value.isObject()) {
            TreeMap<String, JsonNode> members = new TreeMap<>();
            value.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
            text.append('{');
            members.forEach((name, member) -> {
                text.append(name.length()).append(':').append(name);
                write(member, text);
            });
            text.append('}');
        } else if (value.isArray()) {
            text.append('[');
            value.forEach(item -> write(item, text));
            text.append(']');
        } else if (value.isNumber()) {
            // 1 and 1.0 are one number in JSON Schema.
            text.append(value.decimalValue().stripTrailingZeros()).append(',');
        } else {
            text.append(value).append(',');
        }
    }
}
