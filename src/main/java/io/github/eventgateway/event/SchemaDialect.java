package io.github.eventgateway.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import java.util.Locale;

/** The JSON Schema that event types are written in: draft 2020-12, with formats that are asserted, and {@value #FILL}. */
public final class SchemaDialect {

    /** The keyword that says what the gateway puts in where the type is in the path and the field is missing. */
    public static final String FILL = "x-fill";

    private static final SchemaValidatorsConfig CONFIG = SchemaValidatorsConfig.builder()
            .formatAssertionsEnabled(true)
            .pathType(PathType.JSON_POINTER)
            .locale(Locale.ENGLISH)
            .build();
    private static final JsonSchemaFactory SCHEMAS = schemas();

    private SchemaDialect() {}

    private static JsonSchemaFactory schemas() {
        JsonMetaSchema dialect = JsonMetaSchema.builder(JsonMetaSchema.getV202012())
                .keyword(new NonValidationKeyword(FILL))
                .build();
        return JsonSchemaFactory.builder(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012))
                .metaSchema(dialect)
                .build();
    }

    /**
     * The schema, ready to validate.
     *
     * @throws RuntimeException where it cannot be, for instance since a reference in it leads nowhere
     */
    public static JsonSchema compile(JsonNode schema) {
        JsonSchema compiled = SCHEMAS.getSchema(schema, CONFIG);
        compiled.initializeValidators();
        return compiled;
    }

    /**
     * Reads a regular expression as the validator does.
     *
     * @throws RuntimeException where it is none
     */
    public static void requirePattern(String pattern) {
        CONFIG.getRegularExpressionFactory().getRegularExpression(pattern);
    }
}
