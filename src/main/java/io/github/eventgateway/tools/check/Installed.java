package io.github.eventgateway.tools.check;

import org.apache.camel.catalog.CamelCatalog;

/**
 * The parts of a check that depend on the program and not on the folder. They cost more than a check, so many checks
 * share them.
 */
record Installed(CamelCatalog camel, Dsl dsl, CamelHeaders headers, Beans beans) {

    private static final String GATEWAY = "io.github.eventgateway";

    /** Reads the catalogue of Camel and finds the beans of the gateway, without creating any. */
    static Installed scan() {
        return with(Beans.scan(GATEWAY));
    }

    static Installed with(Beans beans) {
        CamelCatalog camel = new InstalledCatalog();
        return new Installed(camel, new Dsl(camel), new CamelHeaders(camel), beans);
    }
}
