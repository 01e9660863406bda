package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** A node of a YAML file that knows the line it stands in. Immutable. */
public final class YamlNode {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Path file;
    private final List<String> lines;
    private final Node node;

    /** Made when they are asked for: rules walk the same nodes again and again. */
    private volatile List<Entry> entries;

    private volatile List<YamlNode> items;

    private YamlNode(Path file, List<String> lines, Node node) {
        this.file = file;
        this.lines = lines;
        this.node = node;
    }

    /**
     * The file's only document; empty if there is none.
     *
     * @throws org.yaml.snakeyaml.error.YAMLException if it is no YAML
     */
    public static Optional<YamlNode> read(Path file) throws IOException {
        String text = Files.readString(file);
        List<String> lines = text.lines().toList();
        return Optional.ofNullable(new Yaml(new LoaderOptions()).compose(new StringReader(text)))
                .map(node -> new YamlNode(file, lines, node));
    }

    /** A JSON file, which is YAML too but for tabs. */
    static Optional<YamlNode> readJson(Path file) throws IOException {
        return readJson(file, Files.readString(file));
    }

    /** The text of a JSON file. */
    static Optional<YamlNode> readJson(Path file, String text) {
        return Optional.ofNullable(new Yaml(new LoaderOptions()).compose(new StringReader(text.replace('\t', ' '))))
                .map(node -> new YamlNode(file, text.lines().toList(), node));
    }

    /** What a JSON Pointer leads to, or the last on its way that is there. */
    YamlNode at(String pointer) {
        YamlNode at = this;
        for (String step :
                pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/")) {
            String name = step.replace("~1", "/").replace("~0", "~");
            List<YamlNode> items = at.items();
            Optional<YamlNode> below = name.matches("\\d{1,6}") && Integer.parseInt(name) < items.size()
                    ? Optional.of(items.get(Integer.parseInt(name)))
                    : at.get(name);
            if (below.isEmpty()) {
                return at;
            }
            at = below.get();
        }
        return at;
    }

    /** One line of a mapping. */
    public record Entry(YamlNode key, YamlNode value) {

        public String name() {
            return key.text();
        }
    }

    public Path file() {
        return file;
    }

    /** The line that it begins in, from 1. */
    public int line() {
        return node.getStartMark().getLine() + 1;
    }

    /** The column that it begins in, from 1. */
    int column() {
        return node.getStartMark().getColumn() + 1;
    }

    /** Where it begins. */
    Place place() {
        return new Place(file, line(), column(), source(line()));
    }

    /** Where this part of its text stands; where it begins if that is not to be found. */
    Place place(String part) {
        int last = node.getEndMark().getLine() + 1;
        for (int line = line(); line <= last; line++) {
            int at = source(line).indexOf(part, line == line() ? column() - 1 : 0);
            if (at >= 0) {
                return new Place(file, line, at + 1, source(line));
            }
        }
        return place();
    }

    private String source(int line) {
        return line <= lines.size() ? lines.get(line - 1) : "";
    }

    /** Whether the other is this node. */
    boolean isAt(YamlNode other) {
        return node == other.node;
    }

    /** Equal for two that stand at the same place, as {@link #isAt} compares them. */
    Object identity() {
        return node;
    }

    public boolean isMapping() {
        return node instanceof MappingNode;
    }

    boolean isList() {
        return node instanceof SequenceNode;
    }

    public boolean isScalar() {
        return node instanceof ScalarNode;
    }

    /** The text of a scalar; empty for anything else. */
    public String text() {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    /** The lines of a mapping; none for anything else. */
    public List<Entry> entries() {
        if (entries == null) {
            entries = node instanceof MappingNode mapping
                    ? mapping.getValue().stream()
                            .map(tuple -> new Entry(of(tuple.getKeyNode()), of(tuple.getValueNode())))
                            .toList()
                    : List.of();
        }
        return entries;
    }

    /** The elements of a list; none for anything else. */
    public List<YamlNode> items() {
        if (items == null) {
            items = node instanceof SequenceNode list
                    ? list.getValue().stream().map(this::of).toList()
                    : List.of();
        }
        return items;
    }

    /** The value of a mapping's key. */
    public Optional<YamlNode> get(String key) {
        return entries().stream()
                .filter(entry -> entry.name().equals(key))
                .map(Entry::value)
                .findFirst();
    }

    /** The text of a mapping's key; empty if it has none. */
    public String text(String key) {
        return get(key).map(YamlNode::text).orElse("");
    }

    /** This node and all below it, in the order of the file; keys of mappings are not among them. */
    public Stream<YamlNode> all() {
        return Stream.concat(
                Stream.of(this),
                Stream.concat(entries().stream().map(Entry::value), items().stream())
                        .flatMap(YamlNode::all));
    }

    /** The same as JSON, scalars typed as YAML 1.2 types them. */
    public JsonNode json() {
        if (node instanceof MappingNode) {
            ObjectNode object = JSON.objectNode();
            entries().forEach(entry -> object.set(entry.name(), entry.value().json()));
            return object;
        }
        if (node instanceof SequenceNode) {
            ArrayNode array = JSON.arrayNode();
            items().forEach(item -> array.add(item.json()));
            return array;
        }
        return scalar();
    }

    private JsonNode scalar() {
        String text = text();
        if (node.getTag().equals(Tag.NULL)) {
            return JSON.nullNode();
        }
        if (node.getTag().equals(Tag.BOOL) && text.matches("(?i)true|false")) {
            return JSON.booleanNode(Boolean.parseBoolean(text));
        }
        if (node.getTag().equals(Tag.INT) && text.matches("[-+]?[0-9]+")) {
            return JSON.numberNode(new BigInteger(text));
        }
        if (node.getTag().equals(Tag.FLOAT) && text.matches("[-+]?[0-9]*\\.?[0-9]+([eE][-+]?[0-9]+)?")) {
            return JSON.numberNode(new BigDecimal(text));
        }
        return JSON.textNode(text);
    }

    private YamlNode of(Node other) {
        return new YamlNode(file, lines, other);
    }
}
