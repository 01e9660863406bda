package io.github.eventgateway.server.http;

/**
 * Limits the memory for bodies: to the settings, and to a part of the heap. Until Kafka has acknowledged it, an event
 * can take ten times its reservation: about 60 bytes of heap for each name, value or bracket, of which six are
 * reserved.
 *
 * @param total the maximum reservation of all bodies in bytes
 * @param ofOneCaller the maximum reservation of one caller in bytes
 * @param body the maximum size of a body
 * @param batch the maximum size of a batch body
 */
record BodyMemory(int total, int ofOneCaller, int body, int batch) {

    /** The reservation for parsing one name, value or bracket, unless its bytes are more. */
    static final int BYTES_A_TOKEN = 6;

    private static final int PARTS = 20;

    static BodyMemory of(HttpSettings settings, long heap) {
        int most = (int) Math.min(Integer.MAX_VALUE, heap / PARTS);
        int ofOneCaller = most / 4 * 3;
        // Half, because a body without a length reserves more than its size.
        int longest = most / 2;
        return new BodyMemory(
                Math.min(settings.maxInFlightBytes(), most),
                Math.min(settings.maxInFlightBytesPerCaller(), ofOneCaller),
                Math.min(settings.maxBodyBytes(), longest),
                Math.min(settings.maxBatchBytes(), longest));
    }

    int longest(Verb verb) {
        return verb.acceptsBatches() ? batch : body;
    }

    /** Returns the reservation for parsing this JSON: its bytes, or more if it is dense. */
    static long weight(byte[] json) {
        long tokens = 1;
        boolean text = false;
        for (int at = 0; at < json.length; at++) {
            switch (json[at]) {
                case '"' -> text = !text;
                // An unclosed text ends here. Another line of a batch follows.
                case '\n' -> text = false;
                case '\\' -> at += text ? 1 : 0;
                case '{', '[' -> tokens += text ? 0 : 2;
                case ',', ':' -> tokens += text ? 0 : 1;
                default -> {}
            }
        }
        return Math.max(json.length, tokens * BYTES_A_TOKEN);
    }
}
