package io.github.eventgateway.erasure;

/**
 * A request to erase a user.
 *
 * @param userId the user id as text
 * @param by the subject of the caller's token; may be null
 */
record ErasureOrder(String userId, String by) {

    /** The text is for logs, so it must not have the user id. */
    @Override
    public String toString() {
        return "ErasureOrder[by=" + by + "]";
    }
}
