package io.github.eventgateway.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.eventgateway.api.StartupException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditKeyTest {

    @TempDir
    private Path folder;

    @Test
    void aMissingOrShortSecretEndsTheStart() {
        assertThatThrownBy(() -> AuditKey.of(TestAuditSettings.of(Map.of()), false))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("AUDIT_SECRET");
        assertThatThrownBy(() -> AuditKey.of(TestAuditSettings.of(Map.of("secret", "x".repeat(31))), true))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("31 bytes");
        assertThat(AuditKey.of(TestAuditSettings.of(Map.of("secret", "x".repeat(32))), false))
                .isNotNull();
    }

    @Test
    void withTheEmbeddedDefaultsTheKeyIsMadeForTheOwnerAlone() throws Exception {
        Path file = folder.resolve("audit.key");
        AuditSettings settings = TestAuditSettings.of(Map.of("development-key-file", file.toString()));
        Head anchor = new Head(7, AuditKey.GENESIS);

        String made = AuditKey.of(settings, true).mac(anchor);

        assertThat(AuditKey.of(settings, true).mac(anchor))
                .as("the same key again")
                .isEqualTo(made);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void settingsDoNotPrintTheSecret() {
        assertThat(TestAuditSettings.of(Map.of("secret", "very-secret")).toString())
                .doesNotContain("very-secret");
    }
}
