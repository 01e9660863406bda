package io.github.eventgateway.kafka;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The headers of a cut record. No producer can send a record with such headers. */
public final class CutHeaders extends RecordHeaders {

    private final long length;

    /**
     * @param length the size in bytes of the complete value; negative without a value, or if unknown
     */
    public CutHeaders(Headers kept, long length) {
        super(kept);
        this.length = length;
    }

    /** Returns the size in bytes of the complete value; negative without a value, or if unknown. */
    public long length() {
        return length;
    }
}
