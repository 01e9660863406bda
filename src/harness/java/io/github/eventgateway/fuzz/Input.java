package io.github.eventgateway.fuzz;

import java.util.List;

/**
 * One hostile input as it is sent.
 *
 * @param kind its class
 * @param bytes the bytes: a request, or something similar
 * @param ending true if nothing can follow on its connection, because its own end is uncertain
 * @param ids the ids of its events, by their position; an acknowledged event is stored under its id
 */
record Input(String kind, byte[] bytes, boolean ending, List<String> ids) {}
