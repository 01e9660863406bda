package io.github.eventgateway.tools.reload;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How edits of the routes are taken, in the profile dev alone.
 *
 * @param pollInterval how often the files are looked at; what is the same twice is taken
 * @param holdLimit how long requests wait at most for those under way to end; then they go on, and it is tried again
 * @param holdPause how long they go on until it is tried again
 * @param giveUpAfter how long it is tried
 */
@ConfigurationProperties("gateway.reload")
record ReloadSettings(
        @DefaultValue("150ms") Duration pollInterval,
        @DefaultValue("1s") Duration holdLimit,
        @DefaultValue("500ms") Duration holdPause,
        @DefaultValue("90s") Duration giveUpAfter) {}
