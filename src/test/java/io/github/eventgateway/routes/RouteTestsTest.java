package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.testing.RouteTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/** Checks that each route file has a test class with its name. */
class RouteTestsTest {

    private static final String SUFFIX = ".camel.yaml";

    @Test
    void eachRouteFileHasItsTestClass() throws Exception {
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            List<String> expected = files.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith(SUFFIX))
                    .map(RouteTestsTest::testClass)
                    .toList();

            assertThat(expected).isNotEmpty().isSubsetOf(routeTests());
        }
    }

    private static String testClass(String file) {
        return Stream.of(file.substring(0, file.length() - SUFFIX.length()).split("-"))
                .map(StringUtils::capitalize)
                .collect(Collectors.joining("", "", "Test"));
    }

    private static Set<String> routeTests() {
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AssignableTypeFilter(RouteTest.class));
        return scanner.findCandidateComponents("io.github.eventgateway").stream()
                .map(found -> ClassUtils.getShortName(found.getBeanClassName()))
                .collect(Collectors.toSet());
    }
}
