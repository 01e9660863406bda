package io.github.eventgateway.server.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;
import java.util.regex.Pattern;

/** The id of one request for callers and operators. */
final class RequestId {

    static final String HEADER = "X-Request-Id";

    /** The name of the id in the log. */
    static final String MDC_KEY = "request_id";

    private static final String ATTRIBUTE = RequestId.class.getName();
    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

    private RequestId() {}

    /** Returns the valid id from the caller or a new one; the same at every call. */
    static String of(HttpServletRequest request) {
        String id = (String) request.getAttribute(ATTRIBUTE);
        if (id == null) {
            String sent = request.getHeader(HEADER);
            id = sent != null && SANE.matcher(sent).matches()
                    ? sent
                    : UUID.randomUUID().toString();
            request.setAttribute(ATTRIBUTE, id);
        }
        return id;
    }
}
