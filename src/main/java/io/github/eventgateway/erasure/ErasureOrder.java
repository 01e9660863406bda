package io.github.eventgateway.erasure;

/**
 * A request to erase a user.
 *
 * @param userId the user's id, as text
 * @param by the subject of the caller's token; may be null
 */
record ErasureOrder(String userId, String by) {

    /** Without the id, since it is about to be erased. */
    @Override
    public String toString() {
        return "ErasureOrder[by=" + by + "]";
    }
}
