package io.github.eventgateway.tools.reload;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The content of the route folder by file: routes and schemas. */
record RouteFolder(Map<Path, String> routes, Map<Path, String> schemas) {

    private static final String ROUTES = ".camel.yaml";
    private static final String SCHEMAS = ".schema.json";

    /** Returns the current files. */
    static RouteFolder read(Path routes, Path schemas) throws IOException {
        return new RouteFolder(texts(routes, ROUTES), texts(schemas, SCHEMAS));
    }

    private static Map<Path, String> texts(Path folder, String ending) throws IOException {
        Map<Path, String> texts = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    if (file.toString().endsWith(ending) && Files.isRegularFile(file)) {
                        read(file, texts);
                    }
                }
            }
        }
        return texts;
    }

    private static void read(Path file, Map<Path, String> texts) throws IOException {
        try {
            texts.put(file, Files.readString(file, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            // An editor has just moved it away.
        } catch (java.nio.charset.CharacterCodingException e) {
            texts.put(file, "");
        }
    }
}
