package io.github.eventgateway.server.audit;

import io.github.eventgateway.embedded.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Stores the anchors in a local file, which is replaced as a whole. Any thread. */
@Component
class AnchorFile implements AnchorStore {

    private static final Logger LOG = LoggerFactory.getLogger(AnchorFile.class);

    private final Path file;
    private String problem;

    AnchorFile(AuditSettings settings) {
        this.file = settings.anchorFile().isBlank()
                ? null
                : Path.of(settings.anchorFile()).toAbsolutePath();
    }

    @Override
    public synchronized void store(List<String> lines) {
        if (file == null) {
            return;
        }
        try {
            write(lines);
            problem = null;
        } catch (IOException e) {
            report("The anchors of the audit trail cannot be kept in " + file + " (" + e
                    + "): let the gateway's user write there, or name another file as gateway.audit.anchor-file");
        }
    }

    private void write(List<String> lines) throws IOException {
        Path folder = file.getParent();
        Files.createDirectories(folder, OwnerOnly.folder());
        Path aside = Files.createTempFile(folder, "anchor", ".new", OwnerOnly.file());
        try {
            Files.write(aside, lines);
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    @Override
    public List<String> read(Predicate<String> isAnchor) {
        return lines().stream().filter(isAnchor).toList();
    }

    /** Returns all lines, also those that are not anchors of this gateway. */
    synchronized List<String> lines() {
        if (file == null || !Files.exists(file)) {
            return List.of();
        }
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            report("The anchors of the audit trail cannot be read from " + file + " (" + e + ")");
            return List.of();
        }
    }

    @Override
    public synchronized Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    private void report(String sentence) {
        if (!sentence.equals(problem)) {
            LOG.warn("{}", sentence);
        }
        problem = sentence;
    }
}
