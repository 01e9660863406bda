package io.github.eventgateway.kafka;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The headers of a record of which only the beginning was read. No producer can make a record look so. */
public final class CutHeaders extends RecordHeaders {

    private final long length;

    /** @param length the bytes of the record's whole value; negative if it has none */
    public CutHeaders(Headers kept, long length) {
        super(kept);
        this.length = length;
    }

    /** The bytes of the record's whole value; negative if it has none. */
    public long length() {
        return length;
    }
}
