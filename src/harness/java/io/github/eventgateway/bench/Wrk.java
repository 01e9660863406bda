package io.github.eventgateway.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One run of wrk.
 *
 * @param url the target
 * @param connections the number of keep-alive connections, each with one pending request
 * @param status the expected status of each answer
 * @param text a text that each answer must contain
 * @param token the access token, or "-" for none
 * @param mediaType the media type of the bodies
 * @param file the file with the content to send
 * @param mode the format of the file: lines for one body on each line, whole for one body, paths for one GET on each
 *     line
 * @param delayMs the average pause of a connection after an answer
 */
record Wrk(
        String url,
        int connections,
        int status,
        String text,
        String token,
        String mediaType,
        Path file,
        String mode,
        int delayMs) {

    /** The figures of a run; latencies in milliseconds. */
    record Figures(double perSecond, double p50, double p99, double p999, long requests, double cpuSeconds) {}

    /**
     * Runs wrk for this time.
     *
     * @param server the process whose CPU time is measured
     * @throws IllegalStateException if an answer was not the expected one
     */
    Figures run(long server, int seconds) {
        List<String> command = new ArrayList<>(List.of(
                "wrk",
                "-t1",
                "-c" + connections,
                "-d" + seconds + "s",
                "--timeout=30s",
                "-s",
                "bench/check.lua",
                url,
                "--"));
        command.addAll(List.of(
                String.valueOf(status), text, mediaType, token, mode, file.toString(), String.valueOf(delayMs)));
        double before = ProcessorTime.seconds(server);
        String output = output(command);
        double cpu = ProcessorTime.seconds(server) - before;
        String line = output.lines()
                .filter(each -> each.startsWith("measured "))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(output));
        String[] fields = line.split(" ", 9);
        if (!fields[6].equals("0") || !fields[7].equals("0")) {
            throw new IllegalStateException(url + ": " + fields[6] + " wrong answers and " + fields[7]
                    + " lost connections of " + fields[1] + ": " + fields[8]);
        }
        long requests = Long.parseLong(fields[1]);
        return new Figures(
                requests * 1e6 / Long.parseLong(fields[2]),
                Long.parseLong(fields[3]) / 1e3,
                Long.parseLong(fields[4]) / 1e3,
                Long.parseLong(fields[5]) / 1e3,
                requests,
                cpu);
    }

    static String output(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes());
            process.onExit().join();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs wrk until three figures in a row differ by at most 3 %, for at most two minutes. */
    void warmUp(long server, Options options) {
        List<Double> rates = new ArrayList<>();
        int most = options.quick() ? 3 : 24;
        while (rates.size() < most && !standsStill(rates)) {
            rates.add(run(server, 5).perSecond());
        }
    }

    private static boolean standsStill(List<Double> rates) {
        if (rates.size() < 6) {
            return false;
        }
        List<Double> last = rates.subList(rates.size() - 3, rates.size());
        double low = last.stream().mapToDouble(rate -> rate).min().orElseThrow();
        double high = last.stream().mapToDouble(rate -> rate).max().orElseThrow();
        return high <= low * 1.03;
    }
}
