package io.github.eventgateway.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The size of the live objects of a process. For one thread. */
final class LiveHeap {

    /** The last line of a histogram. The used heap would include what the gateway allocated after the collection. */
    private static final Pattern BYTES = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

    private final Path jcmd;
    private final long pid;
    private final double before;
    private double most;

    /** Measures the heap before the work. */
    LiveHeap(Path java, long pid) {
        this.jcmd = java.resolve("bin/jcmd");
        this.pid = pid;
        this.before = mebibytes();
    }

    /** Measures the heap during the work. Stops the process for a moment. */
    void look() {
        most = Math.max(most, mebibytes());
    }

    /** Returns the heap before the work in MiB. */
    double before() {
        return before;
    }

    /** Returns the largest heap during the work in MiB. */
    double most() {
        return most;
    }

    private double mebibytes() {
        String histogram = run("GC.class_histogram");
        Matcher bytes = BYTES.matcher(histogram);
        if (!bytes.find()) {
            throw new IllegalStateException(histogram);
        }
        return Long.parseLong(bytes.group(1)) / (1024.0 * 1024);
    }

    private String run(String command) {
        try {
            Process process = new ProcessBuilder(jcmd.toString(), String.valueOf(pid), command)
                    .redirectErrorStream(true)
                    .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
