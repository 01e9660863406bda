package io.github.eventgateway.faults;

/** An upgrade from one build of the gateway to another. */
interface Upgrade {

    /** Returns its name in the report. */
    String name();

    /** Runs it, and returns the verdict. The seed determines the events of the clients. */
    Verdict run(long seed) throws Exception;
}
