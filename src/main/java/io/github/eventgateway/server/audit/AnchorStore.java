package io.github.eventgateway.server.audit;

import java.util.List;
import java.util.Optional;

/** Stores anchors outside the database. Any thread. */
public interface AnchorStore {

    /**
     * Stores these lines, each with an anchor and its signature. It never throws; {@link #problem} returns the cause of
     * a failure.
     *
     * @param lines first the anchors of lost history, then the newest one
     */
    void store(List<String> lines);

    /**
     * Returns the stored lines. They are not verified: anyone with access to the store may have written them.
     *
     * @throws io.github.eventgateway.api.GatewayException if the store is unreadable
     */
    List<String> read();

    /** Returns why the last lines could not be stored, as a sentence; empty if they were stored. */
    Optional<String> problem();
}
