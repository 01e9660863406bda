package io.github.eventgateway.tools.check;

import io.github.eventgateway.event.CatalogueNames;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks that the event types and fields in the settings for redaction and erasure exist. A wrong name would leave the
 * value in the events.
 */
final class NamedFields implements Rule {

    private final Catalogue catalogue;
    private final Path configured;

    /**
     * @param configured the schema folder in the settings
     */
    NamedFields(Catalogue catalogue, Path configured) {
        this.catalogue = catalogue;
        this.configured = configured;
    }

    @Override
    public void check(Routes routes, Report report) {
        Path folder = EventSchemas.folder(routes, configured);
        Set<String> types = catalogue.topics().stream()
                .flatMap(topic -> topic.types().stream())
                .map(Catalogue.Type::name)
                .collect(Collectors.toSet());
        for (Catalogue.NamedField field : catalogue.fields()) {
            if (!types.contains(field.type())) {
                report.add(
                        field.at(),
                        field.setting() + " names the event type " + field.type() + ", which no topic lists",
                        Nearest.to(field.type(), types));
            } else {
                check(field, folder.resolve(field.type() + EventSchemas.SUFFIX), report);
            }
        }
    }

    private void check(Catalogue.NamedField field, Path file, Report report) {
        Optional<String> wrong = CatalogueNames.fieldFault(field.pointer());
        if (wrong.isPresent()) {
            report.add(field.at(), field.setting() + " names '" + field.pointer() + "', which " + wrong.get(), "");
            return;
        }
        catalogue.topics().stream()
                .filter(topic ->
                        topic.types().stream().anyMatch(type -> type.name().equals(field.type())))
                .filter(topic -> field.setting().equals(Catalogue.REDACTED)
                        && (topic.key() + "/").startsWith(field.pointer() + "/"))
                .forEach(topic -> report.add(
                        field.at(),
                        field.setting() + " names " + field.pointer() + ", the Kafka key of " + topic.id()
                                + ": all its events would have the same key; use hashed for this field",
                        ""));
        EventSchemas.document(file).map(SchemaFields::new).ifPresent(fields -> {
            if (fields.kinds(field.pointer()).isEmpty()) {
                report.warn(
                        field.at(),
                        field.setting() + " names " + field.pointer() + ", but " + file.getFileName()
                                + " has no such field",
                        Nearest.to(field.pointer(), fields.names()));
            }
        });
    }
}
