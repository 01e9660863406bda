package io.github.eventgateway.server.http;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The media type, the query parameters and the headers that a verb accepts of a request. Thread of the request. */
final class VerbInput {

    private final Verb verb;
    private final HttpServletRequest request;
    private final String mediaType;

    VerbInput(Verb verb, HttpServletRequest request) {
        this.verb = verb;
        this.request = request;
        this.mediaType = mediaType(request.getContentType());
    }

    private static String mediaType(String contentType) {
        if (contentType == null) {
            return null;
        }
        int parameters = contentType.indexOf(';');
        return (parameters < 0 ? contentType : contentType.substring(0, parameters))
                .trim()
                .toLowerCase(Locale.ROOT);
    }

    /** Returns the media type in lower case without its parameters; null if the request has none. */
    String mediaType() {
        return mediaType;
    }

    /**
     * Rejects a request that the verb does not accept.
     *
     * @throws GatewayException with the header or the parameter and the cause
     */
    void check() {
        checkMediaType();
        checkParameters();
        checkHeaders();
    }

    private void checkMediaType() {
        if (!hasBody()) {
            return;
        }
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new GatewayException(Reason.UNSUPPORTED_MEDIA_TYPE, "Content-Encoding", "send the body as it is");
        }
        List<String> supported = verb.consumes();
        if (!supported.isEmpty() && (mediaType == null || !supported.contains(mediaType))) {
            throw new GatewayException(Reason.UNSUPPORTED_MEDIA_TYPE, "Content-Type", "must be one of " + supported);
        }
        if (!Charsets.isUtf8(request.getContentType())) {
            throw new GatewayException(Reason.UNSUPPORTED_MEDIA_TYPE, "Content-Type", "the charset must be UTF-8");
        }
    }

    private boolean hasBody() {
        return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
    }

    /** An unknown or repeated parameter would otherwise be ignored without notice. */
    private void checkParameters() {
        if (request.getQueryString() == null) {
            return;
        }
        for (Map.Entry<String, String[]> parameter : request.getParameterMap().entrySet()) {
            if (!verb.parameters().contains(parameter.getKey())) {
                throw new GatewayException(
                        Reason.INVALID_PARAMETER,
                        parameter.getKey(),
                        "is not a parameter of this call; its parameters are " + verb.parameters());
            }
            if (parameter.getValue().length > 1) {
                throw new GatewayException(Reason.INVALID_PARAMETER, parameter.getKey(), "occurs more than once");
            }
        }
    }

    private void checkHeaders() {
        for (String header : verb.headers()) {
            Enumeration<String> values = request.getHeaders(header);
            if (values.hasMoreElements() && values.nextElement() != null && values.hasMoreElements()) {
                throw new GatewayException(Reason.INVALID_PARAMETER, header, "occurs more than once");
            }
        }
    }

    /** Returns the query parameters that the verb accepts. */
    Map<String, String> parameters() {
        Map<String, String> parameters = new TreeMap<>();
        for (String parameter : verb.parameters()) {
            String value = request.getParameter(parameter);
            if (value != null) {
                parameters.put(parameter, value);
            }
        }
        return parameters;
    }

    /** Returns the headers that the verb accepts. */
    Map<String, String> headers() {
        Map<String, String> headers = new TreeMap<>();
        for (String header : verb.headers()) {
            String value = request.getHeader(header);
            if (value != null) {
                headers.put(header, value);
            }
        }
        return headers;
    }
}
