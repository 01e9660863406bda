package io.github.eventgateway.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.api.IpAddress;
import io.github.eventgateway.api.StartupException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs in its own JVM, where each of these texts is a host name: a lookup would find an address. */
class NamesAreNotLookedUpTest {

    private static final List<String> NAMES =
            List.of("proxy.example.org", "1a2b3c4", "1a2b3c4/8", "1.2.3.256", "a", "fe80");

    @Test
    void aTextThatIsNotAnAddressIsNeverLookedUp(@TempDir Path folder) throws Exception {
        Path hosts = Files.writeString(folder.resolve("hosts"), "203.0.113.99 " + String.join(" ", NAMES) + "\n");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djdk.net.hosts.file=" + hosts,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Addresses.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(output.lines())
                .contains("lookup of 1a2b3c4 finds 203.0.113.99", "1a2b3c4 is no address", "1a2b3c4 is no network")
                .allSatisfy(line -> assertThat(line)
                        .matches("lookup of .* finds 203\\.0\\.113\\.99|.* is no address|.* is no network"))
                .hasSize(NAMES.size() * 3);
    }

    static final class Addresses {

        public static void main(String[] arguments) throws Exception {
            for (String name : NAMES) {
                System.out.println("lookup of " + name + " finds "
                        + InetAddress.getByName(name).getHostAddress());
                IpAddress node = IpAddress.ofNode(name);
                System.out.println(name + (node == null ? " is no address" : " was taken for " + node));
                System.out.println(name + network(name));
            }
        }

        private static String network(String name) {
            try {
                new Networks(List.of(name));
                return " was taken for a network";
            } catch (StartupException e) {
                return " is no network";
            }
        }
    }
}
