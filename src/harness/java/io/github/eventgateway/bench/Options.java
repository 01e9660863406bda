package io.github.eventgateway.bench;

import java.nio.file.Path;
import java.util.List;

/**
 * What the one who measures asks for.
 *
 * @param only the parts to run
 * @param quick a look at whether it works, rather than figures
 * @param rounds how often each is measured, in turns
 * @param java the home of the JDK that the gateway runs on
 * @param profile a folder for flight recordings of the gateway; empty: none
 * @param beside a folder with made.jar, application.yaml and routes of another build; empty: none
 */
record Options(List<String> only, boolean quick, int rounds, Path java, String profile, String beside) {

    static Options fromProperties() {
        boolean quick = Boolean.getBoolean("speed.quick");
        return new Options(
                List.of(System.getProperty("speed.only", "start,single,batch,store,sqlite,through,query")
                        .split(",")),
                quick,
                Integer.getInteger("speed.rounds", quick ? 1 : 5),
                Path.of(System.getProperty("speed.java", System.getProperty("java.home"))),
                System.getProperty("speed.profile", ""),
                System.getProperty("speed.beside", ""));
    }

    int seconds() {
        return quick ? 3 : 10;
    }

    /** Rows or events of the store part and, more of them, of the query part. */
    int events() {
        return quick ? 100_000 : 2_000_000;
    }

    int rows() {
        return quick ? 200_000 : 5_000_000;
    }
}
