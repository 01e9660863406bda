package io.github.eventgateway.api;

import java.util.List;
import java.util.stream.Collectors;

/** A request, or a record, that the gateway refuses for a reason that its sender can act upon. */
public class GatewayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final transient List<Violation> details;

    public GatewayException(Reason reason, List<Violation> details) {
        super(details.isEmpty() ? reason.name() : inWords(details));
        this.reason = reason;
        this.details = List.copyOf(details);
    }

    public GatewayException(Reason reason, String path, String message) {
        this(reason, List.of(new Violation(path, message)));
    }

    public GatewayException(Reason reason) {
        this(reason, List.of());
    }

    private static String inWords(List<Violation> details) {
        return details.stream()
                .map(detail -> (detail.path() + " " + detail.message()).trim())
                .collect(Collectors.joining("; "));
    }

    public Reason reason() {
        return reason;
    }

    /** What is wrong, place by place; empty where the reason says it all. */
    public List<Violation> details() {
        return details == null ? List.of() : details;
    }
}
