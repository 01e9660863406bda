package io.github.eventgateway.embedded;

import io.github.eventgateway.api.StartupException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.springframework.beans.factory.DisposableBean;

/**
 * The folder with all data of the embedded parts. A lock holds it from before the broker, the database and the key are
 * opened until after they are closed, because two gateways on one folder would destroy each other's data.
 */
final class DataDirectory implements DisposableBean {

    private static final String LOCK_FILE = "gateway.lock";

    private final FileChannel channel;

    private DataDirectory(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * @throws StartupException if another gateway holds the folder, or it is not writable
     */
    static DataDirectory lock(Path directory) {
        Path folder = directory.toAbsolutePath().normalize();
        FileChannel channel = open(folder);
        try {
            FileLock lock = tryLock(channel);
            if (lock == null) {
                String holder = holder(channel);
                channel.close();
                throw new StartupException("The data folder " + folder + " is in use by another gateway" + holder
                        + ": stop it, or set GATEWAY_DATA_DIRECTORY to another folder for this gateway");
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(
                    String.valueOf(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            return new DataDirectory(channel);
        } catch (IOException e) {
            throw notWritable(folder, e);
        }
    }

    /**
     * Closing the channel releases the lock. The file stays, because after its removal two processes could lock two
     * different files.
     */
    @Override
    public void destroy() throws IOException {
        channel.close();
    }

    private static FileChannel open(Path folder) {
        try {
            Files.createDirectories(folder, OwnerOnly.folder());
            return FileChannel.open(
                    folder.resolve(LOCK_FILE),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw notWritable(folder, e);
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(20);
        channel.read(pid, 0);
        String text = new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII);
        return text.matches("\\d+") ? " (process " + text + ")" : "";
    }

    private static StartupException notWritable(Path folder, IOException cause) {
        return new StartupException(
                "The data folder " + folder + " cannot be written (" + cause + "): allow the user of the "
                        + "gateway to write there, or set GATEWAY_DATA_DIRECTORY to another folder",
                cause);
    }
}
