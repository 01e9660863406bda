package io.github.eventgateway.tools.create;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code event-gateway.jar new}: creates an event type, a topic or a route in the folder with application.yaml and
 * routes/: its schema, settings, route and test. It overwrites nothing, and writes either all files or none.
 */
@Command(
        name = "new",
        description = {
            "Creates the files of a new event type, topic or route: schema, settings, route and test.",
            "It overwrites nothing.",
            ""
        })
public final class NewCommand {

    private static final int OK = 0;
    private static final int FAILED = 1;

    private final Path root;

    @Spec
    private CommandSpec spec;

    public NewCommand() {
        this(Path.of(""));
    }

    NewCommand(Path root) {
        this.root = root;
    }

    /** The files to write. */
    @FunctionalInterface
    private interface Content {
        void addTo(ProjectFiles files) throws IOException;
    }

    @Command(
            name = "event-type",
            description = {
                "Writes a schema that requires the key of the topic, and its line in application.yaml. "
                        + "Creates the topic as new topic does if it does not exist and no topic has a similar name.",
                ""
            })
    int eventTypeCommand(
            @Parameters(paramLabel = "<type>", description = "Name of the event type, such as " + "order_paid.")
                    String type,
            @Option(names = "--topic", paramLabel = "<topic>", description = "Topic of its events.") String topic) {
        return write(files -> new NewEventType(files).add(type, topic));
    }

    @Command(
            name = "topic",
            description = {
                "Writes the entry of the topic in application.yaml, and the routes that store its events "
                        + "and dead letters.",
                ""
            })
    int topicCommand(
            @Parameters(paramLabel = "<topic>", description = "Name of the topic, such as orders.") String topic,
            @Option(
                            names = "--key",
                            paramLabel = "/<field>",
                            description = "Field of the data that becomes the Kafka key. Default: the name of "
                                    + "the topic without its s, plus _id.")
                    String key) {
        return write(files -> new NewTopic(files).add(topic, key));
    }

    @Command(
            name = "route",
            description = {
                "Writes a handler that posts events of a topic to a webhook, and its settings in "
                        + "application.yaml. A failed event is retried and then dead-lettered.",
                ""
            })
    int routeCommand(
            @Parameters(paramLabel = "<verb-noun>", description = "Name of the route, such as " + "notify-on-delete.")
                    String name,
            @Option(names = "--topic", paramLabel = "<topic>", description = "Topic that it reads.") String topic,
            @Option(
                            names = "--types",
                            split = ",",
                            paramLabel = "<type>",
                            description = "Event types that it posts. Default: the types whose verb is in the name.")
                    List<String> types) {
        return write(files -> new NewRoute(files).add(name, topic, types));
    }

    private int write(Content content) {
        try {
            ProjectFiles files = new ProjectFiles(root);
            content.addTo(files);
            files.write(spec.commandLine().getOut());
            return OK;
        } catch (RefusedEdit e) {
            spec.commandLine().getErr().println(e.getMessage());
            return FAILED;
        } catch (IOException | UncheckedIOException e) {
            spec.commandLine().getErr().println("A file cannot be read or written: " + e.getMessage());
            return FAILED;
        }
    }
}
