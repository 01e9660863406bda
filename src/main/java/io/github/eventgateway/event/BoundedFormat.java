package io.github.eventgateway.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Format;
import com.networknt.schema.FormatValidator;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.MessageSourceValidationMessage;
import com.networknt.schema.ValidationContext;
import com.networknt.schema.ValidationMessage;
import java.util.Set;
import java.util.function.Supplier;

/** A format that no text of more than {@value #MOST} characters has. Any thread. */
final class BoundedFormat implements Format {

    private static final int MOST = 1024;

    private final Format format;

    BoundedFormat(Format format) {
        this.format = format;
    }

    @Override
    public String getName() {
        return format.getName();
    }

    @Override
    public String getMessageKey() {
        return format.getMessageKey();
    }

    @Override
    public boolean matches(ExecutionContext execution, String value) {
        return value.length() <= MOST && format.matches(execution, value);
    }

    @Override
    public Set<ValidationMessage> validate(
            ExecutionContext execution,
            ValidationContext validation,
            JsonNode node,
            JsonNode root,
            JsonNodePath place,
            boolean isAsserted,
            Supplier<MessageSourceValidationMessage.Builder> message,
            FormatValidator validator) {
        return node.isTextual() && node.textValue().length() > MOST
                ? Format.super.validate(execution, validation, node, root, place, isAsserted, message, validator)
                : format.validate(execution, validation, node, root, place, isAsserted, message, validator);
    }
}
