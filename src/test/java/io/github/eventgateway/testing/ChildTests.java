package io.github.eventgateway.testing;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Compiles test classes and runs them in their own JVM, in the folder that they test. */
public final class ChildTests {

    private ChildTests() {}

    /** The result of a run: the exit code, which is 0 if all tests passed, and the output. */
    public record Run(int exit, String output) {}

    public static Run run(Path folder, List<Path> sources) throws IOException, InterruptedException {
        Path classes = Files.createDirectories(folder.resolve("target/generated-test-classes"));
        String classPath = classes + File.pathSeparator + System.getProperty("java.class.path");
        List<String> options = new ArrayList<>(List.of("-d", classes.toString(), "-cp", classPath, "-proc:none"));
        sources.forEach(source -> options.add(source.toString()));
        int compiled = ToolProvider.getSystemJavaCompiler().run(null, null, System.err, options.toArray(String[]::new));
        if (compiled != 0) {
            return new Run(compiled, "The tests do not compile");
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-cp",
                classPath,
                ChildTests.class.getName()));
        sources.forEach(source -> command.add("io.github.eventgateway.routes."
                + source.getFileName().toString().replace(".java", "")));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output);
    }

    public static void main(String[] names) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        Launcher launcher = LauncherFactory.create();
        launcher.execute(
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(Stream.of(names)
                                .map(DiscoverySelectors::selectClass)
                                .toList())
                        .build(),
                listener);
        var summary = listener.getSummary();
        summary.getFailures().forEach(failure -> {
            System.out.println(failure.getTestIdentifier().getDisplayName());
            failure.getException().printStackTrace(System.out);
        });
        System.out.println(summary.getTestsSucceededCount() + " tests passed");
        System.exit(summary.getTotalFailureCount() == 0 ? 0 : 1);
    }
}
