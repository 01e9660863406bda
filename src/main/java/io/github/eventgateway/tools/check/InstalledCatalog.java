package io.github.eventgateway.tools.check;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.catalog.CamelCatalogJSonSchemaResolver;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.catalog.EndpointValidationResult;
import org.apache.camel.catalog.LanguageValidationResult;

/**
 * Camel's catalogue with the options of the running version for every component, language and data format on the class
 * path. Camel's jars contain descriptions of themselves. camel-catalog is older (4.18.0, because 4.22.0 cannot be
 * resolved), so it only supplies the names of parts that are not installed. Any thread.
 */
final class InstalledCatalog extends DefaultCamelCatalog {

    private static final Map<String, String> LISTS =
            Map.of("component", "components", "language", "languages", "dataformat", "dataFormats");
    private static final String SERVICES = "META-INF/services/org/apache/camel/";

    /** A question to a validator of Camel. */
    private record Question(String kind, String text, boolean consumes, boolean produces) {}

    private final Map<Question, LanguageValidationResult> expressions = new ConcurrentHashMap<>();
    private final Map<Question, EndpointValidationResult> endpoints = new ConcurrentHashMap<>();

    InstalledCatalog() {
        super(true);
        setJSonSchemaResolver(new InstalledDescriptions(this));
    }

    /** The parts that Camel's jars list, read at the first use. */
    private static final class Listed {
        static final Map<String, Set<String>> PARTS =
                LISTS.keySet().stream().collect(Collectors.toUnmodifiableMap(kind -> kind, kind -> listed(kind)));
    }

    /** Returns the descriptions in Camel's jars, before those of the catalogue. */
    private static final class InstalledDescriptions extends CamelCatalogJSonSchemaResolver {

        InstalledDescriptions(InstalledCatalog catalog) {
            super(catalog, Map.of(), Map.of(), Map.of(), Map.of());
        }

        @Override
        public String getComponentJSonSchema(String name) {
            String installed = description("component", name);
            return installed == null ? super.getComponentJSonSchema(name) : installed;
        }

        @Override
        public String getLanguageJSonSchema(String name) {
            String installed = description("language", name);
            return installed == null ? super.getLanguageJSonSchema(name) : installed;
        }

        @Override
        public String getDataFormatJSonSchema(String name) {
            String installed = description("dataformat", name);
            return installed == null ? super.getDataFormatJSonSchema(name) : installed;
        }
    }

    /** Returns whether the class path has this component, language or data format. */
    static boolean isInstalled(String kind, String name) {
        return Listed.PARTS.getOrDefault(kind, Set.of()).contains(name)
                || loader().getResource(SERVICES + kind + "/" + name) != null;
    }

    /** Remembers the answer, which depends only on the text and the class path. */
    @Override
    public LanguageValidationResult validateLanguageExpression(ClassLoader loader, String language, String text) {
        return expressions.computeIfAbsent(
                new Question(language, text, false, false),
                question -> super.validateLanguageExpression(loader, language, text));
    }

    /** Remembers the answer, which depends only on the text and the class path. */
    @Override
    public LanguageValidationResult validateLanguagePredicate(ClassLoader loader, String language, String text) {
        return expressions.computeIfAbsent(
                new Question(language + "?", text, false, false),
                question -> super.validateLanguagePredicate(loader, language, text));
    }

    /** Remembers the answer, which depends only on the text and the class path. */
    @Override
    public EndpointValidationResult validateEndpointProperties(
            String uri, boolean ignoreLenient, boolean consumes, boolean produces) {
        return endpoints.computeIfAbsent(
                new Question(String.valueOf(ignoreLenient), uri, consumes, produces),
                question -> super.validateEndpointProperties(uri, ignoreLenient, consumes, produces));
    }

    @Override
    public List<String> findComponentNames() {
        return withInstalled("component", super.findComponentNames());
    }

    @Override
    public List<String> findLanguageNames() {
        return withInstalled("language", super.findLanguageNames());
    }

    @Override
    public List<String> findDataFormatNames() {
        return withInstalled("dataformat", super.findDataFormatNames());
    }

    /** Returns the version of Camel. */
    @Override
    public String getCatalogVersion() {
        return CamelContext.class.getPackage().getImplementationVersion();
    }

    @Override
    public String getLoadedVersion() {
        return getCatalogVersion();
    }

    private static ClassLoader loader() {
        return InstalledCatalog.class.getClassLoader();
    }

    /**
     * Returns the description of a part, which is beside its class; the service file names the class. Null if it is not
     * installed.
     */
    private static String description(String kind, String name) {
        URL service = loader().getResource(SERVICES + kind + "/" + name);
        if (service == null) {
            return null;
        }
        String className = properties(service).getProperty("class", "");
        String folder = className.substring(0, className.lastIndexOf('.') + 1).replace('.', '/');
        URL description = loader().getResource("META-INF/" + folder + name + ".json");
        return description == null ? null : text(description);
    }

    private static List<String> withInstalled(String kind, List<String> published) {
        SortedSet<String> names = new TreeSet<>(published);
        names.addAll(Listed.PARTS.get(kind));
        return List.copyOf(names);
    }

    private static Set<String> listed(String kind) {
        Set<String> names = new TreeSet<>();
        try {
            for (URL list : Collections.list(loader().getResources(SERVICES + kind + ".properties"))) {
                Collections.addAll(
                        names, properties(list).getProperty(LISTS.get(kind), "").split(" "));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        names.remove("");
        return Set.copyOf(names);
    }

    private static Properties properties(URL resource) {
        Properties properties = new Properties();
        try (InputStream in = resource.openStream()) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }

    private static String text(URL resource) {
        try (InputStream in = resource.openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
