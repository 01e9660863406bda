package io.github.eventgateway.documentation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySourcesPropertyResolver;
import org.springframework.core.io.FileSystemResource;

/**
 * The settings {@code gateway.*}: names and English descriptions from the metadata that the configuration processor of
 * Spring Boot writes, values from application.yaml, and Chinese descriptions.
 */
final class DocumentedSettings {

    static final Path CHINESE = Path.of("src/test/resources/documentation/settings_zh.properties");

    private static final Path ADDITIONAL =
            Path.of("src/main/resources/META-INF/additional-spring-configuration-metadata.json");
    private static final String METADATA = "META-INF/spring-configuration-metadata.json";
    private static final String PREFIX = "gateway.";
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+):");
    private static final Pattern ELEMENT = Pattern.compile("\\[\\d+].*");
    private static final Pattern BRACKETS = Pattern.compile("\\[(.*)]");
    private static final Pattern JAVADOC_CODE = Pattern.compile("\\{@code ([^}]*)}");

    /** A setting with its environment variables and its default value, which is empty if it is not a single value. */
    record Setting(String name, List<String> variables, String value, String english, String chinese) {}

    private final Map<String, JsonNode> described = new TreeMap<>();
    private final Set<String> allVariables = new TreeSet<>();
    private final Map<String, String> raw = new LinkedHashMap<>();
    private final Map<String, String> values = new LinkedHashMap<>();
    private final Map<String, String> chinese = new TreeMap<>();

    private DocumentedSettings() {}

    static DocumentedSettings read() throws IOException {
        DocumentedSettings settings = new DocumentedSettings();
        settings.readMetadata();
        settings.readValues();
        settings.readTranslations();
        return settings;
    }

    /**
     * Reads the settings in the code from the compiled metadata, and the others from their source, because a change of
     * the source does not compile.
     */
    private void readMetadata() throws IOException {
        try (InputStream json = getClass().getClassLoader().getResourceAsStream(METADATA)) {
            for (JsonNode property : new ObjectMapper().readTree(json).get("properties")) {
                if (property.has("sourceType")) {
                    add(property);
                }
            }
        }
        for (JsonNode property :
                new ObjectMapper().readTree(ADDITIONAL.toFile()).get("properties")) {
            add(property);
        }
    }

    private void add(JsonNode property) {
        String name = property.get("name").asText();
        if (name.startsWith(PREFIX)) {
            described.merge(
                    name, property, (inCode, additional) -> ((ObjectNode) inCode).setAll((ObjectNode) additional));
        }
    }

    private void readValues() throws IOException {
        MutablePropertySources sources = new MutablePropertySources();
        new YamlPropertySourceLoader()
                .load("application.yaml", new FileSystemResource("application.yaml"))
                .forEach(sources::addLast);
        PropertySourcesPropertyResolver resolver = new PropertySourcesPropertyResolver(sources);
        EnumerablePropertySource<?> file =
                (EnumerablePropertySource<?>) sources.iterator().next();
        for (String key : file.getPropertyNames()) {
            String text = String.valueOf(file.getProperty(key));
            VARIABLE.matcher(text).results().forEach(found -> allVariables.add(found.group(1)));
            if (key.startsWith(PREFIX)) {
                String name = settingOf(key);
                String value = isStructure(name) ? "" : resolver.getProperty(key, "");
                raw.merge(name, text, String::concat);
                values.merge(name, value, (one, other) -> one.isEmpty() ? other : one + ", " + other);
            }
        }
    }

    /**
     * Returns the name of the described setting: {@code gateway.events.topics} for everything below it, a list for its
     * elements.
     */
    private String settingOf(String key) {
        return described.keySet().stream()
                .filter(name -> isMap(name) && key.startsWith(name + "."))
                .findFirst()
                .orElseGet(() -> ELEMENT.matcher(key).replaceAll(""));
    }

    private boolean isMap(String name) {
        return type(name).startsWith(Map.class.getName());
    }

    private boolean isStructure(String name) {
        return isMap(name) || type(name).contains("eventgateway") && !isEnum(type(name));
    }

    /** The value of an enum is a single word, like a number. */
    private static boolean isEnum(String type) {
        try {
            return Class.forName(type).isEnum();
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private String type(String name) {
        return described.containsKey(name) ? described.get(name).path("type").asText() : "";
    }

    private void readTranslations() throws IOException {
        Properties translations = new Properties();
        try (Reader reader = Files.newBufferedReader(CHINESE)) {
            translations.load(reader);
        }
        translations.forEach((name, text) -> chinese.put(name.toString(), text.toString()));
    }

    /** Returns the settings that the code or the additional metadata describes, by name. */
    Map<String, JsonNode> described() {
        return described;
    }

    /** Returns the settings of application.yaml with their values without environment variables. */
    Map<String, String> values() {
        return values;
    }

    Map<String, String> chinese() {
        return chinese;
    }

    /** Returns the environment variables of application.yaml, including those of other settings. */
    Set<String> variables() {
        return allVariables;
    }

    /** Returns the default in the code in the form of application.yaml; empty without a default. */
    String defaultInCode(String name) {
        return BRACKETS.matcher(described.get(name).path("defaultValue").asText())
                .replaceAll("$1");
    }

    /** Returns all settings with one of these prefixes, which are separated by blanks, sorted by name. */
    Map<String, Setting> below(String prefixes) {
        List<String> each = List.of(prefixes.split(" "));
        return described.keySet().stream()
                .filter(name -> each.stream().anyMatch(prefix -> (name + ".").startsWith(prefix + ".")))
                .collect(Collectors.toMap(name -> name, this::setting, (one, other) -> one, TreeMap::new));
    }

    private Setting setting(String name) {
        return new Setting(
                name,
                VARIABLE.matcher(raw.getOrDefault(name, ""))
                        .results()
                        .map(found -> found.group(1))
                        .toList(),
                values.getOrDefault(name, defaultInCode(name)),
                JAVADOC_CODE
                        .matcher(described.get(name).path("description").asText())
                        .replaceAll("`$1`"),
                chinese.getOrDefault(name, ""));
    }
}
