package io.github.eventgateway.http;

import io.github.eventgateway.api.Answer;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * One request on its way through a route and back. The request's thread reads the body and runs the route up to its
 * first wait; the thread that ends the wait writes the answer.
 */
final class HttpCall implements AsyncListener {

    private static final Logger LOG = LoggerFactory.getLogger(HttpCall.class);
    private static final String MDC_KEY = "request_id";
    private static final String JSON = "application/json";
    private static final int CHUNK = 16384;

    private final VerbTable.Match match;
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final HttpCalls calls;
    private final String requestId;
    private final Timer.Sample started = Timer.start();
    private final AtomicBoolean answered = new AtomicBoolean();
    private AsyncContext async;
    private int reserved;

    HttpCall(VerbTable.Match match, HttpServletRequest request, HttpServletResponse response, HttpCalls calls) {
        this.match = match;
        this.request = request;
        this.response = response;
        this.calls = calls;
        this.requestId = RequestId.of(request);
    }

    void run() {
        MDC.put(MDC_KEY, requestId);
        try {
            checkMediaType();
            checkParameters();
            byte[] body = body();
            async = request.startAsync(request, response);
            async.setTimeout(calls.settings().requestTimeout().toMillis());
            async.addListener(this);
            route(body);
        } catch (GatewayException e) {
            fail(e);
        } catch (IOException e) {
            LOG.debug("The caller went away while its request was read", e);
            answered.set(true);
            finish();
        } catch (Exception e) {
            LOG.error("{} {} failed", match.verb().method(), match.verb().pattern(), e);
            fail(new GatewayException(Reason.INTERNAL_ERROR));
        } finally {
            MDC.remove(MDC_KEY);
        }
    }

    private void route(byte[] body) throws Exception {
        HttpConsumer consumer = match.verb().handler();
        Exchange exchange = consumer.createExchange(false);
        exchange.setPattern(ExchangePattern.InOut);
        exchange.setProperty(CallProperties.REQUEST_ID, requestId);
        exchange.setProperty(CallProperties.CALLER_ADDRESS, request.getRemoteAddr());
        exchange.setProperty(CallProperties.CONTENT_TYPE, mediaType());
        setCaller(exchange);
        Message message = exchange.getMessage();
        message.setBody(body);
        match.variables().forEach(message::setHeader);
        for (String parameter : match.verb().parameters()) {
            String value = request.getParameter(parameter);
            if (value != null) {
                message.setHeader(parameter, value);
            }
        }
        consumer.createUoW(exchange);
        consumer.getAsyncProcessor().process(exchange, doneSync -> done(consumer, exchange));
    }

    private static void setCaller(Exchange exchange) {
        Authentication caller = SecurityContextHolder.getContext().getAuthentication();
        Set<String> scopes = Set.of();
        if (caller != null && caller.isAuthenticated()) {
            scopes = caller.getAuthorities().stream()
                    .map(GrantedAuthority::getAuthority)
                    .filter(authority -> authority.startsWith("SCOPE_"))
                    .map(authority -> authority.substring("SCOPE_".length()))
                    .collect(Collectors.toSet());
            exchange.setProperty(CallProperties.SUBJECT, caller.getName());
        }
        exchange.setProperty(CallProperties.SCOPES, scopes);
    }

    private void done(HttpConsumer consumer, Exchange exchange) {
        MDC.put(MDC_KEY, requestId);
        try {
            Exception failure = exchange.getException();
            if (failure != null) {
                GatewayException known = Failures.of(failure);
                log(exchange, known.reason(), failure);
                fail(known);
            } else {
                answer(exchange.getMessage());
            }
        } finally {
            consumer.doneUoW(exchange);
            consumer.releaseExchange(exchange, false);
            MDC.remove(MDC_KEY);
        }
    }

    /** An operator needs the step that failed; nobody needs the event's content in a log. */
    private void log(Exchange exchange, Reason reason, Exception failure) {
        String step = exchange.getExchangeExtension().getHistoryNodeSource();
        if (reason == Reason.INTERNAL_ERROR) {
            LOG.error("{} {} failed at {}", match.verb().method(), match.verb().pattern(), step, failure);
        } else if (reason.isTemporary()) {
            LOG.warn(
                    "{} {} refused with {} at {}",
                    match.verb().method(),
                    match.verb().pattern(),
                    reason,
                    step);
        }
    }

    private void answer(Message message) {
        if (!answered.compareAndSet(false, true)) {
            calls.finished(reserved);
            return;
        }
        try {
            Object body = message.getBody();
            if (body instanceof Answer answer) {
                calls.answers().write(request, response, answer.status(), answer.messageKey(), answer.data());
            } else if (!JSON.equals(message.getHeader(Exchange.CONTENT_TYPE, JSON, String.class))) {
                writeAsItIs(message);
            } else {
                int status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class);
                String key = message.getExchange().getProperty("message", "ok", String.class);
                calls.answers().write(request, response, status, key, body);
            }
        } catch (IOException e) {
            LOG.debug("The caller went away before its answer", e);
        } catch (RuntimeException e) {
            LOG.error(
                    "The answer of {} {} cannot be written",
                    match.verb().method(),
                    match.verb().pattern(),
                    e);
            writeFailure(new GatewayException(Reason.INTERNAL_ERROR));
        }
        finish();
    }

    private void writeAsItIs(Message message) throws IOException {
        byte[] bytes = message.getBody(byte[].class);
        response.setHeader(RequestId.HEADER, requestId);
        response.setHeader("Content-Type", message.getHeader(Exchange.CONTENT_TYPE, String.class));
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    private void fail(GatewayException failure) {
        if (answered.compareAndSet(false, true)) {
            writeFailure(failure);
            finish();
        } else {
            calls.finished(reserved);
        }
    }

    private void writeFailure(GatewayException failure) {
        try {
            if (!response.isCommitted()) {
                response.resetBuffer();
                calls.answers().writeFailure(request, response, failure);
            }
        } catch (IOException e) {
            LOG.debug("The caller went away before its answer", e);
        }
    }

    /** The last look at request and response: the server reuses both once the answer is complete. */
    private void finish() {
        started.stop(match.verb().handler().timer(match.verb(), response.getStatus()));
        calls.finished(reserved);
        if (async != null) {
            async.complete();
        }
    }

    private String mediaType() {
        String type = request.getContentType();
        if (type == null) {
            return null;
        }
        int parameters = type.indexOf(';');
        return (parameters < 0 ? type : type.substring(0, parameters)).trim().toLowerCase(Locale.ROOT);
    }

    private void checkMediaType() {
        if (!hasBody()) {
            return;
        }
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new GatewayException(Reason.UNSUPPORTED_MEDIA_TYPE, "Content-Encoding", "send the body as it is");
        }
        String type = mediaType();
        List<String> taken = match.verb().consumes();
        if (!taken.isEmpty() && (type == null || !taken.contains(type))) {
            throw new GatewayException(Reason.UNSUPPORTED_MEDIA_TYPE, "Content-Type", "must be one of " + taken);
        }
    }

    private boolean hasBody() {
        return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
    }

    /** A parameter that a verb does not take is a mistake that would otherwise pass unseen: refused, like a repeated one. */
    private void checkParameters() {
        if (request.getQueryString() == null) {
            return;
        }
        for (Map.Entry<String, String[]> parameter : request.getParameterMap().entrySet()) {
            if (!match.verb().parameters().contains(parameter.getKey())) {
                throw new GatewayException(
                        Reason.INVALID_PARAMETER,
                        parameter.getKey(),
                        "is not a parameter here; there are " + match.verb().parameters());
            }
            if (parameter.getValue().length > 1) {
                throw new GatewayException(Reason.INVALID_PARAMETER, parameter.getKey(), "is there more than once");
            }
        }
    }

    private byte[] body() throws IOException {
        int limit = match.verb().takesBatches()
                ? calls.settings().maxBatchBytes()
                : calls.settings().maxBodyBytes();
        long length = request.getContentLengthLong();
        if (length > limit) {
            throw tooLarge(limit);
        }
        InputStream in = request.getInputStream();
        if (length >= 0) {
            reserve((int) length);
            byte[] body = in.readNBytes((int) length);
            if (body.length < length) {
                throw new IOException("The body ended after " + body.length + " of " + length + " bytes");
            }
            return body;
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK];
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
            if (body.size() + read > limit) {
                throw tooLarge(limit);
            }
            reserve(read);
            body.write(chunk, 0, read);
        }
        return body.toByteArray();
    }

    private void reserve(int count) {
        if (!calls.reserve(count)) {
            throw new GatewayException(Reason.OVERLOADED);
        }
        reserved += count;
    }

    private static GatewayException tooLarge(int limit) {
        return new GatewayException(Reason.TOO_LARGE, "", "must not be longer than " + limit + " bytes");
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        if (answered.compareAndSet(false, true)) {
            LOG.error(
                    "{} {} did not end in time",
                    match.verb().method(),
                    match.verb().pattern());
            writeFailure(new GatewayException(Reason.OVERLOADED));
            async.complete();
        }
    }

    @Override
    public void onComplete(AsyncEvent event) {
        // the route's end does the clean-up, whenever it comes
    }

    @Override
    public void onError(AsyncEvent event) {
        answered.set(true);
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // never restarted
    }
}
