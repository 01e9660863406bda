package io.github.eventgateway.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/**
 * How JSON is read where it comes from outside: strictly, so that two readers of one event can never see two things
 * (RFC 8259, section 4, on duplicate names), and exactly, so that a number leaves as it came.
 */
public final class StrictJson {

    private static final int MAX_NESTING = 52;
    private static final int MAX_NUMBER_LENGTH = 100;
    private static final int MAX_STRING_LENGTH = 1024 * 1024;
    private static final int MAX_NAME_LENGTH = 1024;
    private static final int MAX_SCALE = 1000;

    /** The most tokens of one value: a name, a scalar, and each bracket is one. A tree takes some 60 bytes for each. */
    public static final int MAX_TOKENS = 100_000;

    /** Reads and writes by these rules. */
    public static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_NESTING)
                            .maxNumberLength(MAX_NUMBER_LENGTH)
                            .maxStringLength(MAX_STRING_LENGTH)
                            .maxNameLength(MAX_NAME_LENGTH)
                            .build())
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final ObjectReader TREES = MAPPER.readerFor(JsonNode.class);
    private static final ObjectReader ELEMENTS = TREES.without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private StrictJson() {}

    /**
     * The JSON value that these bytes are.
     *
     * @throws GatewayException with {@code MALFORMED_JSON} where they are none
     */
    public static JsonNode parse(byte[] bytes) {
        return parse(bytes, 0, bytes.length);
    }

    /** As {@link #parse(byte[])}, of a part of the bytes. */
    public static JsonNode parse(byte[] bytes, int offset, int length) {
        try (JsonParser parser = MAPPER.createParser(bytes, offset, length)) {
            // no text has more tokens than bytes
            boolean bounded = length <= MAX_TOKENS;
            JsonNode node = TREES.readTree(bounded ? parser : new BoundedParser(parser, MAX_TOKENS, Integer.MAX_VALUE));
            if (node == null || node.isMissingNode()) {
                throw new GatewayException(Reason.MALFORMED_JSON, "", "the body is empty");
            }
            checkNumbers(node);
            return node;
        } catch (IOException e) {
            throw malformed(e);
        } catch (NumberFormatException e) {
            throw unreadableNumber();
        }
    }

    /**
     * Refuses numbers that are short to write but long to write out: whoever compares or prints one would need gigabytes.
     *
     * @throws GatewayException with {@code MALFORMED_JSON} where a number's exponent is beyond a thousand
     */
    public static void checkNumbers(JsonNode node) {
        if (node.isBigDecimal() && Math.abs((long) node.decimalValue().scale()) > MAX_SCALE) {
            throw unreadableNumber();
        }
        if (node.isContainerNode()) {
            node.forEach(StrictJson::checkNumbers);
        }
    }

    /** The refusal of a number with an exponent that no reader can hold: Jackson throws it as no failure of JSON. */
    public static GatewayException unreadableNumber() {
        return new GatewayException(Reason.MALFORMED_JSON, "", "a number's exponent is too large");
    }

    /**
     * A parser of values that follow each other, such as the elements of an array; read each value by {@link #element}.
     */
    public static JsonParser parser(byte[] bytes) throws IOException {
        return MAPPER.createParser(bytes);
    }

    /**
     * Reads the value that begins at the parser's current token, and leaves the parser at its end.
     *
     * @param longest the most characters of its names and texts together
     * @return null where the value has more than that, or more than {@link #MAX_TOKENS} tokens; nothing of it is kept
     */
    public static JsonNode element(JsonParser parser, int longest) throws IOException {
        int depth = parser.getParsingContext().getNestingDepth();
        boolean container = parser.currentToken().isStructStart();
        try {
            return ELEMENTS.readValue(new BoundedParser(parser, MAX_TOKENS, longest));
        } catch (BoundedParser.TooLargeException e) {
            int outside = container ? depth - 1 : depth;
            while (parser.getParsingContext().getNestingDepth() > outside) {
                parser.nextToken();
            }
            return null;
        }
    }

    /** The refusal of what cannot be read, with the place and without a word of the content. */
    public static GatewayException malformed(IOException e) {
        if (e instanceof StreamConstraintsException || e instanceof BoundedParser.TooLargeException) {
            return new GatewayException(
                    Reason.MALFORMED_JSON,
                    "",
                    "more than the gateway reads: at most " + MAX_NESTING + " levels, " + MAX_TOKENS
                            + " tokens, and " + MAX_NAME_LENGTH + " characters in a name, " + MAX_STRING_LENGTH
                            + " in a string, " + MAX_NUMBER_LENGTH + " in a number");
        }
        return new GatewayException(Reason.MALFORMED_JSON, "", "not valid JSON " + problem(e));
    }

    /** Where the JSON is wrong, without a word of its content. */
    public static String problem(IOException e) {
        if (e instanceof JsonProcessingException json && json.getLocation() != null) {
            return "at line " + json.getLocation().getLineNr() + ", column "
                    + json.getLocation().getColumnNr();
        }
        return "unexpected end";
    }

    /** A name as a part of a JSON Pointer (RFC 6901, section 3). */
    public static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
