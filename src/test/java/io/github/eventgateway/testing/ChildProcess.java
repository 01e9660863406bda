package io.github.eventgateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program in its own process, including its child processes. It ends with the JVM that started it. */
public final class ChildProcess {

    private final Process process;
    private final Path log;
    private final Thread atExit = new Thread(this::kill);

    private ChildProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts it; what it prints is added to the file {@code log} of the folder. */
    public static ChildProcess start(List<String> command, Path folder, Map<String, String> environment) {
        try {
            Path log = folder.resolve("log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            ChildProcess child = new ChildProcess(builder.start(), log);
            Runtime.getRuntime().addShutdownHook(child.atExit);
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Whether it has ended, and said that all went well. */
    public boolean succeeded() {
        return !process.isAlive() && process.exitValue() == 0;
    }

    /** How many threads it has. */
    public long threads() {
        return entries("task");
    }

    /** How many files and connections it has open. */
    public long openFiles() {
        return entries("fd");
    }

    private long entries(String folder) {
        try (Stream<Path> all = Files.list(Path.of("/proc", String.valueOf(process.pid()), folder))) {
            return all.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it printed, for the report of a failure. */
    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It and its children stand still, until {@link #thaw}; the parent first, so that no child is missed. */
    public void freeze() {
        signal("STOP");
    }

    public void thaw() {
        signal("CONT");
    }

    /** As kill -9, of it and its children. */
    public void kill() {
        signal("KILL");
        process.onExit().join();
    }

    /** Asks it to end, and waits so long at most; returns whether it has ended. */
    public boolean terminate(Duration limit) {
        process.destroy();
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void signal(String name) {
        List<String> command = List.of("kill", "-" + name);
        // listed before the signal: the children of a dead process are nobody's
        List<ProcessHandle> children = process.descendants().toList();
        send(command, Stream.of(process.toHandle()));
        send(command, Stream.concat(children.stream(), process.descendants()));
    }

    private static void send(List<String> signal, Stream<ProcessHandle> processes) {
        List<String> command = new ArrayList<>(signal);
        processes.filter(ProcessHandle::isAlive).forEach(one -> command.add(String.valueOf(one.pid())));
        if (command.size() == signal.size()) {
            return;
        }
        try {
            new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A port below those that the system gives to clients, so that it stays free while its server is down. */
    public static int freePort() {
        return ThreadLocalRandom.current()
                .ints(20_000, 32_000)
                .filter(ChildProcess::isFree)
                .findFirst()
                .orElseThrow();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
