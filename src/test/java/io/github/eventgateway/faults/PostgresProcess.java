package io.github.eventgateway.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.springframework.util.FileSystemUtils;
import org.tukaani.xz.XZInputStream;

/** A PostgreSQL server that can be frozen, killed and started again with the same data; fsync is on, as it comes. */
final class PostgresProcess implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Map<String, String> ENVIRONMENT = Map.of("LC_ALL", "C");

    private final Path folder;
    private final int port = ChildProcess.freePort();
    private ChildProcess process;

    private PostgresProcess(Path folder) {
        this.folder = folder;
    }

    /** A server with an empty database. */
    static PostgresProcess start() {
        try {
            PostgresProcess postgres = new PostgresProcess(Files.createTempDirectory("postgres-process"));
            postgres.unpack();
            postgres.initialise();
            postgres.restart();
            return postgres;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    /** The URL of its database for those who reach it at this port: its own, or a proxy's. */
    static String url(int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url(port) + "?connectTimeout=5&socketTimeout=60", "postgres", "");
    }

    void freeze() {
        process.freeze();
    }

    void thaw() {
        process.thaw();
    }

    void kill() {
        process.kill();
    }

    /** Starts it, after {@link #kill} or for the first time; returns when it takes connections. */
    void restart() {
        if (process != null) {
            process.kill();
        }
        process = ChildProcess.start(
                command("postgres", "-D", "data", "-p", String.valueOf(port), "-h", "127.0.0.1", "-k", ""),
                folder,
                ENVIRONMENT);
        Awaitility.await("PostgreSQL")
                .atMost(START_LIMIT)
                .pollInterval(Duration.ofMillis(100))
                .until(this::answers);
    }

    private boolean answers() {
        if (!process.isAlive()) {
            throw new IllegalStateException("PostgreSQL ended: " + process.output());
        }
        try (Connection connection = connect()) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    public void close() {
        process.kill();
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void unpack() throws IOException {
        Path programs = Files.createDirectory(folder.resolve("programs"));
        Process tar = new ProcessBuilder("tar", "-x", "-C", programs.toString()).start();
        try (InputStream packed = getClass().getResourceAsStream("/postgres-linux-x86_64.txz");
                InputStream unpacked = new XZInputStream(packed);
                OutputStream out = tar.getOutputStream()) {
            unpacked.transferTo(out);
        }
        tar.onExit().join();
    }

    private void initialise() {
        ChildProcess initdb = ChildProcess.start(
                command("initdb", "-A", "trust", "-U", "postgres", "-D", "data", "-E", "UTF-8"), folder, ENVIRONMENT);
        Awaitility.await("initdb").atMost(START_LIMIT).until(() -> !initdb.isAlive());
    }

    /** PostgreSQL refuses to run as root; in a user namespace of its own root is nobody. */
    private List<String> command(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(folder.resolve("programs/bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }
}
