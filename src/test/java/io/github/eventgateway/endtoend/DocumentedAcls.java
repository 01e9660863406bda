package io.github.eventgateway.endtoend;

import io.github.eventgateway.testing.SecuredBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The Kafka permissions in docs/hardening.md, read from its {@code acls} commands. */
final class DocumentedAcls {

    static final String ALL = "all";

    private static final String COMMAND = "acls ";

    private DocumentedAcls() {}

    /** Returns the permissions of {@link SecuredBroker#USER}. */
    static List<AclBinding> of(String roles) {
        return of(roles, SecuredBroker.USER);
    }

    /**
     * Returns the permissions under the line {@code # GATEWAY_ROLES=…} or {@code # every role}, up to the next such
     * line.
     */
    static List<AclBinding> of(String roles, String user) {
        List<AclBinding> bindings = new ArrayList<>();
        boolean here = false;
        for (String line : page()) {
            if (line.startsWith("# ") || line.startsWith("```")) {
                here = line.equals(roles.equals(ALL) ? "# every role" : "# GATEWAY_ROLES=" + roles);
            } else if (here && line.startsWith(COMMAND)) {
                bindings.addAll(bindings(user, line.substring(COMMAND.length()).split(" +")));
            }
        }
        if (bindings.isEmpty()) {
            throw new IllegalStateException("docs/hardening.md names no permissions for " + roles);
        }
        return bindings;
    }

    private static List<AclBinding> bindings(String user, String... words) {
        List<AclOperation> operations = new ArrayList<>();
        List<ResourcePattern> resources = new ArrayList<>();
        for (int i = 0; i < words.length; i += 2) {
            String value = words[i + 1];
            switch (words[i]) {
                case "--operation" -> operations.add(operation(value));
                case "--topic" -> resources.add(new ResourcePattern(ResourceType.TOPIC, value, PatternType.LITERAL));
                case "--group" -> resources.add(new ResourcePattern(ResourceType.GROUP, value, PatternType.LITERAL));
                default -> throw new IllegalStateException("docs/hardening.md: " + words[i]);
            }
        }
        return resources.stream()
                .flatMap(resource -> operations.stream()
                        .map(operation -> new AclBinding(
                                resource,
                                new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW))))
                .toList();
    }

    /** Returns the operation with its name in kafka-acls, such as {@code DescribeConfigs}. */
    private static AclOperation operation(String word) {
        return AclOperation.fromString(
                word.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT));
    }

    private static List<String> page() {
        try {
            return Files.readAllLines(Path.of("docs/hardening.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
