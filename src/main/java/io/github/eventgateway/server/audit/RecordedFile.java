package io.github.eventgateway.server.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.embedded.EmbeddedDefaults;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * A file that the audit trail describes.
 *
 * @param sequence the number of the record
 * @param name the name of the file without its folder
 * @param sha256 the SHA-256 of the file in hexadecimal
 */
public record RecordedFile(long sequence, String name, String sha256) {

    private static final String RECORDS = "SELECT " + AuditTable.COLUMNS
            + " FROM audit_record WHERE action IN ('retention', 'erasure') AND detail LIKE '%\"sha256\":%'"
            + " ORDER BY sequence DESC";

    /**
     * Returns the archives in the audit trail with this name or SHA-256, the newest record first. A record without a
     * valid MAC is ignored.
     *
     * @param environment the settings of the gateways
     * @param database connections that may read the audit trail
     * @throws io.github.eventgateway.api.StartupException if the secret is missing or weak
     * @throws org.springframework.dao.DataAccessException if the database fails
     */
    public static List<RecordedFile> find(
            ConfigurableEnvironment environment, DataSource database, String name, String sha256) {
        AuditSettings settings = Binder.get(environment).bindOrCreate("gateway.audit", AuditSettings.class);
        AuditKeys keys = AuditKeys.of(settings, EmbeddedDefaults.of(environment).developmentKey());
        JdbcTemplate jdbc = new JdbcTemplate(database);
        AuditTable table = new AuditTable(jdbc, new JdbcTransactionManager(database), keys);
        return jdbc.query(RECORDS, (rows, number) -> AuditTable.row(rows)).stream()
                .filter(row -> isValid(row, table, keys))
                .map(RecordedFile::of)
                .filter(file -> file.name.equals(name) || file.sha256.equals(sha256))
                .toList();
    }

    private static RecordedFile of(AuditTable.Row row) {
        JsonNode detail = json(row.record().detail());
        // The detail of an erasure has the temporary name of the new file.
        String file = json(row.record().target())
                .path("file")
                .asText(detail.path("file").asText());
        Path name = Path.of(file).getFileName();
        return new RecordedFile(
                row.sequence(),
                name == null ? "" : name.toString(),
                detail.path("sha256").asText());
    }

    private static JsonNode json(String text) {
        return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isValid(AuditTable.Row row, AuditTable table, AuditKeys keys) {
        String previous = table.macBefore(row.sequence());
        return keys.signer(previous, row).isPresent();
    }
}
