package io.github.eventgateway.bench;

import java.nio.file.Path;
import java.util.List;

/**
 * The options of a run.
 *
 * @param only the parts to run
 * @param quick true only checks that the benchmark works
 * @param rounds the number of turns
 * @param java the home of the JDK for the gateway
 * @param profile the folder for flight recordings of the gateway; empty for none
 * @param rows the number of rows of the query part
 * @param beside the folder with made.jar, application.yaml and routes of another build; empty for none
 */
record Options(List<String> only, boolean quick, int rounds, Path java, String profile, int rows, String beside) {

    static Options fromProperties() {
        boolean quick = Boolean.getBoolean("speed.quick");
        return new Options(
                List.of(System.getProperty("speed.only", "start,single,batch,store,sqlite,through,query")
                        .split(",")),
                quick,
                Integer.getInteger("speed.rounds", quick ? 1 : 5),
                Path.of(System.getProperty("speed.java", System.getProperty("java.home"))),
                System.getProperty("speed.profile", ""),
                Integer.getInteger("speed.rows", quick ? 260_000 : 5_000_000),
                System.getProperty("speed.beside", ""));
    }

    int seconds() {
        return quick ? 3 : 10;
    }

    /** Returns the number of events of the store part. */
    int events() {
        return quick ? 100_000 : 2_000_000;
    }
}
