package io.github.eventgateway.fuzz;

import java.util.List;

/**
 * One hostile input, as it goes over the wire.
 *
 * @param kind the class of inputs that it is one of
 * @param bytes what is sent: a request, or something like one
 * @param ending whether nothing can follow on its connection, since its own end is in doubt
 * @param ids the ids of the events in it, by their place; an event that is acknowledged is stored under its id
 */
record Input(String kind, byte[] bytes, boolean ending, List<String> ids) {}
