package io.github.eventgateway.tools.reload;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of live editing in the profile dev.
 *
 * @param pollInterval Interval at which the gateway reads the files. A change takes effect if two readings are equal.
 * @param holdLimit Maximum time that requests to exchanged routes wait for those in progress. After it they continue,
 *     and the exchange is tried again.
 * @param holdPause Time until the exchange is tried again.
 * @param giveUpAfter Time after which the exchange is given up.
 */
@ConfigurationProperties("gateway.reload")
record ReloadSettings(
        @DefaultValue("150ms") Duration pollInterval,
        @DefaultValue("1s") Duration holdLimit,
        @DefaultValue("500ms") Duration holdPause,
        @DefaultValue("90s") Duration giveUpAfter) {}
