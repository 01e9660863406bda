/**
 * Dead letters: the records in {@code <topic>.dlq}, their table, their causes, and their replay, repair and discard.
 */
package io.github.eventgateway.deadletter;
