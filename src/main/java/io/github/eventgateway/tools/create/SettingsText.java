package io.github.eventgateway.tools.create;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** The text of application.yaml. Inserting lines changes nothing else: comments and blanks stay. */
final class SettingsText {

    private final List<String> lines;
    private final String lineEnd;
    private final Node root;

    SettingsText(String text) {
        lineEnd = text.contains("\r\n") ? "\r\n" : "\n";
        lines = new ArrayList<>(text.lines().toList());
        root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
    }

    /** Returns the current text. */
    String text() {
        return String.join(lineEnd, lines) + lineEnd;
    }

    boolean has(String... path) {
        return find(path).isPresent();
    }

    /** Adds a block at the end of a mapping, with the indentation of its keys. */
    void append(String block, String... path) {
        MappingNode mapping = (MappingNode) find(path).orElseThrow();
        int indent = mapping.getValue().get(0).getKeyNode().getStartMark().getColumn();
        insert(lastLine(mapping) + 1, block, indent);
    }

    /** Adds a block after a key of a mapping, or at its end without this key. */
    void appendAfter(String key, String block, String... path) {
        MappingNode mapping = (MappingNode) find(path).orElseThrow();
        Node after = value(mapping, key).orElse(mapping);
        int indent = mapping.getValue().get(0).getKeyNode().getStartMark().getColumn();
        insert(lastLine(after) + 1, "\n" + block, indent);
    }

    /** Adds an item at the end of a list in a mapping, and creates a missing list. */
    void addItem(String item, String key, String... path) {
        MappingNode mapping = (MappingNode) find(path).orElseThrow();
        Optional<Node> list = value(mapping, key);
        if (list.isEmpty() || list.get() instanceof ScalarNode) {
            list.ifPresent(nothing -> lines.remove(nothing.getStartMark().getLine()));
            insert(lastLine(mapping) + (list.isEmpty() ? 1 : 0), key + ":\n  - " + item + "\n", indent(mapping));
        } else if (((SequenceNode) list.get()).getFlowStyle() == DumperOptions.FlowStyle.FLOW) {
            addToFlow(item, (SequenceNode) list.get(), indent(mapping));
        } else {
            insert(
                    lastLine(list.get()) + 1,
                    "- " + item + "\n",
                    list.get().getStartMark().getColumn());
        }
    }

    private static int indent(MappingNode mapping) {
        return mapping.getValue().get(0).getKeyNode().getStartMark().getColumn();
    }

    private void addToFlow(String item, SequenceNode list, int indent) {
        int line = list.getEndMark().getLine();
        String text = lines.get(line);
        if (list.getValue().isEmpty()) {
            String before = text.substring(0, list.getStartMark().getColumn()).stripTrailing();
            String rest = text.substring(list.getEndMark().getColumn());
            lines.set(line, before + rest);
            insert(line + 1, "- " + item + "\n", indent + 2);
        } else {
            int close = list.getEndMark().getColumn() - 1;
            lines.set(line, text.substring(0, close).stripTrailing() + ", " + item + text.substring(close));
        }
    }

    private void insert(int at, String block, int indent) {
        List<String> indented = block.lines()
                .map(line -> line.isEmpty() ? line : " ".repeat(indent) + line)
                .toList();
        lines.addAll(Math.min(at, lines.size()), indented);
    }

    private Optional<Node> find(String... path) {
        Optional<Node> node = Optional.ofNullable(root);
        for (String key : path) {
            node = node.flatMap(at -> value(at, key));
        }
        return node;
    }

    private static Optional<Node> value(Node node, String key) {
        if (!(node instanceof MappingNode mapping)) {
            return Optional.empty();
        }
        return mapping.getValue().stream()
                .filter(tuple -> tuple.getKeyNode() instanceof ScalarNode name
                        && name.getValue().equals(key))
                .map(NodeTuple::getValueNode)
                .findFirst();
    }

    /** Returns the last line of a node. The end mark of a block is at the next token. */
    private static int lastLine(Node node) {
        if (node instanceof MappingNode mapping && !mapping.getValue().isEmpty()) {
            return lastLine(
                    mapping.getValue().get(mapping.getValue().size() - 1).getValueNode());
        }
        if (node instanceof SequenceNode list
                && !list.getValue().isEmpty()
                && list.getFlowStyle() == DumperOptions.FlowStyle.BLOCK) {
            return lastLine(list.getValue().get(list.getValue().size() - 1));
        }
        boolean block = node instanceof ScalarNode scalar
                && (scalar.getScalarStyle() == DumperOptions.ScalarStyle.LITERAL
                        || scalar.getScalarStyle() == DumperOptions.ScalarStyle.FOLDED);
        return block ? node.getEndMark().getLine() - 1 : node.getEndMark().getLine();
    }
}
