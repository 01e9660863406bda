package io.github.eventgateway.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import java.io.IOException;

/**
 * Reads one JSON value of a longer text. It fails if the value has too many tokens or too much text. For one thread.
 */
final class BoundedParser extends JsonParserDelegate {

    private final int longest;
    private int tokensLeft;
    private long length;

    /** Thrown if a value exceeds its bounds. It has no stack trace, because callers can cause thousands of it. */
    static final class TooLargeException extends IOException {

        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    /**
     * @param tokens the maximum number of tokens after the current one
     * @param longest the maximum number of characters of all names and texts together
     */
    BoundedParser(JsonParser parser, int tokens, int longest) {
        super(parser);
        this.tokensLeft = tokens;
        this.longest = longest;
    }

    @Override
    public JsonToken nextToken() throws IOException {
        return counted(delegate.nextToken());
    }

    @Override
    public String nextFieldName() throws IOException {
        return counted(delegate.nextToken()) == JsonToken.FIELD_NAME ? delegate.currentName() : null;
    }

    @Override
    public String nextTextValue() throws IOException {
        return counted(delegate.nextToken()) == JsonToken.VALUE_STRING ? delegate.getText() : null;
    }

    private JsonToken counted(JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME) {
            length += delegate.getTextLength();
        }
        if (--tokensLeft < 0 || length > longest) {
            throw new TooLargeException();
        }
        return token;
    }
}
