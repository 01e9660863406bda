package io.github.eventgateway.api;

import java.util.List;

/** The gateway rejects a request or a record for a reason that its sender can correct. */
public class GatewayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final int LONGEST_MESSAGE = 1000;
    private static final int MOST_DETAILS = 100;

    private final Reason reason;
    private final transient List<Violation> details;

    /**
     * Creates a rejection with its problems.
     *
     * @param details all problems; only the first {@value #MOST_DETAILS} are kept
     */
    public GatewayException(Reason reason, List<Violation> details) {
        super(details.isEmpty() ? reason.name() : inWords(details));
        this.reason = reason;
        this.details = List.copyOf(details.size() > MOST_DETAILS ? details.subList(0, MOST_DETAILS) : details);
    }

    public GatewayException(Reason reason, String path, String message) {
        this(reason, List.of(new Violation(path, message)));
    }

    public GatewayException(Reason reason) {
        this(reason, List.of());
    }

    /** Limits the length, because the text goes into logs and headers. */
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

    /** Returns each problem with its place; empty if the reason says everything. */
    public List<Violation> details() {
        return details == null ? List.of() : details;
    }
}
