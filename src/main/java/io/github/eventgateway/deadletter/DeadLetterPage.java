package io.github.eventgateway.deadletter;

import java.util.List;

/**
 * One page of dead letters, newest first.
 *
 * @param items the dead letters
 * @param nextCursor where the next page begins; null on the last one
 */
record DeadLetterPage(List<DeadLetterItem> items, String nextCursor) {}
