package io.github.eventgateway.server.audit;

import java.util.List;
import java.util.Optional;

/** Keeps anchors outside the database. Any thread. */
public interface AnchorStore {

    /**
     * Keeps these lines, each an anchor and its signature. Throws nothing: {@link #problem} tells why they are not kept.
     *
     * @param lines first those of history that the audit trail has lost, then the newest one
     */
    void keep(List<String> lines);

    /**
     * Returns the lines that are kept. They are not verified: anyone who can write to the store may have written them.
     *
     * @throws io.github.eventgateway.api.GatewayException where the store cannot be read
     */
    List<String> kept();

    /** Says in a sentence why the last lines could not be kept; empty where they were. */
    Optional<String> problem();
}
