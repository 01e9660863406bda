package io.github.eventgateway.startup;

import io.github.eventgateway.GatewayApplication;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A gateway in its own process, without the test classes, which Spring would treat as components. */
final class StartedGateway {

    private StartedGateway() {}

    static ProcessBuilder command(Path directory, Map<String, String> variables, String... arguments) {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                // The manifest of the jar sets the same option.
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                GatewayApplication.class.getName()));
        line.addAll(List.of(arguments));
        ProcessBuilder command = new ProcessBuilder(line)
                .directory(directory.toAbsolutePath().toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        command.environment().putAll(variables);
        return command;
    }
}
