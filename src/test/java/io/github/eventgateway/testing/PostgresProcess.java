package io.github.eventgateway.testing;

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

/** A PostgreSQL server that can be frozen, killed and restarted with the same data. It uses fsync, as by default. */
public final class PostgresProcess implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final String DISK = "512m";
    private static final Map<String, String> ENVIRONMENT = Map.of("LC_ALL", "C");

    private final Path folder;
    private final boolean smallDisk;
    private final int port = ChildProcess.freePort();
    private ChildProcess process;

    private PostgresProcess(Path folder, boolean smallDisk) {
        this.folder = folder;
        this.smallDisk = smallDisk;
    }

    /** Starts a server with an empty database. */
    public static PostgresProcess start() {
        return start(false);
    }

    /** Starts a server with an empty database on its own disk of {@value #DISK}; needs the right to mount. */
    public static PostgresProcess onSmallDisk() {
        return start(true);
    }

    private static PostgresProcess start(boolean smallDisk) {
        try {
            PostgresProcess postgres = new PostgresProcess(Files.createTempDirectory("postgres-process"), smallDisk);
            postgres.unpack();
            if (smallDisk) {
                Files.createDirectory(postgres.disk());
                postgres.shell("mount", "-t", "tmpfs", "-o", "mode=0700,size=" + DISK, "tmpfs", "disk");
            }
            postgres.initialise();
            postgres.restart();
            return postgres;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    /** Returns the URL of its database at this port, which may be that of a proxy. */
    public static String url(int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    /** Opens a connection that can write even if the database is read-only for others. */
    public Connection connect() throws SQLException {
        String writes = "&options=-c%20default_transaction_read_only=off";
        return DriverManager.getConnection(url(port) + "?connectTimeout=5&socketTimeout=60" + writes, "postgres", "");
    }

    public void freeze() {
        process.freeze();
    }

    public void thaw() {
        process.thaw();
    }

    public void kill() {
        process.kill();
    }

    /** Starts it after {@link #kill} or for the first time, and waits until it is ready. */
    public void restart() {
        if (process != null) {
            process.kill();
        }
        process = ChildProcess.start(
                command(
                        "postgres",
                        "-D",
                        data(),
                        "-p",
                        String.valueOf(port),
                        "-h",
                        "127.0.0.1",
                        "-k",
                        "",
                        "-c",
                        smallDisk ? "max_wal_size=64MB" : "max_wal_size=1GB"),
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

    /** Fills its disk completely, until {@link #emptyDisk}. */
    public void fillDisk() {
        byte[] block = new byte[65_536];
        try (OutputStream out = Files.newOutputStream(disk().resolve("filler"))) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            // The disk is full now, as intended.
        }
    }

    /** Frees the disk again; restarts a server that has ended meanwhile. */
    public void emptyDisk() {
        try {
            Files.deleteIfExists(disk().resolve("filler"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!process.isAlive()) {
            restart();
        }
    }

    private Path disk() {
        return folder.resolve("disk");
    }

    private String data() {
        return smallDisk ? "disk/data" : "data";
    }

    private void shell(String... command) {
        ChildProcess child = ChildProcess.start(List.of(command), folder, ENVIRONMENT);
        Awaitility.await(command[0]).atMost(START_LIMIT).until(() -> !child.isAlive());
        if (!child.succeeded()) {
            throw new IllegalStateException(command[0] + ": " + child.output());
        }
    }

    @Override
    public void close() {
        process.kill();
        if (smallDisk) {
            shell("umount", "-l", "disk");
        }
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
        shell(command("initdb", "-A", "trust", "-U", "postgres", "-D", data(), "-E", "UTF-8")
                .toArray(String[]::new));
    }

    /** PostgreSQL refuses to run as root. In its own user namespace root is an ordinary user. */
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
