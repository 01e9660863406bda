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

    /** Starts a program; its output is appended to the file {@code log} in the folder. */
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

    /** Returns whether it has ended with exit code 0. */
    public boolean succeeded() {
        return !process.isAlive() && process.exitValue() == 0;
    }

    /** Returns the number of its threads. */
    public long threads() {
        return entries("task");
    }

    /** Returns the number of its open files and connections. */
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

    /** Returns its output, for the message of a failure. */
    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Freezes it and its children until {@link #thaw}. The parent is first, so that it cannot start another child. */
    public void freeze() {
        signal("STOP");
    }

    public void thaw() {
        signal("CONT");
    }

    /** Kills it and its children with SIGKILL. */
    public void kill() {
        signal("KILL");
        process.onExit().join();
    }

    /** Sends SIGTERM and waits at most this time; returns whether it has ended. */
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
        // Listed before the signal, because the children of a dead process have no parent.
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

    /** Returns a port below the range for clients, so that it stays free while its server is down. */
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
