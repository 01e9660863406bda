package io.github.eventgateway.retention;

import io.github.eventgateway.api.RootCause;
import io.github.eventgateway.database.ConnectionPools;
import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.erasure.ErasedUsers;
import io.github.eventgateway.erasure.ErasureSettings;
import io.github.eventgateway.erasure.UserFields;
import io.github.eventgateway.server.audit.AuditedCommand;
import io.github.eventgateway.server.audit.GatewaySecret;
import io.github.eventgateway.server.audit.RecordedFile;
import io.github.eventgateway.startup.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code event-gateway.jar restore}: restores the events of an archive to the database. It reads the settings of the
 * gateway, and can run at the same time as a gateway.
 */
@Command(
        name = "restore",
        description = {
            "Brings archived events back into the database.",
            "In PostgreSQL they become a partition that retention does not remove.",
            ""
        })
public final class RestoreCommand implements Callable<Integer> {

    private static final int OK = 0;
    private static final int FAILED = 1;

    private final ConfigurableEnvironment environment;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "<archive>", description = "The file, such as archive/event_2026_01.ndjson.gz.")
    private Path archive;

    @Option(
            names = "--sha256",
            paramLabel = "<digest>",
            description = {
                "The SHA-256 of the file. A file with another SHA-256 is not restored.",
                "Without it, the audit trail must have the SHA-256 of the file."
            })
    private String sha256;

    public RestoreCommand() {
        this(new StandardEnvironment());
    }

    RestoreCommand(ConfigurableEnvironment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        try {
            if (!Files.isReadable(archive)) {
                return fail("The file " + archive + " cannot be read");
            }
            return restore(new ArchiveFile(archive));
        } catch (SQLException | IOException e) {
            return fail("The events cannot be restored: " + RootCause.text(e));
        } catch (DataAccessException | TransactionException e) {
            return fail("The audit trail cannot be written: " + RootCause.text(e));
        } catch (RuntimeException e) {
            return fail(StartFailure.sentence(e));
        }
    }

    private int restore(ArchiveFile file) throws SQLException, IOException {
        String digest = file.sha256();
        if (sha256 != null && !sha256.equalsIgnoreCase(digest)) {
            return fail("The events are not restored: the SHA-256 of " + archive + " is " + digest);
        }
        ConfigDataEnvironmentPostProcessor.applyTo(environment);
        StartFailure.requireSettings(environment);
        DatabaseSettings settings = Binder.get(environment).bindOrCreate("gateway.database", DatabaseSettings.class);
        ArchiveFile.Content content = file.content();
        if (content.rows() == 0) {
            return fail("There is no event in " + archive);
        }
        ErasureSettings erasure = Binder.get(environment).bindOrCreate("gateway.erasure", ErasureSettings.class);
        ErasedUsers users = new ErasedUsers(() -> GatewaySecret.of(environment));
        RestoredEvents events = new RestoredEvents(file, users, new UserFields(erasure));
        DataSource owner = ConnectionPools.ofTheOwner(settings);
        String doubt = sha256 == null ? doubt(owner, digest) : null;
        if (doubt != null) {
            return fail("The events are not restored: " + doubt);
        }
        AuditedCommand audited = AuditedCommand.begin(
                environment, owner, "restore", Map.of("file", archive.toString(), "sha256", digest));
        RestoredEvents.Restored restored;
        try (Connection connection = owner.getConnection()) {
            restored = settings.isPostgresql()
                    ? events.intoPostgresql(connection, content)
                    : events.intoSqlite(connection);
        } catch (SQLException | IOException | RuntimeException e) {
            recordFailure(audited, e);
            throw e;
        }
        spec.commandLine()
                .getOut()
                .println("Restored " + restored.events() + " of " + content.rows() + " events, SHA-256 " + digest);
        audited.succeeded(Map.of("rows", content.rows(), "restored", restored.events(), "erased", restored.erased()));
        return OK;
    }

    /** Returns why the audit trail does not confirm the file, as a sentence; null if it does. */
    private String doubt(DataSource database, String digest) {
        String name = archive.getFileName().toString();
        List<RecordedFile> recorded = RecordedFile.find(environment, database, name, digest);
        if (recorded.stream().anyMatch(file -> file.sha256().equals(digest))) {
            return null;
        }
        String trust = ". If you trust the file, pass --sha256 " + digest;
        if (recorded.isEmpty()) {
            return "the audit trail has no valid record of " + name + trust;
        }
        RecordedFile newest = recorded.get(0);
        return "the record " + newest.sequence() + " of the audit trail has the SHA-256 " + newest.sha256() + " for "
                + name + ", but the file has another one: it was changed, or it is another file" + trust;
    }

    /** Without the message, which may quote a row. */
    private static void recordFailure(AuditedCommand audited, Exception failure) {
        try {
            boolean hasState = failure instanceof SQLException sql && sql.getSQLState() != null;
            audited.failed(
                    hasState
                            ? "SQLState " + ((SQLException) failure).getSQLState()
                            : failure.getClass().getSimpleName());
        } catch (DataAccessException | TransactionException e) {
            failure.addSuppressed(e);
        }
    }

    private int fail(String sentence) {
        spec.commandLine().getErr().println(sentence);
        return FAILED;
    }
}
