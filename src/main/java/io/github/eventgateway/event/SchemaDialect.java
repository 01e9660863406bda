package io.github.eventgateway.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Format;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.Keyword;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.Vocabularies;
import com.networknt.schema.Vocabulary;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The JSON Schema dialect of event types: draft 2020-12 with asserted formats, and the keyword {@value #FILL}. */
public final class SchemaDialect {

    /** The keyword that names the value for a missing field if the type is in the path. */
    public static final String FILL = "x-fill";

    /** The value of {@code $schema} in a schema of an event type. */
    public static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    /** The validator needs quadratic time for these formats, or stack for each character. */
    private static final Set<String> COSTLY = Set.of(
            "email", "idn-email", "hostname", "idn-hostname", "json-pointer", "relative-json-pointer", "uri-template");

    private static final SchemaValidatorsConfig CONFIG = SchemaValidatorsConfig.builder()
            .formatAssertionsEnabled(true)
            .pathType(PathType.JSON_POINTER)
            .locale(Locale.ENGLISH)
            .regularExpressionFactory(BoundedPattern::new)
            .build();
    private static final JsonSchemaFactory SCHEMAS = schemas();

    private SchemaDialect() {}

    private static JsonSchemaFactory schemas() {
        JsonMetaSchema dialect = JsonMetaSchema.builder(JsonMetaSchema.getV202012())
                .keyword(new NonValidationKeyword(FILL))
                .formats(SchemaDialect::boundLengths)
                .vocabularyFactory(SchemaDialect::vocabulary)
                .build();
        return JsonSchemaFactory.builder(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012))
                .metaSchema(dialect)
                .build();
    }

    /** The builder replaces its own keywords by those of the vocabularies, so the keyword must be in the vocabulary. */
    private static Vocabulary vocabulary(String iri) {
        Vocabulary usual = Vocabularies.getVocabulary(iri);
        if (usual != Vocabulary.V202012_VALIDATION) {
            return usual;
        }
        DistinctItems distinct = new DistinctItems();
        return new Vocabulary(
                iri,
                usual.getKeywords().stream()
                        .map(one -> one.getValue().equals(distinct.getValue()) ? distinct : one)
                        .toArray(Keyword[]::new));
    }

    private static void boundLengths(Map<String, Format> formats) {
        formats.replaceAll((name, format) -> COSTLY.contains(name) ? new BoundedFormat(format) : format);
    }

    /**
     * Returns the schema, ready to validate.
     *
     * @throws RuntimeException if it is invalid, for example because a reference has no target
     */
    public static JsonSchema compile(JsonNode schema) {
        JsonSchema compiled = SCHEMAS.getSchema(schema, CONFIG);
        compiled.initializeValidators();
        return compiled;
    }

    /** Returns why the value of {@code $schema} is wrong; empty if it names the draft 2020-12. */
    public static Optional<String> dialectFault(String dialect) {
        return dialect.replaceFirst("#$", "").equals(DIALECT)
                ? Optional.empty()
                : Optional.of("$schema is '" + dialect + "': write " + DIALECT
                        + ", the only dialect that the gateway validates");
    }

    /** Returns the verb of an event type, the last part of its name: {@code login} for {@code user_login}. */
    public static String verb(String type) {
        return type.substring(type.lastIndexOf('_') + 1);
    }

    /**
     * Reads a regular expression as the validator does.
     *
     * @throws RuntimeException if it is invalid
     */
    public static void requirePattern(String pattern) {
        CONFIG.getRegularExpressionFactory().getRegularExpression(pattern);
    }
}
