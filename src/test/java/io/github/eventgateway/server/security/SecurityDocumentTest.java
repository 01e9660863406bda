package io.github.eventgateway.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Checks that each row of SECURITY.md names existing tests. */
class SecurityDocumentTest {

    private static final Path DOCUMENT = Path.of("SECURITY.md");
    private static final Path TESTS = Path.of("src/test/java");
    private static final Pattern ROW = Pattern.compile("\\|(.*)\\|(.*)\\|(.*)\\|");
    private static final Pattern LIBRARY = Pattern.compile("(?m)^\\| ([a-z][a-z0-9-]+) (\\d[\\w.]*) \\|");
    private static final Pattern NAMED = Pattern.compile("`(\\w+)#(\\w+)`");

    @Test
    void eachRowNamesATest_andEachTestThatIsNamedExists() throws Exception {
        List<String> wrong = new ArrayList<>();
        int rows = 0;
        for (String line : Files.readAllLines(DOCUMENT)) {
            Matcher row = ROW.matcher(line);
            if (!row.matches()
                    || row.group(3).contains("---")
                    || row.group(3).strip().equals("tests")) {
                continue;
            }
            rows++;
            Matcher named = NAMED.matcher(row.group(3));
            boolean any = false;
            while (named.find()) {
                any = true;
                if (!isTest(named.group(1), named.group(2))) {
                    wrong.add("there is no test " + named.group());
                }
            }
            if (!any) {
                wrong.add("no test: " + line);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(rows).isGreaterThan(30);
    }

    /** After an upgrade somebody has to look for the vulnerabilities of the new version. */
    @Test
    void theLibrariesHaveTheVersionsInUse() throws Exception {
        Set<String> jars = new HashSet<>();
        for (URL jar : Collections.list(getClass().getClassLoader().getResources("META-INF/MANIFEST.MF"))) {
            jars.add(jar.getPath().replaceFirst("\\.jar!/.*", "").replaceFirst(".*/", ""));
        }
        List<String> named = LIBRARY.matcher(Files.readString(DOCUMENT))
                .results()
                .map(row -> row.group(1) + "-" + row.group(2))
                .toList();

        assertThat(named).hasSizeGreaterThan(15).isSubsetOf(jars);
    }

    private static boolean isTest(String name, String method) throws IOException, ClassNotFoundException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(TESTS)) {
            files = all.filter(path -> path.endsWith(name + ".java")).toList();
        }
        for (Path file : files) {
            String type = TESTS.relativize(file)
                    .toString()
                    .replaceFirst("\\.java$", "")
                    .replace('/', '.');
            for (Class<?> at = Class.forName(type); at != null; at = at.getSuperclass()) {
                if (Arrays.stream(at.getDeclaredMethods()).anyMatch(found -> isTest(found, method))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isTest(Method found, String name) {
        return found.getName().equals(name)
                && (found.isAnnotationPresent(Test.class) || found.isAnnotationPresent(ParameterizedTest.class));
    }
}
