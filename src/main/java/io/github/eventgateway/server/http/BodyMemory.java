package io.github.eventgateway.server.http;

/**
 * The memory that bodies may take: what the settings say, and never more than a part of the heap. Until Kafka
 * has it, an event that was read from a body takes up to ten times what it reserves: some 60 bytes of heap for each name, value or
 * bracket, of which six are reserved.
 *
 * @param total bytes that all bodies reserve at most
 * @param ofOneCaller bytes that those of one caller reserve at most
 * @param body the longest body
 * @param batch the longest body with events one after another
 */
record BodyMemory(int total, int ofOneCaller, int body, int batch) {

    /** How much of it reading one name, value or bracket reserves, unless its bytes are more. */
    static final int BYTES_A_TOKEN = 6;

    private static final int PARTS = 20;

    static BodyMemory of(HttpSettings settings, long heap) {
        int most = (int) Math.min(Integer.MAX_VALUE, heap / PARTS);
        int ofOneCaller = most / 4 * 3;
        // half, since a body without a length reserves more than it has
        int longest = most / 2;
        return new BodyMemory(
                Math.min(settings.maxInFlightBytes(), most),
                Math.min(settings.maxInFlightBytesPerCaller(), ofOneCaller),
                Math.min(settings.maxBodyBytes(), longest),
                Math.min(settings.maxBatchBytes(), longest));
    }

    int longest(Verb verb) {
        return verb.takesBatches() ? batch : body;
    }

    /** What reading this JSON reserves: its bytes, or more where it is dense. */
    static long weight(byte[] json) {
        long tokens = 1;
        boolean text = false;
        for (int at = 0; at < json.length; at++) {
            switch (json[at]) {
                case '"' -> text = !text;
                // a text that is not closed ends here: what follows is another line of a batch
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
