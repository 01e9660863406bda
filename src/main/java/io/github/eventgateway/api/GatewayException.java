package io.github.eventgateway.api;

import java.util.List;

/** A request, or a record, that the gateway refuses for a reason that its sender can act upon. */
public class GatewayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final int LONGEST_MESSAGE = 1000;

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

    /** Bounded, since it goes into logs and headers, and everything that looks at it looks at each character. */
    private static String inWords(List<Violation> details) {
        StringBuilder words = new StringBuilder();
        for (Violation detail : details) {
            words.append(words.isEmpty() ? "" : "; ");
            words.append((detail.path() + " " + detail.message()).trim());
            if (words.length() > LONGEST_MESSAGE) {
                words.setLength(LONGEST_MESSAGE);
                break;
            }
        }
        return words.toString();
    }

    public Reason reason() {
        return reason;
    }

    /** What is wrong, place by place; empty where the reason says it all. */
    public List<Violation> details() {
        return details == null ? List.of() : details;
    }
}
