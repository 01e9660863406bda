package io.github.eventgateway.faults;

import io.github.eventgateway.GatewayApplication;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A build of the gateway: the options of its JVM, and its files.
 *
 * @param name its name in the report
 * @param start the last options of the JVM: the classes, or the jar
 * @param files the folder of its application.yaml and routes
 * @param settings changed settings, as arguments
 */
record Build(String name, List<String> start, Path files, List<String> settings) {

    /** The classes in the class path of the tests. */
    static final Build OF_THE_TESTS =
            new Build("this", List.of("-cp", classPath(), GatewayApplication.class.getName()), Path.of(""), List.of());

    static Build jar(String name, Path jar, Path files) {
        return new Build(name, List.of("-jar", jar.toAbsolutePath().toString()), files, List.of());
    }

    Build with(String setting, String value) {
        return new Build(
                name,
                start,
                files,
                Stream.concat(settings.stream(), Stream.of("--" + setting + "=" + value))
                        .toList());
    }

    /**
     * Returns the class path without the test classes, because their beans and log settings do not belong to the
     * gateway.
     */
    private static String classPath() {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Arrays.stream(all.split(File.pathSeparator))
                .filter(entry -> !entry.contains("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
