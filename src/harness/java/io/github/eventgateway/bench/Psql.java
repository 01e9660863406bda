package io.github.eventgateway.bench;

import io.github.eventgateway.testing.PostgresProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The limit of an export: psql writes the result of a query to a file. */
final class Psql {

    private Psql() {}

    /** Returns the seconds that the copy takes. */
    static double copy(PostgresProcess postgres, String query, Path file, String format) throws Exception {
        long begin = System.nanoTime();
        Process psql = new ProcessBuilder(
                        "psql",
                        "-X",
                        "-q",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        String.valueOf(postgres.port()),
                        "-U",
                        "postgres",
                        "-d",
                        "postgres",
                        "-c",
                        "\\copy (" + query + ") TO '" + file + "' " + format)
                .redirectErrorStream(true)
                .start();
        String output = new String(psql.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (psql.waitFor() != 0) {
            throw new IOException(output);
        }
        return (System.nanoTime() - begin) / 1e9;
    }
}
