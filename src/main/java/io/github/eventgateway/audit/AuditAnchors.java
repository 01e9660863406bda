package io.github.eventgateway.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Keeps the end of the chain where who can change the database cannot reach: in this process, in the log, and in a file of
 * the data folder. A chain that ends before it has lost its end. Any thread.
 */
@Component
class AuditAnchors {

    private static final Logger LOG = LoggerFactory.getLogger(AuditAnchors.class);

    private final AuditKey key;
    private final Path file;
    private Head reached;
    private Head told;
    private boolean checked;

    AuditAnchors(AuditKey key, AuditSettings settings) {
        this.key = key;
        this.file = settings.anchorFile().isBlank() ? null : Path.of(settings.anchorFile());
    }

    /** The chain goes to here, by this gateway's own hand. */
    synchronized void reached(Head end) {
        if (reached != null && end.sequence() <= reached.sequence()) {
            LOG.error("The audit trail ended at {}, and now at {}; someone has changed it, verify it", reached, end);
        }
        reached = end;
    }

    /** The last place that this gateway added; null before the first. */
    synchronized Head reached() {
        return reached;
    }

    /** The anchor of the file; null where there is none, or it is another key's. */
    synchronized Head kept() {
        if (file == null || !Files.isRegularFile(file)) {
            return null;
        }
        try {
            String[] words = Files.readString(file).trim().split(" ");
            Head anchor = words.length == 2 ? Head.parse(words[0]) : null;
            if (anchor != null && key.mac(anchor).equals(words[1])) {
                return anchor;
            }
            LOG.warn("{} holds no anchor of this key; it does not count", file);
        } catch (IOException e) {
            LOG.warn("{} cannot be read: {}", file, e.toString());
        }
        return null;
    }

    /** Once, as soon as the database is there: does it still hold what the file says? */
    synchronized void check(AuditTable table) {
        if (checked) {
            return;
        }
        Head anchor = kept();
        if (anchor != null && anchor.sequence() > 0 && !table.holds(anchor)) {
            LOG.error(
                    "The audit trail does not hold the anchor {} of {}: its end was cut off, or it was replaced",
                    anchor,
                    file);
        }
        checked = true;
    }

    /** Writes the anchor to the log, and to the file where the chain still holds the one that is there. */
    synchronized void write(AuditTable table) {
        if (reached == null || reached.equals(told)) {
            return;
        }
        LOG.info("Audit anchor {}", reached);
        told = reached;
        if (file != null && mayReplace(kept(), table)) {
            save();
        }
    }

    /** An anchor that the chain does not hold any more is evidence. */
    private boolean mayReplace(Head kept, AuditTable table) {
        if (kept == null) {
            return true;
        }
        try {
            return kept.sequence() < reached.sequence() && table.holds(kept);
        } catch (RuntimeException e) {
            LOG.debug("The database does not say whether it holds the anchor {}", kept, e);
            return false;
        }
    }

    private void save() {
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
            return;
        }
        try {
            Path aside = Files.createTempFile(folder, "anchor", ".new");
            Files.writeString(aside, reached + " " + key.mac(reached) + "\n");
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("The audit anchor cannot be kept in {}: {}", file, e.toString());
        }
    }
}
