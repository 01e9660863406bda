package io.github.eventgateway.retention;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.erasure.ErasurePart;
import io.github.eventgateway.erasure.UserToErase;
import io.github.eventgateway.server.audit.AuditTrail;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Removes the events of a user from the archives, one file in each step. The SHA-256 of a new file is in the audit
 * trail before the file replaces the old one. Meanwhile nothing is archived. One thread at a time.
 */
@Component
class ArchiveErasure implements ErasurePart {

    private static final Logger LOG = LoggerFactory.getLogger(ArchiveErasure.class);

    private final EventArchive archive;
    private final Trimmer trimmer;
    private final AuditTrail audit;

    ArchiveErasure(RetentionSettings settings, Trimmer trimmer, AuditTrail audit) {
        this.archive = settings.eventArchive();
        this.trimmer = trimmer;
        this.audit = audit;
    }

    @Override
    public Kind kind() {
        return Kind.ARCHIVED_EVENTS;
    }

    /** The position is the name of the last examined file. */
    @Override
    public Step step(Connection connection, UserToErase user, String position) throws SQLException, IOException {
        if (archive == null) {
            return Step.last(0);
        }
        Step[] step = {new Step(0, position, false)};
        trimmer.whileNothingIsRemoved(() -> step[0] = next(user, position));
        return step[0];
    }

    private Step next(UserToErase user, String position) throws SQLException, IOException {
        List<Path> files = archive.files();
        for (Path file : files) {
            String name = file.getFileName().toString();
            if (position == null || name.compareTo(position) > 0) {
                return new Step(rewrite(file, user), name, false);
            }
        }
        archive.removeParts();
        return Step.last(0);
    }

    private long rewrite(Path file, UserToErase user) throws SQLException, IOException {
        EventArchive.Rewritten without = archive.without(file, row -> isOf(user, row));
        if (without == null) {
            return 0;
        }
        try {
            Map<String, Object> detail = new LinkedHashMap<>(without.written().detail());
            detail.put("erased", without.removed());
            detail.put("erasure", user.erasure());
            audit.recordOwn("erasure", Map.of("file", file.toString()), detail);
            archive.replace(file, without.written().file());
            LOG.info("Erased {} events of the archive {}", without.removed(), file);
            return without.removed();
        } finally {
            archive.discard(without.written().file());
        }
    }

    private static boolean isOf(UserToErase user, JsonNode row) throws IOException {
        return user.values().contains(row.path("user_id").asText())
                || user.owns(row.path("type").asText(), ArchiveFile.data(row));
    }
}
