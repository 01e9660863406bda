package io.github.eventgateway.reload;

import java.nio.file.Path;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** What is known to be wrong with an edit before Camel sees it. */
@Component
@Profile("dev")
class EditCheck {

    /** The mistakes in this folder, as a person reads them; empty where there is none. */
    String problems(Path folder) {
        return "";
    }

    /** Those of these problems that are of this file. */
    String problems(Path file, String problems) {
        return problems.contains(file.getFileName().toString()) ? problems : "";
    }
}
