package io.github.eventgateway.deadletter;

import io.github.eventgateway.api.Sha256;
import io.github.eventgateway.database.ColumnText;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;

/**
 * The common cause of dead letters that failed in the same way.
 *
 * @param id the first eight bytes of the SHA-256 of the other values; the same in every gateway
 * @param topic the topic of the records that failed
 * @param group the group that failed; null if unknown
 * @param route the route that failed; null if unknown
 * @param reason the reason of the failures
 * @param message the {@link MessagePattern} of the exceptions; null if they had no message
 */
record DeadLetterCause(long id, String topic, String group, String route, String reason, String message) {

    private static final int ID_DIGITS = 16;

    /** @param message the message of the exception; null if it was erased */
    static DeadLetterCause of(DeadLetter letter, String message) {
        DeadLetter.Failure failure = letter.failure();
        return of(letter.position().topic(), failure.group(), failure.route(), failure.reason(), message);
    }

    /** Returns the cause of a row of {@code dead_letter}. */
    static DeadLetterCause of(Map<String, Object> row) {
        return of(
                (String) row.get("source_topic"),
                (String) row.get("consumer_group"),
                (String) row.get("route"),
                (String) row.get("reason"),
                (String) row.get("message"));
    }

    private static DeadLetterCause of(String topic, String group, String route, String reason, String message) {
        String pattern = message == null ? null : ColumnText.of(MessagePattern.of(message), RejectedRecord.MAX_MESSAGE);
        return new DeadLetterCause(hash(topic, group, route, reason, pattern), topic, group, route, reason, pattern);
    }

    /** Returns the id as callers see it. */
    static String shown(long id) {
        return HexFormat.of().toHexDigits(id);
    }

    /** Parses the id as callers see it. Returns null if the text is not an id. */
    static Long id(String shown) {
        boolean isOne = shown.length() == ID_DIGITS && shown.chars().allMatch(HexFormat::isHexDigit);
        return isOne ? Long.valueOf(Long.parseUnsignedLong(shown, 16)) : null;
    }

    private static long hash(String... parts) {
        MessageDigest sha = Sha256.digest();
        for (String part : parts) {
            byte[] bytes = part == null ? new byte[0] : part.getBytes(StandardCharsets.UTF_8);
            int length = part == null ? -1 : bytes.length;
            sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
            sha.update(bytes);
        }
        return ByteBuffer.wrap(sha.digest()).getLong();
    }
}
