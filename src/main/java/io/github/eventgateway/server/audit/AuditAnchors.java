package io.github.eventgateway.server.audit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Keeps the end of the chain in places that a change of the database does not reach: in this process, in the log, in a
 * file, and in a Kafka topic if one is set. If the chain does not contain an anchor, it has lost history. Such an
 * anchor is evidence. It remains in this process and in the stores, even if the chain grows. Any thread.
 */
@Component
class AuditAnchors {

    private static final Logger LOG = LoggerFactory.getLogger(AuditAnchors.class);

    /** Each one is sufficient evidence, and an attacker must not fill the memory with them. */
    private static final int MOST_LOST = 100;

    private final AuditKeys keys;
    private final AnchorFile file;
    private final List<AnchorStore> stores;
    private final Set<Head> lost = new LinkedHashSet<>();
    private final Set<String> foreign = new LinkedHashSet<>();
    private Head reached;
    private Head logged;

    /** @param stores all stores, including the file */
    AuditAnchors(AuditKeys keys, AnchorFile file, List<AnchorStore> stores) {
        this.keys = keys;
        this.file = file;
        this.stores = List.copyOf(stores);
    }

    /** Compares the chain with the file. Runs before this gateway adds records. */
    synchronized void compareWithFile(AuditTable table) {
        Head newest = null;
        List<Head> gone = new ArrayList<>();
        for (String line : file.lines()) {
            Head anchor = anchor(line);
            if (anchor == null) {
                keepForeign(line);
            } else if (!isHeld(anchor, table)) {
                gone.add(anchor);
            } else if (newest == null || anchor.sequence() > newest.sequence()) {
                newest = anchor;
            }
        }
        if (reached == null) {
            reached = newest;
        }
        lose(gone);
    }

    /** Keeps an anchor of another key, because it may be evidence for the owner of that key. */
    private void keepForeign(String line) {
        if (!line.isBlank() && foreign.size() < MOST_LOST && foreign.add(line) && foreign.size() == 1) {
            LOG.warn(
                    "No known AUDIT_SECRET signed an anchor in the anchor file of the audit trail. The gateway keeps the"
                            + " anchor, but ignores it. If the secret was changed, add the earlier one to AUDIT_SECRET_ALSO");
        }
    }

    /** Compares the chain with the last position that this gateway knows. Call it while nobody else can add records. */
    synchronized void compareWithMemory(AuditTable table) {
        if (reached != null && !isHeld(reached, table)) {
            lose(List.of(reached));
        }
    }

    private static boolean isHeld(Head anchor, AuditTable table) {
        return anchor.sequence() == 0 || table.holds(anchor);
    }

    /**
     * Remembers the end of the chain, also if another gateway added it: that gateway may be killed before it writes its
     * anchor. A forged end is ignored. Call it only on the thread that adds records, while no commit is uncertain.
     */
    void follow(AuditTable table) {
        Head before = newest();
        // The database may be frozen, and others must not wait for it.
        boolean isLost = before != null && !isHeld(before, table);
        Head end = table.extent().head();
        boolean isNew = end != null && (isLost || before == null || end.sequence() > before.sequence());
        Head next = isNew && isGenuine(end, table) ? end : before;
        synchronized (this) {
            if (isLost) {
                lose(List.of(before));
            }
            reached = next;
        }
    }

    private synchronized Head newest() {
        return reached;
    }

    private boolean isGenuine(Head end, AuditTable table) {
        String previous = table.macBefore(end.sequence());
        String current = table.history().current();
        return table.rows(end.sequence() - 1, end.sequence(), 1).stream()
                .filter(row -> row.mac().equals(end.mac()))
                .flatMap(row -> keys.signer(previous, row).stream())
                .anyMatch(signer -> signer.id().equals(current));
    }

    /** Remembers the new end of the chain after this gateway has added records. */
    synchronized void reached(Head end) {
        if (reached != null && end.sequence() <= reached.sequence() && !end.equals(reached)) {
            lose(List.of(reached));
        }
        reached = end;
    }

    /** Remembers anchors that the chain no longer contains. */
    synchronized void lose(Collection<Head> anchors) {
        boolean isNew = false;
        for (Head anchor : anchors) {
            if (lost.size() < MOST_LOST && lost.add(anchor)) {
                isNew = true;
                LOG.error(
                        "The audit trail no longer contains the anchor {}: its end was cut off, or records were replaced."
                                + " Verify the audit trail",
                        anchor);
            }
        }
        if (isNew) {
            storeAnchors();
        }
    }

    /** Returns the anchors of lost history in the order of their detection. */
    synchronized List<Head> lost() {
        return List.copyOf(lost);
    }

    /** Returns all anchors for a comparison with the chain. It asks the stores, which may take a while. */
    Set<Head> all() {
        Set<Head> all = known();
        stores.stream()
                .flatMap(store -> store.read(line -> anchor(line) != null).stream())
                .map(this::anchor)
                .forEach(all::add);
        return all;
    }

    private synchronized Set<Head> known() {
        Set<Head> known = new LinkedHashSet<>(lost);
        if (reached != null) {
            known.add(reached);
        }
        return known;
    }

    /** Writes the newest anchor to the log and to the stores, unless it was written already. */
    synchronized void write() {
        if (reached == null) {
            return;
        }
        boolean isNew = !reached.equals(logged);
        if (isNew) {
            LOG.info("Audit anchor {}", reached);
            logged = reached;
        }
        if (isNew || !problems().isEmpty()) {
            storeAnchors();
        }
    }

    /** Returns one sentence for each store that fails. */
    List<String> problems() {
        return stores.stream()
                .map(AnchorStore::problem)
                .flatMap(Optional::stream)
                .toList();
    }

    private void storeAnchors() {
        List<String> own = known().stream()
                .map(anchor -> anchor + " " + keys.own().mac(anchor))
                .toList();
        List<String> all = Stream.concat(foreign.stream(), own.stream()).toList();
        stores.forEach(store -> store.store(store == file ? all : own));
    }

    /** Returns null if the line is not an anchor with the signature of one of the keys. */
    private Head anchor(String line) {
        String[] words = line.trim().split(" ");
        Head anchor = words.length == 2 ? Head.parse(words[0]) : null;
        return anchor != null && keys.signed(anchor, words[1]) ? anchor : null;
    }
}
