package io.github.eventgateway.faults;

/** An upgrade from one build of the gateway to another. */
interface Upgrade {

    /** What the report calls it. */
    String name();

    /** Goes it, and says what it came to; what clients send follows from the seed. */
    Verdict run(long seed) throws Exception;
}
