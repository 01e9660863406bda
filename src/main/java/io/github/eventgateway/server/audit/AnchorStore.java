package io.github.eventgateway.server.audit;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Stores anchors outside the database. Any thread. */
interface AnchorStore {

    /**
     * Stores these lines, each with an anchor and its signature. It never throws; {@link #problem} returns the cause of
     * a failure.
     *
     * @param lines first the anchors of lost history, then the newest one
     */
    void store(List<String> lines);

    /**
     * Returns the stored lines with anchors. Anyone with access to the store may have written other lines.
     *
     * @param isAnchor whether a line is an anchor with a valid signature
     * @throws io.github.eventgateway.api.GatewayException if the store is unreadable
     */
    List<String> read(Predicate<String> isAnchor);

    /** Returns why the last lines could not be stored, as a sentence; empty if they were stored. */
    Optional<String> problem();
}
