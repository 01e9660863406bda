package io.github.eventgateway.tools.check;

import io.github.eventgateway.api.StartupException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A folder in the work tree of a git repository, read with the command {@code git}. */
final class GitFolder {

    private final Path folder;
    private final String git;

    GitFolder(Path folder) {
        this(folder, "git");
    }

    GitFolder(Path folder, String git) {
        this.folder = folder;
        this.git = git;
    }

    /**
     * Returns the id of a commit.
     *
     * @param name a revision of git, such as a branch or a tag
     * @throws StartupException if there is no git, no repository or no such commit
     */
    String commit(String name) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new StartupException("There is no folder " + folder + " to compare with a commit");
        }
        if (run("rev-parse", "--is-inside-work-tree").isEmpty()) {
            throw new StartupException("There is no folder " + name + ", and " + folder
                    + " is not in a git repository: give a folder with the earlier schemas");
        }
        Optional<byte[]> id =
                name.startsWith("-") ? Optional.empty() : run("rev-parse", "--verify", "--quiet", name + "^{commit}");
        return id.map(bytes -> new String(bytes, StandardCharsets.UTF_8).strip())
                .orElseThrow(() -> new StartupException("There is neither a folder nor a git commit " + name
                        + ": give a branch, a tag or a commit of this repository, such as main"));
    }

    /** Returns the names of the files in the folder in a commit. */
    List<String> files(String commit) throws IOException {
        return run("ls-tree", "-z", "--name-only", commit, "./")
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .map(names -> Arrays.stream(names.split("\0"))
                        .map(name -> name.substring(name.lastIndexOf('/') + 1))
                        .filter(name -> !name.isEmpty())
                        .toList())
                .orElse(List.of());
    }

    /** Returns the content of a file in a commit; empty if it does not exist. */
    Optional<byte[]> text(String commit, String file) throws IOException {
        return run("show", commit + ":./" + file);
    }

    /** Returns the output of the command; empty if it fails. */
    private Optional<byte[]> run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(git, "-C", folder.toString()));
        command.addAll(Arrays.asList(arguments));
        Process process = start(command);
        try {
            process.getOutputStream().close();
            byte[] printed = process.getInputStream().readAllBytes();
            return process.waitFor() == 0 ? Optional.of(printed) : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while git was running", e);
        } finally {
            process.destroy();
        }
    }

    private static Process start(List<String> command) {
        try {
            return new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new StartupException(
                    "The command git cannot be run: install it, or give a folder with the earlier "
                            + "schemas instead of a commit",
                    e);
        }
    }
}
