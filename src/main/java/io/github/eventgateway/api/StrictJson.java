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
 * Reads JSON from outside strictly and exactly. Strictly: duplicate names are errors, so that two readers never see
 * different content in one event (RFC 8259, section 4). Exactly: numbers keep their form.
 */
public final class StrictJson {

    private static final int MAX_NESTING = 52;
    private static final int MAX_NUMBER_LENGTH = 100;
    private static final int MAX_STRING_LENGTH = 1024 * 1024;
    private static final int MAX_NAME_LENGTH = 1024;
    private static final int MAX_SCALE = 1000;

    /** The bytes of one character in UTF-32. */
    private static final int LONGEST_UNIT = 4;

    /**
     * The maximum number of tokens of one value. Each name, scalar and bracket is a token. A tree needs about 60 bytes
     * for each.
     */
    public static final int MAX_TOKENS = 100_000;

    /** The mapper with these rules. */
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
     * Parses the bytes of one JSON value.
     *
     * @throws GatewayException with {@code MALFORMED_JSON} if they are not valid JSON
     */
    public static JsonNode parse(byte[] bytes) {
        return parse(bytes, 0, bytes.length);
    }

    /** Parses a part of the bytes, as {@link #parse(byte[])} does. */
    public static JsonNode parse(byte[] bytes, int offset, int length) {
        requireUtf8(bytes, offset, length);
        try (JsonParser parser = MAPPER.createParser(bytes, offset, length)) {
            // A text has at most as many tokens as bytes.
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
     * JSON between systems is UTF-8 (RFC 8259, section 8.1). Jackson also recognises UTF-16 and UTF-32 by the first four
     * bytes: in JSON, one of them is a NUL, or they begin with a byte order mark.
     */
    private static void requireUtf8(byte[] bytes, int offset, int length) {
        boolean isOther =
                length > 1 && (isMark(bytes[offset], bytes[offset + 1]) || isMark(bytes[offset + 1], bytes[offset]));
        for (int at = offset; at < offset + Math.min(length, LONGEST_UNIT); at++) {
            isOther |= bytes[at] == 0;
        }
        if (isOther) {
            throw new GatewayException(Reason.MALFORMED_JSON, "", "must be UTF-8");
        }
    }

    private static boolean isMark(byte first, byte second) {
        return first == (byte) 0xFE && second == (byte) 0xFF;
    }

    /**
     * Rejects numbers with a huge exponent: their text is short, but comparing or printing them would need gigabytes.
     *
     * @throws GatewayException with {@code MALFORMED_JSON} if the exponent of a number is beyond a thousand
     */
    public static void checkNumbers(JsonNode node) {
        if (node.isBigDecimal() && Math.abs((long) node.decimalValue().scale()) > MAX_SCALE) {
            throw unreadableNumber();
        }
        if (node.isContainerNode()) {
            node.forEach(StrictJson::checkNumbers);
        }
    }

    /**
     * Returns the error for an exponent that is too large to parse. Jackson does not report it as an error of the JSON.
     */
    public static GatewayException unreadableNumber() {
        return new GatewayException(Reason.MALFORMED_JSON, "", "the exponent of a number is too large");
    }

    /**
     * Returns a parser of consecutive values, such as the elements of an array. Read each value with {@link #element}.
     *
     * @throws GatewayException with {@code MALFORMED_JSON} if the bytes are UTF-16 or UTF-32
     */
    public static JsonParser parser(byte[] bytes) throws IOException {
        requireUtf8(bytes, 0, bytes.length);
        return MAPPER.createParser(bytes);
    }

    /**
     * Reads the value at the current token of the parser, and leaves the parser at the end of the value.
     *
     * @param longest the maximum number of characters of its names and texts together
     * @return null if the value has more characters, or more tokens than {@link #MAX_TOKENS}; then nothing of it stays
     *     in memory
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

    /** Returns the error with the place of the mistake, without any content. */
    public static GatewayException malformed(IOException e) {
        if (e instanceof StreamConstraintsException || e instanceof BoundedParser.TooLargeException) {
            return new GatewayException(
                    Reason.MALFORMED_JSON,
                    "",
                    "exceeds the limits of the gateway: at most " + MAX_NESTING + " levels, " + MAX_TOKENS
                            + " tokens, and " + MAX_NAME_LENGTH + " characters in a name, " + MAX_STRING_LENGTH
                            + " in a string, " + MAX_NUMBER_LENGTH + " in a number");
        }
        return new GatewayException(Reason.MALFORMED_JSON, "", "not valid JSON " + problem(e));
    }

    /** Returns the place of the mistake, without any content. */
    public static String problem(IOException e) {
        if (e instanceof JsonProcessingException json && json.getLocation() != null) {
            return "at line " + json.getLocation().getLineNr() + ", column "
                    + json.getLocation().getColumnNr();
        }
        return "unexpected end";
    }

    /** Returns the name escaped for a JSON Pointer (RFC 6901, section 3). */
    public static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
