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
import java.util.ArrayList;
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

/** A node of a YAML file with its line. Immutable. */
public final class YamlNode {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Path file;
    private final List<String> lines;
    private final Node node;

    /** Cached, because rules visit the same nodes many times. */
    private volatile List<Entry> entries;

    private volatile List<YamlNode> items;

    private volatile List<YamlNode> all;

    private YamlNode(Path file, List<String> lines, Node node) {
        this.file = file;
        this.lines = lines;
        this.node = node;
    }

    /**
     * Returns the only document of the file; empty without one.
     *
     * @throws org.yaml.snakeyaml.error.YAMLException if it is not YAML
     */
    public static Optional<YamlNode> read(Path file) throws IOException {
        String text = Files.readString(file);
        List<String> lines = text.lines().toList();
        return Optional.ofNullable(new Yaml(new LoaderOptions()).compose(new StringReader(text)))
                .map(node -> new YamlNode(file, lines, node));
    }

    /** Reads a JSON file. JSON is YAML except for tabs. */
    static Optional<YamlNode> readJson(Path file) throws IOException {
        return readJson(file, Files.readString(file));
    }

    /** Reads the text of a JSON file. */
    static Optional<YamlNode> readJson(Path file, String text) {
        return Optional.ofNullable(new Yaml(new LoaderOptions()).compose(new StringReader(text.replace('\t', ' '))))
                .map(node -> new YamlNode(file, text.lines().toList(), node));
    }

    /** Returns the target of a JSON Pointer, or the last existing node on its path. */
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

    /** One entry of a mapping. */
    public record Entry(YamlNode key, YamlNode value) {

        public String name() {
            return key.text();
        }
    }

    public Path file() {
        return file;
    }

    /** Returns its first line, from 1. */
    public int line() {
        return node.getStartMark().getLine() + 1;
    }

    /** Returns its first column, from 1. */
    int column() {
        return node.getStartMark().getColumn() + 1;
    }

    /** Returns its beginning. */
    Place place() {
        return new Place(file, line(), column(), source(line()));
    }

    /** Returns the place of this part of its text; its beginning if the part is not found. */
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

    /** Returns whether the other is this node. */
    boolean isAt(YamlNode other) {
        return node == other.node;
    }

    /** Returns a key that is equal for two nodes at the same place, as {@link #isAt} compares them. */
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

    /** Returns the text of a scalar; empty for any other node. */
    public String text() {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    /** Returns the entries of a mapping; empty for any other node. */
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

    /** Returns the elements of a list; empty for any other node. */
    public List<YamlNode> items() {
        if (items == null) {
            items = node instanceof SequenceNode list
                    ? list.getValue().stream().map(this::of).toList()
                    : List.of();
        }
        return items;
    }

    /** Returns the value of a key of the mapping. */
    public Optional<YamlNode> get(String key) {
        for (Entry entry : entries()) {
            if (entry.name().equals(key)) {
                return Optional.of(entry.value());
            }
        }
        return Optional.empty();
    }

    /** Returns the text of a key of the mapping; empty without the key. */
    public String text(String key) {
        return get(key).map(YamlNode::text).orElse("");
    }

    /** Returns this node and all nodes below it in the order of the file, without the keys of mappings. */
    public Stream<YamlNode> all() {
        if (all == null) {
            List<YamlNode> found = new ArrayList<>();
            addTo(found);
            all = List.copyOf(found);
        }
        return all.stream();
    }

    private void addTo(List<YamlNode> found) {
        found.add(this);
        entries().forEach(entry -> entry.value().addTo(found));
        items().forEach(item -> item.addTo(found));
    }

    /** Returns the node as JSON, with the scalar types of YAML 1.2. */
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
