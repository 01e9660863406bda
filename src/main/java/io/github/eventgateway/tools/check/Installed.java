package io.github.eventgateway.tools.check;

import org.apache.camel.catalog.CamelCatalog;

/** All that a check reads of the program and not of the folder. It costs more than a check, and can be used for many. */
record Installed(CamelCatalog camel, Dsl dsl, CamelHeaders headers, Beans beans) {

    private static final String GATEWAY = "io.github.eventgateway";

    /** Reads the catalogue of Camel, and finds the beans of the gateway. It makes no bean. */
    static Installed scan() {
        return with(Beans.scan(GATEWAY));
    }

    static Installed with(Beans beans) {
        CamelCatalog camel = new InstalledCatalog();
        return new Installed(camel, new Dsl(camel), new CamelHeaders(camel), beans);
    }
}
