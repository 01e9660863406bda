package io.github.eventgateway.retention;

import io.github.eventgateway.api.RootCause;
import io.github.eventgateway.database.ConnectionPools;
import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.erasure.ErasedUsers;
import io.github.eventgateway.erasure.ErasureSettings;
import io.github.eventgateway.erasure.UserFields;
import io.github.eventgateway.server.audit.GatewaySecret;
import io.github.eventgateway.startup.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
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
            "In PostgreSQL they are a partition again, which retention leaves alone.",
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
            description = "The SHA-256 that the audit trail has of the file. Another file is not restored.")
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
        try (Connection connection = ConnectionPools.ofTheOwner(settings).getConnection()) {
            long restored = settings.isPostgresql()
                    ? events.intoPostgresql(connection, content)
                    : events.intoSqlite(connection);
            spec.commandLine()
                    .getOut()
                    .println("Restored " + restored + " of " + content.rows() + " events, SHA-256 " + digest);
        }
        return OK;
    }

    private int fail(String sentence) {
        spec.commandLine().getErr().println(sentence);
        return FAILED;
    }
}
