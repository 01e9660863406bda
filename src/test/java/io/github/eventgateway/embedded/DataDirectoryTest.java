package io.github.eventgateway.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.eventgateway.api.StartupException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;

class DataDirectoryTest {

    @TempDir
    private Path folder;

    @Test
    void givenAFolderInUse_thenTheSecondGatewayNamesTheFolderAndItsOwner() throws Exception {
        Path data = folder.resolve("data");
        DataDirectory first = DataDirectory.lock(data);

        assertThatThrownBy(() -> DataDirectory.lock(data))
                .isInstanceOf(StartupException.class)
                .hasMessage("The data folder " + data + " is in use by another gateway (process "
                        + ProcessHandle.current().pid()
                        + "): stop it, or set GATEWAY_DATA_DIRECTORY to another folder for this gateway");

        first.destroy();
        DataDirectory.lock(data).destroy();
    }

    @Test
    void aCreatedFolderIsReadableByItsOwnerOnly() throws Exception {
        Path data = folder.resolve("data");
        DataDirectory.lock(data).destroy();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
                .isEqualTo("rwx------");
    }

    @Test
    void givenAFileInsteadOfTheFolder_thenTheMessageNamesIt() throws Exception {
        Path file = Files.createFile(folder.resolve("data"));
        assertThatThrownBy(() -> DataDirectory.lock(file))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("The data folder " + file + " cannot be written");
    }

    @Test
    void aContextHoldsTheFolderUntilItsBeansAreDestroyed() {
        Path data = folder.resolve("data");
        GenericApplicationContext context = context(Map.of("gateway.data-directory", data.toString()));
        boolean[] heldWhileDestroying = new boolean[1];
        context.registerBean("last", AutoCloseable.class, () -> () -> heldWhileDestroying[0] = isHeld(data));
        context.refresh();
        assertThat(isHeld(data)).isTrue();

        context.close();

        assertThat(heldWhileDestroying[0]).isTrue();
        assertThat(isHeld(data)).isFalse();
    }

    @Test
    void givenExternalBrokersAndDatabase_thenNoFolderIsCreated() {
        Path data = folder.resolve("data");
        context(Map.of(
                        "gateway.data-directory", data.toString(),
                        "gateway.kafka.brokers", "broker:9092",
                        "gateway.database.url", "jdbc:postgresql://db/events"))
                .refresh();
        assertThat(data).doesNotExist();
    }

    private static GenericApplicationContext context(Map<String, Object> settings) {
        GenericApplicationContext context = new GenericApplicationContext();
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", settings));
        new DataDirectoryInitializer().initialize(context);
        return context;
    }

    private static boolean isHeld(Path data) {
        try {
            DataDirectory.lock(data).destroy();
            return false;
        } catch (StartupException e) {
            return true;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
