package io.github.eventgateway.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.eventgateway.api.StartupException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditKeyTest {

    @TempDir
    private Path folder;

    @Test
    void aMissingOrShortSecretPreventsTheStart() {
        assertThatThrownBy(() -> AuditKeys.of(TestAuditSettings.of(Map.of()), false))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("AUDIT_SECRET");
        assertThatThrownBy(() -> AuditKeys.of(TestAuditSettings.of(Map.of("secret", "x".repeat(31))), true))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("31 bytes");
        assertThat(AuditKeys.of(TestAuditSettings.of(Map.of("secret", "x".repeat(32))), false))
                .isNotNull();
    }

    @Test
    void withTheEmbeddedDefaultsTheKeyIsReadableByItsOwnerOnly() throws Exception {
        Path file = folder.resolve("audit.key");
        AuditSettings settings = TestAuditSettings.of(Map.of("development-key-file", file.toString()));
        Head anchor = new Head(7, AuditKey.GENESIS);

        String made = AuditKeys.of(settings, true).own().mac(anchor);

        assertThat(AuditKeys.of(settings, true).own().mac(anchor))
                .as("the same key again")
                .isEqualTo(made);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void settingsDoNotPrintTheSecret() {
        assertThat(TestAuditSettings.of(Map.of(
                                "secret", "very-secret", "secret-also", "very-secret", "secret-retired", "very-secret"))
                        .toString())
                .doesNotContain("very-secret");
    }

    @Test
    void otherSecretsAreSeparatedByCommas_andAShortOneIsNamed() {
        AuditKeys keys = AuditKeys.of(
                TestAuditSettings.of(Map.of(
                        "secret", "x".repeat(32),
                        "secret-also", "y".repeat(32) + ", " + "z".repeat(32),
                        "secret-retired", "r".repeat(32))),
                false);

        assertThat(keys.all()).hasSize(4);
        assertThat(keys.own().id())
                .isEqualTo(AuditKeys.of(TestAuditSettings.of(Map.of("secret", "x".repeat(32))), false)
                        .own()
                        .id());
        assertThatThrownBy(() -> AuditKeys.of(
                        TestAuditSettings.of(Map.of("secret", "x".repeat(32), "secret-also", "short")), false))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("AUDIT_SECRET_ALSO is too short (5 bytes)");
    }

    @Test
    void theSealsOfARetiredSecretDoNotCount() {
        AuditKey old = new AuditKey("o".repeat(32).getBytes(StandardCharsets.UTF_8));
        AuditKey now = new AuditKey("n".repeat(32).getBytes(StandardCharsets.UTF_8));

        assertThat(new AuditKeys(now, List.of(old), List.of()).shared().keys("replay"))
                .hasSize(2);
        assertThat(new AuditKeys(now, List.of(), List.of(old)).shared().keys("replay"))
                .hasSize(1);
    }
}
